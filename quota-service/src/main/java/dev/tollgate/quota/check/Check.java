package dev.tollgate.quota.check;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.hold.Subject;
import java.time.Duration;

/// A wish to make a call, by the bounds that its caller gives.
///
/// @param dimensions with what the credential pins filled in
/// @param inputTokens the most input, counted by the caller or bound by its size
/// @param minOutputTokens the least output that is of use; 0: nothing less than the full ask
/// @param fingerprint of all that the caller sent but the request's id
public record Check(
    String tenant,
    String requestId,
    Dimensions dimensions,
    Subject subject,
    Priority priority,
    long inputTokens,
    long maxOutputTokens,
    long minOutputTokens,
    Duration holdDuration,
    String fingerprint) {
  /// The same call of another model.
  Check withModel(String provider, String model) {
    return new Check(
        tenant,
        requestId,
        dimensions.toBuilder().setProvider(provider).setModel(model).build(),
        new Subject(provider, model, subject.serviceTier(), subject.region()),
        priority,
        inputTokens,
        maxOutputTokens,
        minOutputTokens,
        holdDuration,
        fingerprint);
  }
}
