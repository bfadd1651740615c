package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A log that fills up while ClickHouse is away.
@ExtendWith(StoresExtension.class)
class LogFullIT {
  private static final long MIB = 1 << 20;
  private static final int REQUESTS = 200;
  private static final int PER_REQUEST = 100;
  private static final Map<String, String> SMALL =
      Map.of(
          "TOLLGATE_INGEST_LOG_BYTES_MAX", Long.toString(16 * MIB),
          "TOLLGATE_INGEST_LOG_SEGMENT_BYTES", Long.toString(MIB),
          "TOLLGATE_INGEST_LOG_PAUSE_PERCENT", "50");

  @Test
  void streamUsage_logFillsUp_waitsIsNeverRefusedAndGoesOnByItself(Stores stores, @TempDir Path dir)
      throws Exception {
    var tenant = stores.tenant();
    try (var peers = Peers.start();
        var proxy = new CutProxy(stores.clickHouseUrl());
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      var environment = new Rig(stores, peers, dir.resolve("log")).environment(proxy.url());
      environment.putAll(SMALL);
      try (var service =
              IngestService.start(
                  IngestSettings.from(environment), TimeSource.SYSTEM, new SecureRandom());
          var metrics = new Metrics(service.httpPort());
          var peer = RepricingRig.peer(service.grpcPort(), Rig.SERVICE_KEY);
          var sender = Sender.open(service.grpcPort(), tenant)) {
        Ready.await(service.grpcPort());
        proxy.become(CutProxy.Mode.CUT);
        for (int i = 0; i < REQUESTS; i++) {
          sender.send(events("s" + i));
        }
        Await.until("the stream waits", () -> metrics.gauge("ingest_streams_waiting") == 1);
        assertThat(sender.ended()).isNotDone();

        var acked = new HashSet<String>();
        var refusal = fill(IngestServiceGrpc.newBlockingStub(peer.channel(tenant)), acked);
        assertThat(Failures.reason(java.util.concurrent.CompletableFuture.failedFuture(refusal)))
            .isEqualTo("LOG_FULL");
        assertThat(refusal.getTrailers()).isNotNull();
        assertThat(String.valueOf(io.grpc.protobuf.StatusProto.fromThrowable(refusal)))
            .contains("google.rpc.RetryInfo");
        assertThat(sender.ended()).isNotDone();
        assertThat(metrics.gauge("ingest_log_bytes")).isLessThanOrEqualTo(16 * MIB);

        proxy.become(CutProxy.Mode.OPEN);
        acked.addAll(results(sender));
        Await.until("all stored", () -> metrics.gauge("ingest_events_unstored") == 0);
        assertThat(metrics.gauge("ingest_streams_waiting")).isZero();
        assertThat(Rig.eventIds(clickHouse, tenant)).containsExactlyInAnyOrderElementsOf(acked);
        assertThat(Rig.rollup(clickHouse, tenant))
            .isEqualTo(new Rig.Totals(acked.size(), acked.size() * Events.COST_PICOS));
      }
    }
  }

  /// Every request of the stream is acknowledged, and nothing in it refused.
  private static Set<String> results(Sender sender) throws Exception {
    var acked = new HashSet<String>();
    while (acked.size() < REQUESTS * PER_REQUEST) {
      for (var result : sender.next().getResultsList()) {
        assertThat(result.getStatus()).isEqualTo(EventStatus.EVENT_STATUS_ACCEPTED);
        acked.add(result.getEventId());
      }
    }
    return acked;
  }

  private static StatusRuntimeException fill(
      IngestServiceGrpc.IngestServiceBlockingStub ingest, Set<String> acked) {
    for (int i = 0; i < 1_000; i++) {
      try {
        var response =
            ingest.recordUsage(
                RecordUsageRequest.newBuilder().addAllEvents(events("u" + i)).build());
        response.getResultsList().forEach(result -> acked.add(result.getEventId()));
      } catch (StatusRuntimeException refused) {
        return refused;
      }
    }
    throw new AssertionError("never full");
  }

  private static List<UsageEvent> events(String prefix) {
    var now = TimeSource.SYSTEM.now();
    return IntStream.range(0, PER_REQUEST)
        .mapToObj(i -> Events.event(prefix + "-" + i, now).build())
        .toList();
  }
}
