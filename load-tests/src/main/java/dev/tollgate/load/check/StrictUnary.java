package dev.tollgate.load.check;

import dev.tollgate.load.drive.Operation;
import dev.tollgate.load.drive.Tally;
import dev.tollgate.load.drive.Unary;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import io.grpc.Channel;
import java.util.List;

/// A check and, where it is allowed, its settlement: as unary calls. Times the check.
///
/// @param connections for each kind of call, those of its tenant
/// @param settled otherwise the holds stay open
record StrictUnary(Calls calls, List<List<Channel>> connections, boolean settled)
    implements Operation {
  @Override
  public void begin(int lane, long intendedNanos, Tally tally) {
    var call = calls.next();
    var own = connections.get(call.kind());
    var connection = own.get(lane % own.size());
    Unary.call(
        connection,
        QuotaServiceGrpc.getCheckQuotaMethod(),
        call.request(),
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
