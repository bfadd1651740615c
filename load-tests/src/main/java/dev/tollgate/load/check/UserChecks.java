package dev.tollgate.load.check;

import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import io.grpc.Channel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/// A check of a user's call and, where that is wanted, its settlement: as unary calls. Times the
/// check.
final class UserChecks implements Operation {
  private final Calls calls;
  private final List<Channel> connections;
  private final LongUnaryOperator user;
  private final boolean settled;
  private final AtomicLong next = new AtomicLong();

  /// @param user whose the first, second, ... call is, counted from 0
  /// @param settled otherwise the holds stay open
  UserChecks(Calls calls, List<Channel> connections, LongUnaryOperator user, boolean settled) {
    this.calls = calls;
    this.connections = connections;
    this.user = user;
    this.settled = settled;
  }

  @Override
  public void begin(int lane, long intendedNanos, Tally tally) {
    var call = calls.next();
    var connection = connections.get(lane % connections.size());
    var request = Tenants.of(call.request(), user.applyAsLong(next.getAndIncrement()));
    Unary.call(
        connection,
        QuotaServiceGrpc.getCheckQuotaMethod(),
        request,
        tally,
        answer -> {
          tally.timed(intendedNanos);
          tally.answered();
          var settlement = calls.settlement(call, answer);
          if (settlement.isEmpty()) {
            tally.denied();
          }
          if (settlement.isEmpty() || !settled) {
            tally.ended(lane);
            return;
          }
          Unary.call(
              connection,
              QuotaServiceGrpc.getSettleMethod(),
              settlement.get(),
              tally,
              _ -> {
                tally.answered();
                tally.ended(lane);
              });
        });
  }
}
