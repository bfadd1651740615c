package dev.tollgate.client.meter;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.InputSize;
import dev.tollgate.proto.quota.v1.Priority;
import java.time.Duration;

/// A call of a model that somebody wants to make: what it is attributed to, and how large it may
/// get.
///
/// @param check what is asked; an empty `request_id` is drawn
/// @param logicalRequestId shared by all attempts of one request; empty where there is just one
/// @param attempt from 1
public record ModelCall(CheckQuotaRequest check, String logicalRequestId, int attempt) {
  /// A call of `dimensions.model` of `dimensions.provider`: these two are required.
  public static ModelCall of(Dimensions dimensions) {
    return of(CheckQuotaRequest.newBuilder().setDimensions(dimensions).build());
  }

  /// A call that is checked by this very request.
  public static ModelCall of(CheckQuotaRequest check) {
    return new ModelCall(check, "", 1);
  }

  /// The upper bound of the input, cached parts included.
  public ModelCall withInputTokens(long tokens) {
    return with(check.toBuilder().clearInputSize().setInputTokens(tokens));
  }

  /// What is sent, for callers without a tokenizer: the server makes an upper bound of it.
  public ModelCall withInputSize(InputSize size) {
    return with(check.toBuilder().clearInputTokens().setInputSize(size));
  }

  /// The output limit that the model is to be given. It is what bounds the cost of the call.
  public ModelCall withMaxOutputTokens(long tokens) {
    return with(check.toBuilder().setMaxOutputTokens(tokens));
  }

  /// The least output that is of use: where the whole limit does not fit the budget but this does,
  /// the call passes with a smaller one. 0, the default: never.
  public ModelCall withMinOutputTokens(long tokens) {
    return with(check.toBuilder().setMinOutputTokens(tokens));
  }

  /// How much the call matters: budgets may refuse lesser ones earlier.
  public ModelCall withPriority(Priority priority) {
    return with(check.toBuilder().setPriority(priority));
  }

  /// The provider's: empty or `standard`, `batch`, `flex`, `priority`, `fast`.
  public ModelCall withServiceTier(String tier) {
    return with(check.toBuilder().setServiceTier(tier));
  }

  /// How long the money is held after this client was last heard of; it is prolonged while the call
  /// lasts. 1 s to 24 h; 10 minutes unless set.
  public ModelCall withHold(Duration duration) {
    return with(
        check.toBuilder()
            .setHoldDuration(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(duration.getSeconds())
                    .setNanos(duration.getNano())));
  }

  /// The id of this attempt: of its check and of its usage, 1 to 128 printable ASCII characters.
  /// Drawn unless set. Usage that comes again under the same id is a DUPLICATE where it is the
  /// same, with its time and latency; else a CONFLICT, and not counted.
  public ModelCall withRequestId(String id) {
    return with(check.toBuilder().setRequestId(id));
  }

  /// What all attempts of one request share.
  public ModelCall withLogicalRequestId(String id) {
    return new ModelCall(check, id, attempt);
  }

  /// The next attempt of the same request, with an id of its own.
  public ModelCall next() {
    return new ModelCall(check.toBuilder().clearRequestId().build(), logicalRequestId, attempt + 1);
  }

  private ModelCall with(CheckQuotaRequest.Builder changed) {
    return new ModelCall(changed.build(), logicalRequestId, attempt);
  }
}
