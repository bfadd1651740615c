package dev.tollgate.quota.fault;

import com.google.protobuf.util.Durations;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.quota.hold.Spend;
import java.time.Duration;

/// What a caller wrote down of one call. Used by one thread at a time.
final class Call {
  /// How the caller ended it.
  enum End {
    NONE,
    SETTLED,
    RELEASED
  }

  /* See TestBooks. */
  private static final long INPUT_NANOS = 2_000;
  private static final long OUTPUT_NANOS = 10_000;

  final String tenant;
  final String id;
  final String user;
  final Duration hold;
  final Spend held;

  /// The start of its first check, by [System#nanoTime].
  final long begun = System.nanoTime();

  /// Whether a check had no answer, so that something may be held whatever came later.
  boolean uncertain;

  /// Of the grant; empty before.
  String token = "";

  long granted;

  /// The start of the first settlement or release.
  long ended;

  End end = End.NONE;

  /// Whether the end was answered.
  boolean endAnswered;

  Spend used = Spend.NOTHING;

  /// Whether the ledger has it.
  volatile boolean reported;

  Call(String tenant, String id, String user, Duration hold, long input, long output) {
    this.tenant = tenant;
    this.id = id;
    this.user = user;
    this.hold = hold;
    this.held = spend(input, output);
  }

  static Spend spend(long input, long output) {
    return new Spend(input * INPUT_NANOS + output * OUTPUT_NANOS, input, output);
  }

  boolean isGranted() {
    return !token.isEmpty();
  }

  Dimensions dimensions() {
    return Dimensions.newBuilder().setProvider("p").setModel("m").setUser(user).build();
  }

  CheckQuotaRequest check() {
    return CheckQuotaRequest.newBuilder()
        .setRequestId(id)
        .setDimensions(dimensions())
        .setInputTokens(held.inputTokens())
        .setMaxOutputTokens(held.outputTokens())
        .setHoldDuration(Durations.fromMillis(hold.toMillis()))
        .build();
  }

  Usage usage() {
    return Usage.newBuilder()
        .putBuckets("input", used.inputTokens())
        .putBuckets("output", used.outputTokens())
        .build();
  }
}
