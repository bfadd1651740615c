package dev.tollgate.load.check;

import dev.tollgate.load.site.Tenants;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/// The calls that are checked and settled, one unlike the other, in turn over their kinds.
final class Calls {
  static final long INPUT_TOKENS = Tenants.INPUT_TOKENS;
  static final long OUTPUT_TOKENS_MAX = Tenants.OUTPUT_TOKENS_MAX;
  private static final long OUTPUT_TOKENS = 300;

  /* The first calls of a measurement fall upon the small budget together, so that it fills and some
  are denied however slow the machine is; from then on one now and then tries again. */
  private static final int FIRST = 64;
  private static final int CAPPED_EVERY_FIRST = 4;
  private static final int CAPPED_EVERY = 32;
  private static final Usage USAGE =
      Usage.newBuilder()
          .putBuckets("input", INPUT_TOKENS)
          .putBuckets("output", OUTPUT_TOKENS)
          .build();

  /// One call.
  ///
  /// @param kind its place among the kinds
  record Call(int kind, CheckQuotaRequest request, boolean capped) {}

  private final List<CheckQuotaRequest> kinds;
  private final Optional<Cap> cap;
  private final AtomicLong count;
  private final Optional<LongUnaryOperator> users;
  private final AtomicLong own = new AtomicLong();

  /// @param count numbers all calls of the benchmark
  Calls(List<CheckQuotaRequest> kinds, Optional<Cap> cap, AtomicLong count) {
    this(kinds, cap, count, Optional.empty());
  }

  private Calls(
      List<CheckQuotaRequest> kinds,
      Optional<Cap> cap,
      AtomicLong count,
      Optional<LongUnaryOperator> users) {
    this.kinds = List.copyOf(kinds);
    this.cap = cap;
    this.count = count;
    this.users = users;
  }

  /// Calls of many users.
  ///
  /// @param user whose the first, second, ... call is, counted from 0
  static Calls ofUsers(CheckQuotaRequest kind, AtomicLong count, LongUnaryOperator user) {
    return new Calls(List.of(kind), Optional.empty(), count, Optional.of(user));
  }

  Call next() {
    var number = count.incrementAndGet();
    var kind = (int) (number % kinds.size());
    var request = kinds.get(kind).toBuilder().setRequestId("call-" + number);
    var place = own.getAndIncrement();
    users.ifPresent(
        user -> request.getDimensionsBuilder().setUser(Tenants.user(user.applyAsLong(place))));
    var capped =
        cap.isPresent() && place % (place < FIRST ? CAPPED_EVERY_FIRST : CAPPED_EVERY) == 0;
    if (capped) {
      request.getDimensionsBuilder().setFeature(cap.orElseThrow().feature());
    }
    return new Call(kind, request.build(), capped);
  }

  /// The settlement of a check that was allowed; empty where it was denied.
  Optional<SettleRequest> settlement(Call call, CheckQuotaResponse answer) {
    if (!answer.hasAllowed()) {
      return Optional.empty();
    }
    if (call.capped()) {
      var held = INPUT_TOKENS + answer.getAllowed().getMaxOutputTokens();
      cap.orElseThrow().granted(held);
      cap.orElseThrow().settling(held, INPUT_TOKENS + OUTPUT_TOKENS);
    }
    return Optional.of(
        SettleRequest.newBuilder()
            .setReservationId(answer.getAllowed().getReservationId())
            .setUsage(USAGE)
            .build());
  }
}
