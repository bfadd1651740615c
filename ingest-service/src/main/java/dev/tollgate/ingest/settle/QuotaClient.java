package dev.tollgate.ingest.settle;

import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.ApplySettlementsResponse;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// quota-service, as far as ingest needs it. Calls block; safe for concurrent use.
public final class QuotaClient {
  private static final long DEADLINE_SECONDS = 10;

  private final Peer peer;

  public QuotaClient(Peer peer) {
    this.peer = peer;
  }

  /// Applies 1 to 500 settlements of one tenant, all or none; those that were applied before have
  /// no effect. None where the quota has forgotten some that are before them: the answer's position
  /// says so.
  ///
  /// @param before the last position of the tenant that was applied, as far as is known; else 0
  /// @throws StatusRuntimeException where it is not known whether they were applied
  public ApplySettlementsResponse apply(
      String tenant, String logId, long before, List<Settlement> run) {
    return SettlementServiceGrpc.newBlockingStub(peer.channel(tenant))
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .applySettlements(
            ApplySettlementsRequest.newBuilder()
                .setLogId(logId)
                .setAppliedBefore(before)
                .addAllSettlements(run)
                .build());
  }
}
