package dev.tollgate.quota.check;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.Subject;
import java.time.Duration;

/// A wish to make a call, by the bounds that its caller gives.
///
/// @param dimensions with what the credential pins filled in
/// @param minOutputTokens the least output that is of use; 0: nothing less than the full ask
/// @param fingerprint of all that the caller sent but the request's id
public record Check(
    String tenant,
    String requestId,
    Dimensions dimensions,
    Subject subject,
    long inputTokens,
    long maxOutputTokens,
    long minOutputTokens,
    Duration holdDuration,
    String fingerprint) {}
