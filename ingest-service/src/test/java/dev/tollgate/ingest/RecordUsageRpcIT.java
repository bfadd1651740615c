package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.AckLevel.ACK_LEVEL_STORED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_CONFLICT;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_DUPLICATE;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_INVALID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc.IngestServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordUsageRpcIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();

  private final Peers peers;
  private final CutProxy proxy;
  private final ClickHouse clickHouse;
  private final AtomicLong aheadMillis = new AtomicLong();
  private final IngestService service;
  private final Peer peer;

  RecordUsageRpcIT(Stores stores, @TempDir Path dir) throws Exception {
    peers = Peers.start();
    proxy = new CutProxy(stores.clickHouseUrl());
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    service =
        IngestService.start(
            IngestSettings.from(rig.environment(proxy.url())), new Ahead(), new SecureRandom());
    peer =
        Peer.connect(
            new PeerSettings(
                "127.0.0.1:" + service.grpcPort(),
                new Secret(Rig.SERVICE_KEY),
                new PeerSettings.Trust.Plain()));
  }

  @BeforeAll
  void awaitReady() {
    Ready.await(service.grpcPort());
  }

  @AfterAll
  void stop() throws Exception {
    peer.close();
    service.close();
    peers.close();
    clickHouse.close();
    proxy.close();
  }

  @Test
  void recordUsage_batch_hasAResultPerEventInOrder() {
    var event = Events.event("a", NOW);
    assertThat(record("batch", event)).containsExactly(EVENT_STATUS_ACCEPTED);

    assertThat(
            record(
                "batch",
                ACK_LEVEL_STORED,
                event,
                Events.event("b", NOW),
                event.clone().setAttempt(2),
                Events.event("c", NOW).clearEventTime(),
                Events.event("d", NOW)))
        .containsExactly(
            EVENT_STATUS_DUPLICATE,
            EVENT_STATUS_ACCEPTED,
            EVENT_STATUS_CONFLICT,
            EVENT_STATUS_INVALID,
            EVENT_STATUS_ACCEPTED);
    var expected = new Rig.Totals(3, 3 * Events.COST_PICOS);
    assertThat(Rig.raw(clickHouse, "batch")).isEqualTo(expected);
    assertThat(Rig.rollup(clickHouse, "batch")).isEqualTo(expected);
  }

  @Test
  void recordUsage_malformedRequest_isRefusedWhole() throws Exception {
    var event = Events.event("e", NOW).build();

    assertRefused(RecordUsageRequest.newBuilder(), "events");
    assertRefused(
        RecordUsageRequest.newBuilder().addAllEvents(Collections.nCopies(501, event)), "events");
    assertRefused(
        RecordUsageRequest.newBuilder().addEvents(event).setAckLevelValue(9), "ack_level");
    assertThat(Rig.raw(clickHouse, "refused").events()).isZero();
  }

  private void assertRefused(RecordUsageRequest.Builder request, String field) throws Exception {
    assertThat(reason(() -> stub("refused").recordUsage(request.build())))
        .isEqualTo("FIELD_INVALID");
    assertThat(failure(() -> stub("refused").recordUsage(request.build())).getMessage())
        .contains(field);
  }

  @Test
  void recordUsage_hundredMegabytes_isRefusedAndTheServerLives() {
    var huge = RecordUsageRequest.newBuilder();
    for (int i = 0; i < 500; i++) {
      huge.addEvents(Events.event("e" + i, NOW).setErrorCode("x".repeat(200 << 10)));
    }

    var refused = failure(() -> stub("huge").recordUsage(huge.build())).getStatus().getCode();

    // gRPC itself ends what is above four times the limit: without details, or by cutting it off.
    assertThat(refused)
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED, Status.Code.UNAVAILABLE);
    assertThat(record("huge", Events.event("e", NOW))).containsExactly(EVENT_STATUS_ACCEPTED);
  }

  @Test
  void recordUsage_stored_isInTheLedgerWhenAnswered() {
    for (int i = 0; i < 5; i++) {
      var results = record("stored", ACK_LEVEL_STORED, Events.event("e" + i, NOW));

      assertThat(results).containsExactly(EVENT_STATUS_ACCEPTED);
      assertThat(Rig.raw(clickHouse, "stored").events()).isEqualTo(i + 1);
    }
    assertThat(record("stored", ACK_LEVEL_STORED, Events.event("e0", NOW)))
        .containsExactly(EVENT_STATUS_DUPLICATE);
  }

  @Test
  void recordUsage_storedWithTheLedgerAway_saysDurableAndAResendWaitsToo() throws Exception {
    var event = Events.event("e", NOW);
    proxy.become(CutProxy.Mode.CUT);
    try {
      assertThat(reason(() -> recordWithin(Duration.ofSeconds(2), event)))
          .isEqualTo("NOT_STORED_YET");
      assertThat(record("away", event)).containsExactly(EVENT_STATUS_DUPLICATE);
      assertThat(reason(() -> recordWithin(Duration.ofSeconds(1), event)))
          .isEqualTo("NOT_STORED_YET");
    } finally {
      proxy.become(CutProxy.Mode.OPEN);
    }

    assertThat(record("away", ACK_LEVEL_STORED, event)).containsExactly(EVENT_STATUS_DUPLICATE);
    assertThat(Rig.raw(clickHouse, "away").events()).isEqualTo(1);
  }

  private void recordWithin(Duration deadline, UsageEvent.Builder event) {
    var _ =
        stub("away")
            .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .recordUsage(
                RecordUsageRequest.newBuilder()
                    .addEvents(event)
                    .setAckLevel(ACK_LEVEL_STORED)
                    .build());
  }

  @Test
  void recordUsage_callerHangsUp_isStoredNevertheless() {
    proxy.become(CutProxy.Mode.CUT);
    var context = Context.current().withCancellation();
    var call =
        CompletableFuture.runAsync(
            context.wrap(() -> {
              var _ = record("gone", ACK_LEVEL_STORED, Events.event("e", NOW));
            }));
    Await.until(
        "durable", () -> record("gone", Events.event("e", NOW)).contains(EVENT_STATUS_DUPLICATE));
    context.cancel(null);
    Await.until("hung up", call::isCompletedExceptionally);
    proxy.become(CutProxy.Mode.OPEN);

    Await.until("stored", () -> Rig.raw(clickHouse, "gone").events() == 1);
  }

  @Test
  void streamUsage_stored_isAcknowledgedOnceItIsInTheLedgerAndHoldsUpTheNext() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "stream-stored")) {
      sender.send(stored(1, "warm-up"));
      assertThat(sender.next().getAckedSequence()).isEqualTo(1);
      assertThat(Rig.raw(clickHouse, "stream-stored").events()).isEqualTo(1);

      proxy.become(CutProxy.Mode.CUT);
      sender.send(stored(2, "a"));
      sender.send(
          StreamUsageRequest.newBuilder().setSequence(3).addEvents(Events.event("b", NOW)).build());
      Await.until(
          "b durable",
          () -> record("stream-stored", Events.event("b", NOW)).contains(EVENT_STATUS_DUPLICATE));
      assertThat(sender.drain()).isEmpty();

      proxy.become(CutProxy.Mode.OPEN);
      assertThat(sender.next().getAckedSequence()).isEqualTo(2);
      assertThat(Rig.eventIds(clickHouse, "stream-stored")).contains("a", "warm-up");
      assertThat(sender.next().getAckedSequence()).isEqualTo(3);
    } finally {
      proxy.become(CutProxy.Mode.OPEN);
    }
  }

  private static StreamUsageRequest stored(long sequence, String eventId) {
    return StreamUsageRequest.newBuilder()
        .setSequence(sequence)
        .addEvents(Events.event(eventId, NOW))
        .setAckLevel(ACK_LEVEL_STORED)
        .build();
  }

  @Test
  void streamUsage_silentForAnHour_endsWhenAnotherOpens() throws Exception {
    try (var silent = Sender.open(service.grpcPort(), "idle");
        var busy = Sender.open(service.grpcPort(), "idle")) {
      assertThat(silent.statuses(Events.event("a", NOW).build()))
          .containsExactly(EVENT_STATUS_ACCEPTED);
      assertThat(busy.statuses(Events.event("b", NOW).build()))
          .containsExactly(EVENT_STATUS_ACCEPTED);
      aheadMillis.addAndGet(Duration.ofMinutes(61).toMillis());
      assertThat(busy.statuses(Events.event("c", NOW).build()))
          .containsExactly(EVENT_STATUS_ACCEPTED);

      try (var another = Sender.open(service.grpcPort(), "idle")) {
        assertThat(Failures.reason(silent.ended())).isEqualTo("STREAM_IDLE");
        assertThat(another.statuses(Events.event("d", NOW).build()))
            .containsExactly(EVENT_STATUS_ACCEPTED);
      }
      assertThat(busy.statuses(Events.event("e", NOW).build()))
          .containsExactly(EVENT_STATUS_ACCEPTED);
    }
  }

  private List<EventStatus> record(String tenant, UsageEvent.Builder... events) {
    return record(tenant, AckLevel.ACK_LEVEL_UNSPECIFIED, events);
  }

  private List<EventStatus> record(String tenant, AckLevel level, UsageEvent.Builder... events) {
    var request = RecordUsageRequest.newBuilder().setAckLevel(level);
    for (var event : events) {
      request.addEvents(event);
    }
    return stub(tenant).recordUsage(request.build()).getResultsList().stream()
        .map(EventResult::getStatus)
        .toList();
  }

  private IngestServiceBlockingStub stub(String tenant) {
    return IngestServiceGrpc.newBlockingStub(peer.channel(tenant));
  }

  private static String reason(Runnable call) throws Exception {
    return Failures.reason(CompletableFuture.failedFuture(failure(call)));
  }

  private static StatusRuntimeException failure(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException failure) {
      return failure;
    }
    throw new AssertionError("the call succeeded");
  }

  /// The system's time, some hours later.
  private final class Ahead implements TimeSource {
    @Override
    public Instant now() {
      return SYSTEM.now().plusMillis(aheadMillis.get());
    }

    @Override
    public long nanoTime() {
      return SYSTEM.nanoTime();
    }
  }
}
