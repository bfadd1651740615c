package dev.tollgate.client.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.client.FakeIngest;
import dev.tollgate.client.FakeIngest.Fate;
import dev.tollgate.client.FakeServer;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
@Timeout(120)
class UsageRecorderTest {
  private static final Secret KEY = new Secret("tg_caller_secret");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final UsageStreamSettings STREAM =
      UsageStreamSettings.DEFAULT
          .withBackoff(Duration.ofMillis(1), Duration.ofMillis(50))
          .withAckWait(Duration.ofMillis(500))
          .withSendWait(Duration.ofMillis(20))
          .withDrainWait(LONG);
  private static final RecorderSettings MEMORY = RecorderSettings.DEFAULT.withStream(STREAM);

  @TempDir Path folder;

  private final FakeIngest ingest = new FakeIngest(_ -> Fate.SERVED);
  private final Heard heard = new Heard();

  /// Writes down what it hears.
  private static final class Heard implements RecorderListener {
    final List<EventStatus> answers = new CopyOnWriteArrayList<>();
    final List<String> refusals = new CopyOnWriteArrayList<>();
    final List<String> interruptions = new CopyOnWriteArrayList<>();
    final List<String> drops = new CopyOnWriteArrayList<>();
    final List<String> failures = new CopyOnWriteArrayList<>();

    @Override
    public void answered(UsageEvent event, EventResult result) {
      answers.add(result.getStatus());
    }

    @Override
    public void interrupted(TollgateException why) {
      interruptions.add(why.reason());
    }

    @Override
    public void refused(UsageEvent event, TollgateException why) {
      refusals.add(why.reason());
    }

    @Override
    public void dropped(UsageEvent event) {
      drops.add(event.getEventId());
    }

    @Override
    public void spoolFailed(IOException why) {
      failures.add(why.toString());
    }
  }

  @Test
  void recorder_inMemory_deliversAndFlushes() throws Exception {
    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var recorder = UsageRecorder.open(client, MEMORY, heard)) {
      for (var i = 0; i < 2_000; i++) {
        assertThat(recorder.record(event(i))).isEqualTo(Kept.IN_MEMORY);
      }
      assertThat(recorder.flush(LONG)).isTrue();
      assertThat(ingest.counted()).hasSize(2_000);
      assertThat(heard.answers).hasSize(2_000).containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
    }
  }

  @Test
  void recorder_serverAwayWithoutSpool_dropsAboveTheBoundAndSaysSo() throws Exception {
    var port = freePort();
    try (var client = TollgateClient.connect(FakeServer.at(port), KEY)) {
      var recorder =
          UsageRecorder.open(
              client,
              MEMORY.withStream(STREAM.withBufferedEventsMax(10).withDrainWait(Duration.ZERO)),
              heard);
      for (var i = 0; i < 10; i++) {
        assertThat(recorder.record(event(i))).isEqualTo(Kept.IN_MEMORY);
      }
      assertThat(recorder.record(event(10))).isEqualTo(Kept.NOWHERE);
      assertThat(recorder.flush(Duration.ZERO)).isFalse();
      assertThat(recorder.dropped()).isEqualTo(1);
      assertThat(heard.drops).containsExactly("e10");
      recorder.close();
    }
    // What was in memory is lost with it, and that is said, too.
    assertThat(heard.drops).hasSize(11);
  }

  @Test
  void recorder_bytesAboveTheBound_dropsThem() throws Exception {
    var settings =
        MEMORY.withStream(STREAM.withBufferedBytesMax(64 << 10).withDrainWait(Duration.ZERO));
    var large = event(0).toBuilder().setErrorCode("x".repeat(30_000)).build();
    try (var client = TollgateClient.connect(FakeServer.at(freePort()), KEY);
        var recorder = UsageRecorder.open(client, settings, heard)) {
      assertThat(recorder.record(large)).isEqualTo(Kept.IN_MEMORY);
      assertThat(recorder.record(large)).isEqualTo(Kept.IN_MEMORY);
      assertThat(recorder.record(large)).isEqualTo(Kept.NOWHERE);
      assertThat(recorder.record(event(1))).isEqualTo(Kept.IN_MEMORY);
    }
  }

  @Test
  void recorder_serverAwayWithSpool_keepsAllAndDeliversWhenItIsBack() throws Exception {
    var port = freePort();
    var settings =
        MEMORY.withStream(STREAM.withBufferedEventsMax(10)).withSpool(SpoolSettings.in(folder));
    try (var client = TollgateClient.connect(FakeServer.at(port), KEY);
        var recorder = UsageRecorder.open(client, settings, heard)) {
      for (var i = 0; i < 1_000; i++) {
        assertThat(recorder.record(event(i))).isEqualTo(Kept.ON_DISK);
      }
      assertThat(recorder.buffered()).isLessThanOrEqualTo(10);
      try (var _ = new FakeServer(port, ingest)) {
        assertThat(recorder.flush(LONG)).isTrue();
      }
    }
    assertThat(ingest.counted()).containsExactlyInAnyOrder(ids(1_000));
    assertThat(heard.drops).isEmpty();
    assertThat(usageFiles()).isEmpty();
  }

  @Test
  void recorder_closedWhileTheServerIsAway_leavesUsageToTheNextOne() throws Exception {
    var settings =
        MEMORY
            .withStream(STREAM.withDrainWait(Duration.ofMillis(50)))
            .withSpool(SpoolSettings.in(folder));
    try (var client = TollgateClient.connect(FakeServer.at(freePort()), KEY);
        var recorder = UsageRecorder.open(client, settings, heard)) {
      for (var i = 0; i < 100; i++) {
        recorder.record(event(i));
      }
    }
    assertThat(heard.drops).isEmpty();

    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var recorder = UsageRecorder.open(client, settings, heard)) {
      assertThat(recorder.flush(LONG)).isTrue();
    }
    assertThat(ingest.counted()).containsExactlyInAnyOrder(ids(100));
    assertThat(usageFiles()).isEmpty();
  }

  @Test
  void recorder_badConnections_deliverEachEventOnceWithAndWithoutSpool() {
    Seeds.check(
        "usage recorder over bad connections",
        6,
        100,
        (seed, random) -> {
          var fates =
              List.of(Fate.SERVED, Fate.SERVED, Fate.SKIPPED, Fate.CUT_AFTER, Fate.CUT_BEFORE);
          var shaky = new FakeIngest(_ -> fates.get(random.nextInt(fates.size())));
          var settings =
              seed % 2 == 0
                  ? MEMORY
                  : MEMORY.withSpool(
                      SpoolSettings.in(folder.resolve("s" + seed)).withSegmentBytes(2 << 10));
          try (var server = new FakeServer(0, shaky);
              var client = TollgateClient.connect(server.endpoints(), KEY);
              var recorder = UsageRecorder.open(client, settings, heard)) {
            for (var i = 0; i < 500; i++) {
              assertThat(recorder.record(event(i))).isNotEqualTo(Kept.NOWHERE);
            }
            assertThat(recorder.flush(LONG)).isTrue();
          }
          assertThat(shaky.counted()).containsExactlyInAnyOrder(ids(500));
        });
  }

  @Test
  void recorder_refusedForGood_losesItWithoutSpoolAndKeepsItWithOne() throws Exception {
    var forbidding = new FakeIngest(_ -> Fate.FORBIDDEN);
    var spooled = MEMORY.withSpool(SpoolSettings.in(folder));
    for (var settings : List.of(MEMORY, spooled)) {
      try (var server = new FakeServer(0, forbidding);
          var client = TollgateClient.connect(server.endpoints(), KEY);
          var recorder = UsageRecorder.open(client, settings, heard)) {
        recorder.record(event(0));
        assertThat(recorder.flush(LONG)).isTrue();
      }
    }
    assertThat(heard.refusals).containsExactly("ROLE_FORBIDDEN", "ROLE_FORBIDDEN");

    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var recorder = UsageRecorder.open(client, spooled, heard)) {
      assertThat(recorder.flush(LONG)).isTrue();
    }
    assertThat(ingest.counted()).containsExactly("e0");
  }

  @Test
  void recorder_keyNotKnownYet_losesNothingWithAndWithoutSpool() throws Exception {
    for (var settings : List.of(MEMORY, MEMORY.withSpool(SpoolSettings.in(folder)))) {
      var turn = new AtomicInteger();
      var late = new FakeIngest(_ -> turn.incrementAndGet() < 4 ? Fate.UNKNOWN_KEY : Fate.SERVED);
      heard.interruptions.clear();
      try (var server = new FakeServer(0, late);
          var client = TollgateClient.connect(server.endpoints(), KEY);
          var recorder = UsageRecorder.open(client, settings, heard)) {
        for (var i = 0; i < 100; i++) {
          recorder.record(event(i));
        }
        assertThat(recorder.flush(LONG)).isTrue();
      }
      assertThat(late.counted()).containsExactlyInAnyOrder(ids(100));
      assertThat(heard.interruptions).containsOnly("CREDENTIALS_INVALID").hasSize(3);
    }
    assertThat(heard.refusals).isEmpty();
  }

  @Test
  void recorder_spoolFull_keepsInMemoryThenDrops() throws Exception {
    var settings =
        MEMORY
            .withStream(STREAM.withBufferedEventsMax(5).withDrainWait(Duration.ZERO))
            .withSpool(SpoolSettings.in(folder).withSegmentBytes(1 << 10).withBytesMax(1 << 10));
    var kept = new HashSet<Kept>();
    try (var client = TollgateClient.connect(FakeServer.at(freePort()), KEY);
        var recorder = UsageRecorder.open(client, settings, heard)) {
      for (var i = 0; i < 200 && !kept.contains(Kept.NOWHERE); i++) {
        kept.add(recorder.record(event(i)));
      }
    }
    assertThat(kept).contains(Kept.ON_DISK, Kept.NOWHERE);
  }

  @Test
  void recorder_directoryThatCannotBe_isRefusedAtOnce() throws Exception {
    var file = Files.writeString(folder.resolve("file"), "x");
    try (var client = TollgateClient.connect(FakeServer.at(freePort()), KEY)) {
      assertThatThrownBy(
              () -> UsageRecorder.open(client, MEMORY.withSpool(SpoolSettings.in(file)), heard))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void record_hugeEvent_isAnsweredInvalid() throws Exception {
    var huge =
        event(0).toBuilder()
            .setDimensions(Dimensions.newBuilder().setTeam("x".repeat(70_000)))
            .build();
    try (var client = TollgateClient.connect(FakeServer.at(freePort()), KEY);
        var recorder = UsageRecorder.open(client, MEMORY, heard)) {
      assertThat(recorder.record(huge)).isEqualTo(Kept.NOWHERE);
    }
    assertThat(heard.answers).containsExactly(EventStatus.EVENT_STATUS_INVALID);
  }

  @Test
  void record_interruptedThread_keepsOnDiskAndHarmsNoOther() throws Exception {
    for (var spool :
        List.of(
            SpoolSettings.in(folder.resolve("plain")),
            SpoolSettings.in(folder.resolve("synced")).withFsync())) {
      try (var server = new FakeServer(0, ingest);
          var client = TollgateClient.connect(server.endpoints(), KEY);
          var recorder = UsageRecorder.open(client, MEMORY.withSpool(spool), heard)) {
        Thread.currentThread().interrupt();
        assertThat(recorder.record(event(0))).isEqualTo(Kept.ON_DISK);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(recorder.record(event(1))).isEqualTo(Kept.ON_DISK);
        assertThat(recorder.flush(LONG)).isTrue();
      }
    }
    assertThat(heard.failures).isEmpty();
    assertThat(ingest.counted()).containsExactlyInAnyOrder(ids(2));
  }

  @Test
  void record_afterClose_isDropped() throws Exception {
    try (var client = TollgateClient.connect(FakeServer.at(freePort()), KEY)) {
      var recorder = UsageRecorder.open(client, MEMORY.withSpool(SpoolSettings.in(folder)), heard);
      recorder.close();
      assertThat(recorder.record(event(0))).isEqualTo(Kept.NOWHERE);
    }
    assertThat(heard.drops).containsExactly("e0");
  }

  /// A client in another process is killed while it records over a bad connection, again and again.
  @Test
  @Timeout(600)
  void process_killedAnywhere_everyEventThatWasTakenIsCountedOnce() throws Exception {
    var random = new Random(7);
    var fates = List.of(Fate.SERVED, Fate.SERVED, Fate.SERVED, Fate.CUT_AFTER, Fate.CUT_BEFORE);
    var shaky = new FakeIngest(_ -> fates.get(random.nextInt(fates.size())));
    var taken = new HashSet<String>();
    var rounds = Seeds.count(8, 60);
    var killedBusy = 0;
    try (var server = new FakeServer(0, shaky)) {
      for (var round = 0; round < rounds; round++) {
        var told = killOne(server.port(), "k" + round, 50 + new Random(round).nextInt(3_000));
        taken.addAll(told);
        killedBusy += shaky.counted().containsAll(told) ? 0 : 1;
      }
      try (var client = TollgateClient.connect(server.endpoints(), KEY);
          var recorder =
              UsageRecorder.open(client, MEMORY.withSpool(SpoolSettings.in(folder)), heard)) {
        assertThat(recorder.flush(LONG)).isTrue();
      }
    }
    System.out.printf(
        "[kill] %d kills, %d with usage that was not yet counted; %d events taken, %d counted%n",
        rounds, killedBusy, taken.size(), shaky.counted().size());
    assertThat(shaky.counted()).containsAll(taken);
    assertThat(killedBusy).isPositive();
    assertThat(heard.drops).isEmpty();
    assertThat(usageFiles()).isEmpty();
  }

  /// Starts a client, kills it after so many events, and returns those that it said it had taken.
  private List<String> killOne(int port, String prefix, int after) throws Exception {
    var told = new CopyOnWriteArrayList<String>();
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Recording.class.getName(),
                Integer.toString(port),
                folder.toString(),
                prefix)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(prefix + "-")) {
          told.add(line);
        }
        if (told.size() == after) {
          // Not through the process, which would close the pipe with what it said last.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(told).hasSizeGreaterThanOrEqualTo(after);
    return told;
  }

  private List<Path> usageFiles() throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.filter(path -> path.toString().endsWith(".usage")).toList();
    }
  }

  private static UsageEvent event(int number) {
    return UsageEvent.newBuilder().setEventId("e" + number).build();
  }

  private static String[] ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "e" + i).toArray(String[]::new);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
