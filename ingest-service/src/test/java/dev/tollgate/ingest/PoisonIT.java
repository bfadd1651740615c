package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.ingest.v1.DeadLetter;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.ListDeadLettersRequest;
import dev.tollgate.proto.ingest.v1.PauseWriterRequest;
import dev.tollgate.proto.ingest.v1.ReplayDeadLettersRequest;
import dev.tollgate.proto.ingest.v1.ReplayResult;
import dev.tollgate.proto.ingest.v1.ReplayedDeadLetter;
import dev.tollgate.proto.ingest.v1.ResumeWriterRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.ingest.v1.WriterServiceGrpc;
import dev.tollgate.proto.ingest.v1.WriterServiceGrpc.WriterServiceBlockingStub;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What the ledger refuses, and a view that fails.
@ExtendWith(StoresExtension.class)
class PoisonIT {
  private static final int EVENTS = 10_000;
  private static final int PER_REQUEST = 100;
  private static final Instant NOW = TimeSource.SYSTEM.now();

  private final Stores stores;
  private final Peers peers;
  private final String tenant;
  @TempDir Path dir;
  private ClickHouse clickHouse;
  private Rig rig;

  PoisonIT(Stores stores) throws IOException {
    this.stores = stores;
    this.peers = Peers.start();
    this.tenant = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
    this.rig = new Rig(stores, peers, Path.of("unused"));
    this.clickHouse = rig.clickHouse();
  }

  @BeforeEach
  void prepare() {
    rig = new Rig(stores, peers, dir.resolve("log"));
  }

  @AfterEach
  void stop() {
    clickHouse.close();
    peers.close();
  }

  @Test
  void write_oneOf10000Refused_landsTheOthersAndReplaysItOnce() throws Exception {
    try (var service = start()) {
      writeWithOneRefused(service);
    }
    try (var service = start();
        var peer = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY)) {
      var writer = WriterServiceGrpc.newBlockingStub(peer.channel());
      var letter = onlyLetter(writer);
      assertThat(letter.getTenantId()).isEqualTo(tenant);
      assertThat(letter.getItemId()).isEqualTo("e4711");
      assertThat(letter.getTable()).isEqualTo("usage_events");
      assertThat(letter.getError()).isEqualTo("VIOLATED_CONSTRAINT");
      assertThat(replay(writer, letter)).isEqualTo(ReplayResult.REPLAY_RESULT_REFUSED);
      assertThat(onlyLetter(writer).getIsReplaying()).isFalse();

      clickHouse.execute("ALTER TABLE usage_events DROP CONSTRAINT no_poison");
      assertThat(replay(writer, letter)).isEqualTo(ReplayResult.REPLAY_RESULT_STORED);
      assertStored(EVENTS);
      assertThat(letters(writer)).isEmpty();
      assertThat(gauge(service, "ingest_dead_letters")).isZero();
      assertThat(Failures.reason(CompletableFuture.supplyAsync(() -> replay(writer, letter))))
          .isEqualTo("DEAD_LETTER_UNKNOWN");
      try (var sender = Sender.open(service.grpcPort(), tenant)) {
        assertThat(sender.statuses(event(4711)))
            .containsExactly(EventStatus.EVENT_STATUS_DUPLICATE);
      }
    }
  }

  private void writeWithOneRefused(IngestService service) throws Exception {
    try (var peer = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY);
        var sender = Sender.open(service.grpcPort(), tenant)) {
      var writer = WriterServiceGrpc.newBlockingStub(peer.channel());
      Ready.await(service.grpcPort());
      pause(writer);
      clickHouse.execute(
          "ALTER TABLE usage_events ADD CONSTRAINT no_poison CHECK NOT (event_id = 'e4711' AND"
              + " tenant_id = '"
              + tenant
              + "')");
      send(sender, EVENTS);
      assertThat(gauge(service, "ingest_writer_paused")).isEqualTo(1);
      assertThat(Rig.raw(clickHouse, tenant).events()).as("while it is paused").isZero();
      assertThat(letters(writer)).isEmpty();

      var _ = writer.resumeWriter(ResumeWriterRequest.getDefaultInstance());
      Await.until("set aside", () -> letters(writer).size() == 1);
      Await.until("all stored", () -> gauge(service, "ingest_events_unstored") == 0);
      assertStored(EVENTS - 1);
      assertThat(gauge(service, "ingest_dead_letters")).isEqualTo(1);
    }
  }

  @Test
  void write_viewFails_waitsUntilItIsMendedAndSetsNothingAside() throws Exception {
    try (var service = start();
        var peer = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY);
        var sender = Sender.open(service.grpcPort(), tenant)) {
      var writer = WriterServiceGrpc.newBlockingStub(peer.channel());
      Ready.await(service.grpcPort());
      clickHouse.execute(
          "CREATE MATERIALIZED VIEW broken ENGINE = MergeTree ORDER BY x AS SELECT"
              + " toString(throwIf(toString(e.tenant_id) = '"
              + tenant
              + "')) AS x FROM usage_events AS e");
      send(sender, PER_REQUEST);
      Await.until("held up", () -> gauge(service, "ingest_writer_held_up{by=\"view\"}") == 1);
      assertThat(letters(writer)).isEmpty();
      assertThat(gauge(service, "ingest_events_unstored")).isEqualTo(PER_REQUEST);

      clickHouse.execute("DROP VIEW broken SYNC");
      Await.until("all stored", () -> gauge(service, "ingest_events_unstored") == 0);
      assertStored(PER_REQUEST);
      assertThat(gauge(service, "ingest_writer_held_up{by=\"view\"}")).isZero();
    }
  }

  @Test
  void pause_itsTimeIsOver_writesAgainByItself() throws Exception {
    try (var service = start();
        var peer = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY);
        var sender = Sender.open(service.grpcPort(), tenant)) {
      Ready.await(service.grpcPort());
      var _ =
          WriterServiceGrpc.newBlockingStub(peer.channel())
              .pauseWriter(
                  PauseWriterRequest.newBuilder()
                      .setDuration(Duration.newBuilder().setSeconds(1))
                      .build());
      send(sender, PER_REQUEST);
      Await.until("stored", () -> Rig.raw(clickHouse, tenant).events() == PER_REQUEST);
      assertThat(gauge(service, "ingest_writer_paused")).isZero();
    }
  }

  @Test
  void writerService_askedWithoutBeingAnOperator_isForbidden() throws Exception {
    try (var service = start();
        var peer = RepricingRig.peer(service.grpcPort(), Rig.SERVICE_KEY)) {
      var writer = WriterServiceGrpc.newBlockingStub(peer.channel());
      assertThat(Failures.reason(CompletableFuture.supplyAsync(() -> letters(writer))))
          .isEqualTo("ROLE_FORBIDDEN");
    }
  }

  private IngestService start() throws IOException {
    return IngestService.start(
        IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
  }

  private static void send(Sender sender, int count) throws Exception {
    for (int from = 0; from < count; from += PER_REQUEST) {
      var events =
          IntStream.range(from, from + PER_REQUEST)
              .mapToObj(PoisonIT::event)
              .toArray(UsageEvent[]::new);
      assertThat(sender.statuses(events)).containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
    }
  }

  private static UsageEvent event(int number) {
    return Events.event("e" + number, NOW).build();
  }

  private void assertStored(long events) {
    var expected = new Rig.Totals(events, events * Events.COST_PICOS);
    assertThat(Rig.raw(clickHouse, tenant)).isEqualTo(expected);
    Rig.assertRollups(clickHouse, tenant, expected);
  }

  private static void pause(WriterServiceBlockingStub writer) {
    var _ =
        writer.pauseWriter(
            PauseWriterRequest.newBuilder()
                .setDuration(Duration.newBuilder().setSeconds(600))
                .build());
  }

  private static List<DeadLetter> letters(WriterServiceBlockingStub writer) {
    return writer.listDeadLetters(ListDeadLettersRequest.getDefaultInstance()).getDeadLettersList();
  }

  private static DeadLetter onlyLetter(WriterServiceBlockingStub writer) {
    assertThat(letters(writer)).hasSize(1);
    return letters(writer).getFirst();
  }

  private static ReplayResult replay(WriterServiceBlockingStub writer, DeadLetter letter) {
    return writer
        .replayDeadLetters(
            ReplayDeadLettersRequest.newBuilder()
                .addDeadLetterIds(letter.getDeadLetterId())
                .setReason("the schema is mended")
                .build())
        .getResultsList()
        .stream()
        .map(ReplayedDeadLetter::getResult)
        .findFirst()
        .orElseThrow();
  }

  private static long gauge(IngestService service, String name) {
    try (var metrics = new Metrics(service.httpPort())) {
      return metrics.gauge(name);
    }
  }
}
