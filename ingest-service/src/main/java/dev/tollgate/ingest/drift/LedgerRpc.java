package dev.tollgate.ingest.drift;

import dev.tollgate.ingest.ledger.Rollups.Drift;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.ingest.v1.CheckLedgerRequest;
import dev.tollgate.proto.ingest.v1.CheckLedgerResponse;
import dev.tollgate.proto.ingest.v1.LedgerDrift;
import dev.tollgate.proto.ingest.v1.LedgerServiceGrpc.LedgerServiceImplBase;
import dev.tollgate.proto.ingest.v1.RepairLedgerRequest;
import dev.tollgate.proto.ingest.v1.RepairLedgerResponse;
import io.grpc.stub.StreamObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `LedgerService` on the wire. Blocks.
public final class LedgerRpc extends LedgerServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerRpc.class);
  private static final int DAYS_MAX = 400;
  private static final int DAYS_DEFAULT = 7;
  private static final int TEXT_MAX = 256;

  private final DriftCheck check;

  public LedgerRpc(DriftCheck check) {
    this.check = check;
  }

  @Override
  public void checkLedger(
      CheckLedgerRequest request, StreamObserver<CheckLedgerResponse> observer) {
    var fields = new Fields();
    var days = days(fields, request.getDays());
    fields.check();
    var response = CheckLedgerResponse.newBuilder();
    check.check(days).forEach(drift -> response.addDrifts(message(drift)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void repairLedger(
      RepairLedgerRequest request, StreamObserver<RepairLedgerResponse> observer) {
    var fields = new Fields();
    var days = days(fields, request.getDays());
    fields.text("reason", request.getReason(), 1, TEXT_MAX);
    fields.check();
    LOG.info("repairing the rollups of {} days: {}", days, request.getReason());
    var repair = check.repair(days);
    LOG.info("built {} partitions anew", repair.partitions());
    var response = RepairLedgerResponse.newBuilder().setPartitions(repair.partitions());
    repair.drifts().forEach(drift -> response.addDrifts(message(drift)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  private static int days(Fields fields, int given) {
    var days = (int) fields.count("days", given, 0, DAYS_MAX);
    return days == 0 ? DAYS_DEFAULT : days;
  }

  private static LedgerDrift message(Drift drift) {
    return LedgerDrift.newBuilder()
        .setRollup(drift.rollup())
        .setDay(drift.day().toString())
        .setMeasure(drift.measure())
        .setInRollup(drift.inRollup().toString())
        .setInLedger(drift.inLedger().toString())
        .build();
  }
}
