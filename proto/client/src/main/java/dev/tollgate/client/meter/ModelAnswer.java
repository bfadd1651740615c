package dev.tollgate.client.meter;

import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.UsageEvent;

/// What a model answered, and what that consumed.
///
/// @param value for the caller
/// @param told what is known about the attempt: these fields of the usage event are set, the client
///   sets the others
public record ModelAnswer<T>(T value, UsageEvent told) {
  /// An answer with the usage that the provider stated.
  public static <T> ModelAnswer<T> of(T value, Usage usage) {
    return new ModelAnswer<>(value, UsageEvent.newBuilder().setUsage(usage).build());
  }

  /// An answer of which the provider stated plain tokens only.
  public static <T> ModelAnswer<T> of(T value, long inputTokens, long outputTokens) {
    return of(
        value,
        Usage.newBuilder()
            .putBuckets("input", inputTokens)
            .putBuckets("output", outputTokens)
            .build());
  }

  /// An answer whose usage the provider did not state: the ledger has it as USAGE_MISSING, never as
  /// zero, and the hold stays charged whole.
  public static <T> ModelAnswer<T> withoutUsage(T value) {
    return new ModelAnswer<>(value, UsageEvent.getDefaultInstance());
  }

  /// An answer of the caller's own cache: no provider was paid.
  public static <T> ModelAnswer<T> cached(T value) {
    return new ModelAnswer<>(
        value,
        UsageEvent.newBuilder()
            .setUsage(Usage.getDefaultInstance())
            .setServedFrom(ServedFrom.SERVED_FROM_CACHE)
            .build());
  }

  /// `stop`, `length`, ...
  public ModelAnswer<T> withFinishReason(String reason) {
    return new ModelAnswer<>(value, told.toBuilder().setFinishReason(Brief.of(reason)).build());
  }
}
