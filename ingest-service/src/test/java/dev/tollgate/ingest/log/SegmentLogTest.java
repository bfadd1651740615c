package dev.tollgate.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.time.FakeTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path dir;

  @Test
  void open_afterAppends_replaysThemInOrderAndGoesOnCounting() throws Exception {
    try (var log = Logs.open(dir)) {
      assertThat(log.append(List.of(Logs.usage("a", 10), Logs.usage("b", 10))).get()).isEqualTo(2);
      assertThat(log.append(List.of(new Entry.Seal(1, 2))).get()).isEqualTo(3);
    }

    var replayed = new ArrayList<Logged>();
    try (var log = Logs.open(Logs.settings(dir), replayed)) {
      assertThat(replayed).extracting(Logged::position).containsExactly(1L, 2L, 3L);
      assertThat(Logs.eventIds(replayed)).containsExactly("a", "b");
      assertThat(log.logId()).isEqualTo("log-a");
      assertThat(log.append(List.of(Logs.usage("c", 10))).get()).isEqualTo(4);
    }
  }

  @Test
  void append_manyAtOnce_eachGetsItsOwnPosition() throws Exception {
    try (var log = Logs.open(dir)) {
      var appends = new ArrayList<CompletableFuture<Long>>();
      for (int i = 0; i < 500; i++) {
        appends.add(log.append(List.of(Logs.usage("e" + i, 20), Logs.usage("f" + i, 20))));
      }
      for (int i = 0; i < 500; i++) {
        assertThat(appends.get(i).get()).isEqualTo(2L * (i + 1));
      }
    }
    assertThat(Logs.replay(dir)).hasSize(1_000);
  }

  @Test
  void cursor_readsWhatIsThere_andWaitsForMore() throws Exception {
    try (var log = Logs.open(dir);
        var cursor = log.read(1)) {
      assertThat(cursor.next(Duration.ofMillis(1))).isEmpty();
      log.append(List.of(Logs.usage("a", 10))).get();
      assertThat(cursor.next(SOON).orElseThrow().position()).isEqualTo(1);
      assertThat(cursor.columns()).isEqualTo(Logs.COLUMNS);

      log.append(List.of(Logs.usage("b", 10), new Entry.Commit(1))).get();
      assertThat(cursor.next(SOON).orElseThrow().position()).isEqualTo(2);
      assertThat(cursor.next(SOON).orElseThrow().entry()).isEqualTo(new Entry.Commit(1));
    }
  }

  @Test
  void cursor_overManySegments_missesNothing() throws Exception {
    var settings = new LogSettings(dir, 2_000, 1L << 40, 0);
    var ids = IntStream.range(0, 300).mapToObj(i -> "event-" + i).toList();
    try (var log = Logs.open(settings, new ArrayList<>());
        var cursor = log.read(1)) {
      for (var id : ids) {
        log.append(List.of(Logs.usage(id, 100))).get();
      }
      assertThat(Logs.segments(dir)).hasSizeGreaterThan(10);

      var read = new ArrayList<Logged>();
      while (read.size() < ids.size()) {
        read.add(cursor.next(SOON).orElseThrow());
      }
      assertThat(Logs.eventIds(read)).isEqualTo(ids);
    }
    assertThat(Logs.eventIds(Logs.replay(dir))).isEqualTo(ids);
  }

  @Test
  void append_whileOpen_growsTheFileAheadAndCloseCutsItOff() throws Exception {
    var settings = new LogSettings(dir, 64 << 20, 1L << 40, 0);
    try (var log = Logs.open(settings, new ArrayList<>())) {
      log.append(List.of(Logs.usage("a", 10))).get();
      var reserved = Files.size(Logs.segments(dir).getFirst());
      assertThat(reserved).isGreaterThan(1 << 20);
      log.append(List.of(Logs.usage("b", 10_000))).get();
      assertThat(Files.size(Logs.segments(dir).getFirst())).isEqualTo(reserved);
      assertThat(log.bytes()).isBetween(10_000L, 12_000L);
    }
    assertThat(Files.size(Logs.segments(dir).getFirst())).isBetween(10_000L, 12_000L);
  }

  @Test
  void append_intoTheSecondHalfOfASegment_makesTheNextOneReady() throws Exception {
    var settings = new LogSettings(dir, 3 << 20, 1L << 40, 0);
    try (var log = Logs.open(settings, new ArrayList<>())) {
      log.append(List.of(Logs.usage("a", 2 << 20))).get();
      log.files().awaitPrepared();
      log.append(List.of(Logs.usage("b", 2 << 20))).get();
      log.append(List.of(Logs.usage("c", 10))).get();

      assertThat(Logs.segments(dir)).hasSize(2);
      assertThat(Files.size(Logs.segments(dir).getFirst())).isBetween(4L << 20, 5L << 20);
      assertThat(Files.size(Logs.segments(dir).getLast())).isEqualTo(3 << 20);
      assertThat(log.bytes()).isBetween(4L << 20, 5L << 20);
    }
    assertThat(Files.size(Logs.segments(dir).getLast())).isLessThan(1_000);
    assertThat(Logs.eventIds(Logs.replay(dir))).containsExactly("a", "b", "c");
    assertThat(dir.resolve("spare")).doesNotExist();
  }

  /// A crash brings back what was cut off a segment when the next one was begun.
  @Test
  void open_zerosBehindASegmentThatIsNotTheLast_losesNothing() throws Exception {
    var settings = new LogSettings(dir, 2_000, 1L << 40, 0);
    var ids = IntStream.range(0, 60).mapToObj(i -> "event-" + i).toList();
    try (var log = Logs.open(settings, new ArrayList<>())) {
      for (var id : ids) {
        log.append(List.of(Logs.usage(id, 100))).get();
      }
    }
    var second = Logs.segments(dir).get(1);
    Files.write(second, new byte[5_000], StandardOpenOption.APPEND);
    assertThat(Logs.eventIds(Logs.replay(dir))).isEqualTo(ids);

    Files.write(second, new byte[] {0, 1}, StandardOpenOption.APPEND);
    assertThatThrownBy(() -> Logs.replay(dir)).isInstanceOf(LogDamaged.class);
  }

  @Test
  void at_somePositionsOfManySegments_givesThemInOrderAsOftenAsWanted() throws Exception {
    var settings = new LogSettings(dir, 2_000, 1L << 40, 0);
    var ids = IntStream.range(0, 100).mapToObj(i -> "event-" + i).toList();
    try (var log = Logs.open(settings, new ArrayList<>())) {
      for (var id : ids) {
        log.append(List.of(Logs.usage(id, 100))).get();
      }
      var some = log.at(new long[] {2, 3, 40, 41, 100});

      assertThat(some).extracting(Logged::position).containsExactly(2L, 3L, 40L, 41L, 100L);
      assertThat(Logs.eventIds(some))
          .containsExactly("event-1", "event-2", "event-39", "event-40", "event-99");
      assertThat(Logs.eventIds(some.subList(1, 4)))
          .containsExactly("event-2", "event-39", "event-40");
      assertThat(some.getLast().position()).isEqualTo(100);
      assertThat(some).isEqualTo(log.at(new long[] {2, 3, 40, 41, 100}));
      assertThatThrownBy(() -> log.at(new long[] {99, 101}).getLast())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("101");
    }
  }

  @Test
  void glimpse_recordsOfEveryKind_sayWhatTheEntriesSay() throws Exception {
    var entries =
        List.of(
            Logs.usage("a", 10),
            Logs.fact("outcomes", "b", 5),
            new Entry.User(new byte[] {1}),
            new Entry.Correction("acme", "a", new byte[] {1, 2}, new byte[] {3}),
            new Entry.GiveBack("acme", "reservation"),
            new Entry.Seal(1, 4));
    try (var log = Logs.open(dir);
        var cursor = log.read(1);
        var whole = log.read(1)) {
      log.append(entries).get();
      for (var entry : entries) {
        var glimpse = cursor.glimpse(SOON).orElseThrow();
        assertThat(glimpse.position()).isEqualTo(whole.next(SOON).orElseThrow().position());
        assertThat(glimpse.table()).isEqualTo(entry.table());
        assertThat(glimpse.rows()).isEqualTo(entry.rows().size());
        assertThat(glimpse.isAccepted()).isEqualTo(entry instanceof Entry.Accepted);
        assertThat(glimpse.receivedMillis())
            .isEqualTo(entry instanceof Entry.Accepted accepted ? accepted.receivedMillis() : 0);
      }
    }
  }

  @Test
  void append_halfASegmentThatACrashLeft_isNoPartOfTheNext() throws Exception {
    var left = dir.resolve("%020d.log.new".formatted(2));
    Files.write(left, "nonsense".repeat(1_000).getBytes(StandardCharsets.US_ASCII));
    try (var log = Logs.open(new LogSettings(dir, 2_000, 1L << 40, 0), new ArrayList<>())) {
      log.append(List.of(Logs.usage("a", 3_000))).get();
      log.append(List.of(Logs.usage("b", 10))).get();
      assertThat(Logs.segments(dir)).hasSize(2);
      assertThat(Files.size(Logs.segments(dir).getLast())).isLessThan(3_000);
    }
    assertThat(Logs.eventIds(Logs.replay(dir))).containsExactly("a", "b");
  }

  @Test
  void cursor_fromAPosition_beginsThere() throws Exception {
    try (var log = Logs.open(dir)) {
      log.append(List.of(Logs.usage("a", 10), Logs.usage("b", 10), Logs.usage("c", 10))).get();
      try (var cursor = log.read(3)) {
        assertThat(cursor.next(SOON).orElseThrow().position()).isEqualTo(3);
      }
    }
  }

  @Test
  void append_recordLargerThanTheBuffers_isReadBack() throws Exception {
    try (var log = Logs.open(dir);
        var cursor = log.read(1)) {
      log.append(List.of(Logs.usage("big", 3 << 20), Logs.usage("big-2", 3 << 20))).get();
      assertThat(((Entry.Usage) cursor.next(SOON).orElseThrow().entry()).row().length)
          .isGreaterThan(3 << 20);
      assertThat(cursor.next(SOON)).isPresent();
    }
    assertThat(Logs.replay(dir)).hasSize(2);
  }

  @Test
  void retire_doneAndOld_deletesTheOldestSegmentsOnly() throws Exception {
    var time = new FakeTime(Logs.START);
    var settings = new LogSettings(dir, 1, 1L << 40, 0);
    try (var log =
        SegmentLog.open(
            settings, Logs.COLUMNS, time, () -> new SegmentLog.Birth("log-a", 0), _ -> {})) {
      for (int i = 0; i < 4; i++) {
        log.append(List.of(Logs.usage("e" + i, 100))).get();
        time.advance(Duration.ofHours(1));
      }
      assertThat(Logs.segments(dir)).hasSize(4);

      log.retire(4, Logs.START);
      assertThat(Logs.segments(dir)).as("all too young").hasSize(4);
      log.retire(1, time.now());
      assertThat(Logs.segments(dir)).as("only the first is done").hasSize(3);
      log.retire(4, Logs.START.plus(Duration.ofMinutes(150)));
      assertThat(Logs.segments(dir)).as("the third is too young").hasSize(2);
      assertThat(log.historyEndMillis()).isEqualTo(Logs.START.toEpochMilli() - 1_000);
    }
    assertThat(Logs.eventIds(Logs.replay(dir))).containsExactly("e2", "e3");
  }

  @Test
  void open_withOtherColumns_beginsASegmentOfItsOwn() throws Exception {
    try (var log = Logs.open(dir)) {
      log.append(List.of(Logs.usage("old", 10))).get();
    }
    var more =
        Map.of(
            Entry.USAGE_TABLE,
            List.of("tenant_id", "event_id", "new_column"),
            "outcomes",
            List.of("tenant_id", "outcome_id"));
    try (var log =
            SegmentLog.open(
                Logs.settings(dir),
                more,
                new FakeTime(Logs.START),
                () -> new SegmentLog.Birth("unused", 0),
                _ -> {});
        var cursor = log.read(1)) {
      log.append(List.of(Logs.usage("new", 10))).get();
      cursor.next(SOON);
      assertThat(cursor.columns()).isEqualTo(Logs.COLUMNS);
      cursor.next(SOON);
      assertThat(cursor.columns()).isEqualTo(more);
    }
  }

  @Test
  void open_twice_isRefused() throws Exception {
    try (var _ = Logs.open(dir)) {
      assertThatThrownBy(() -> Logs.open(dir))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("in use by another process");
    }
  }

  @Test
  void append_aboveTheMost_failsButWhatFreesIsTaken() throws Exception {
    try (var log = Logs.open(new LogSettings(dir, 1 << 20, 2_000, 0), new ArrayList<>())) {
      log.append(List.of(Logs.usage("a", 1_000))).get();

      assertFailsWith(Reason.LOG_FULL, log.append(List.of(Logs.usage("b", 1_000))));
      assertThat(log.append(List.of(new Entry.Seal(1, 1))).get()).isEqualTo(2);
      assertFailsWith(Reason.LOG_FULL, log.append(List.of(Logs.usage("c", 1_000))));
    }
    assertThat(Logs.eventIds(Logs.replay(dir))).containsExactly("a");
  }

  @Test
  void append_diskFillsInTheMiddle_acknowledgesNothingAndRecovers() throws Exception {
    var disk = new FillingDisk();
    try (var log =
        SegmentLog.open(
            Logs.settings(dir),
            Logs.COLUMNS,
            new FakeTime(Logs.START),
            new SegmentLog.Birth("log-a", 0),
            disk)) {
      log.append(List.of(Logs.usage("before", 100))).get();
      disk.freeBytes(150);
      assertFailsWith(Reason.LOG_FULL, log.append(List.of(Logs.usage("lost", 1_000))));
      disk.freeBytes(1 << 20);
      assertThat(log.append(List.of(Logs.usage("after", 100))).get()).isEqualTo(2);
    }
    assertThat(Logs.eventIds(Logs.replay(dir))).containsExactly("before", "after");
  }

  @Test
  void append_fsyncFails_acknowledgesNothing() throws Exception {
    var disk = new FillingDisk();
    try (var log =
        SegmentLog.open(
            Logs.settings(dir),
            Logs.COLUMNS,
            new FakeTime(Logs.START),
            new SegmentLog.Birth("log-a", 0),
            disk)) {
      disk.failNextForce();
      assertFailsWith(Reason.STORE_UNAVAILABLE, log.append(List.of(Logs.usage("lost", 100))));
      assertThat(log.append(List.of(Logs.usage("kept", 100))).get()).isEqualTo(1);
    }
    assertThat(Logs.eventIds(Logs.replay(dir))).containsExactly("kept");
  }

  @Test
  void append_afterClose_isRefused() throws Exception {
    var log = Logs.open(dir);
    log.close();
    assertFailsWith(Reason.STOPPING, log.append(List.of(Logs.usage("late", 100))));
  }

  private static void assertFailsWith(Reason reason, CompletableFuture<Long> append) {
    assertThatThrownBy(append::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
  }

  /// Says that the file system has no more than so many bytes.
  private static final class FillingDisk implements LogFiles.Opener {
    private final FaultyChannel.Faults faults = new FaultyChannel.Faults();

    void freeBytes(long bytes) {
      faults.freeBytes.set(bytes);
    }

    void failNextForce() {
      faults.failForce.set(true);
    }

    @Override
    public java.nio.channels.FileChannel open(Path file, java.nio.file.OpenOption... options)
        throws IOException {
      return new FaultyChannel(java.nio.channels.FileChannel.open(file, options), faults);
    }
  }
}
