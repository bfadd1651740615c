package dev.tollgate.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.seed.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogPropertyTest {
  @TempDir Path dir;

  @Test
  void open_lastRecordCutAnywhere_losesThatRecordOnly() throws Exception {
    long before;
    try (var log = Logs.open(dir.resolve("whole"))) {
      log.append(List.of(Logs.usage("a", 50), Logs.usage("b", 50))).get();
      before = log.bytes();
      log.append(List.of(Logs.usage("torn", 200))).get();
    }
    var whole = Files.size(Logs.segments(dir.resolve("whole")).getFirst());
    for (long size = before; size < whole; size++) {
      var copy = Logs.copy(dir.resolve("whole"), dir.resolve("cut-" + size));
      resize(Logs.segments(copy).getFirst(), size);

      assertThat(Logs.eventIds(Logs.replay(copy))).containsExactly("a", "b");
      appendAndReplay(copy, "a", "b", "again");
    }
  }

  /// What a crash leaves of a file that was written ahead with zeros.
  @Test
  void open_lastRecordTornAnywhereAndZerosBehindIt_losesThatRecordOnly() throws Exception {
    long before;
    try (var log = Logs.open(dir.resolve("whole"))) {
      log.append(List.of(Logs.usage("a", 50))).get();
      before = log.bytes();
      log.append(List.of(Logs.usage("torn", 200))).get();
    }
    var whole = Files.size(Logs.segments(dir.resolve("whole")).getFirst());
    for (long size = before; size < whole - 1; size++) {
      var copy = Logs.copy(dir.resolve("whole"), dir.resolve("zeros-" + size));
      resize(Logs.segments(copy).getFirst(), size);
      resize(Logs.segments(copy).getFirst(), whole + 10_000);

      assertThat(Logs.eventIds(Logs.replay(copy))).containsExactly("a");
      appendAndReplay(copy, "a", "again");
    }
  }

  @Test
  void open_lastRecordGarbledAnywhere_losesThatRecordOnly() throws Exception {
    long before;
    try (var log = Logs.open(dir.resolve("whole"))) {
      log.append(List.of(Logs.usage("a", 50))).get();
      before = log.bytes();
      log.append(List.of(Logs.usage("torn", 200))).get();
    }
    var whole = Files.size(Logs.segments(dir.resolve("whole")).getFirst());
    for (long at = before; at < whole; at++) {
      var copy = Logs.copy(dir.resolve("whole"), dir.resolve("garbled-" + at));
      flip(Logs.segments(copy).getFirst(), at, 0);

      appendAndReplay(copy, "a", "again");
    }
  }

  @Test
  void open_bitFlippedBelowSomethingFsynced_isReported() {
    Seeds.check(
        "flipped bits in the log",
        100,
        5_000,
        (seed, random) -> {
          var home = dir.resolve("flip-" + seed);
          var last = Logs.usage("last", 50);
          try (var log = Logs.open(new LogSettings(home, 4_000, 1L << 40, 0), new ArrayList<>())) {
            for (int i = 0; i < 30; i++) {
              log.append(List.of(Logs.usage("e" + i, random.nextInt(1, 500)))).get();
            }
            log.append(List.of(last)).get();
          }
          var files = Logs.segments(home);
          var file = files.get(random.nextInt(files.size()));
          var unproven = file.equals(files.getLast()) ? size(last) : 0;
          var end = Files.size(file) - unproven;
          flip(file, random.nextLong(end), random.nextInt(8));

          assertThatThrownBy(() -> Logs.replay(home))
              .isInstanceOf(LogDamaged.class)
              .hasMessageContaining(file.toString());
        });
  }

  @Test
  void open_segmentMissing_isReported() throws Exception {
    try (var log = Logs.open(new LogSettings(dir, 1, 1L << 40, 0), new ArrayList<>())) {
      for (int i = 0; i < 3; i++) {
        log.append(List.of(Logs.usage("e" + i, 50))).get();
      }
    }
    Files.delete(Logs.segments(dir).get(1));

    assertThatThrownBy(() -> Logs.replay(dir)).isInstanceOf(LogDamaged.class);
  }

  @Test
  void open_groupHalfWrittenOutOfOrder_isATornTail() throws Exception {
    long before;
    try (var log = Logs.open(dir)) {
      log.append(List.of(Logs.usage("a", 50))).get();
      before = log.bytes();
      log.append(List.of(Logs.usage("b", 50), Logs.usage("c", 50), Logs.usage("d", 50))).get();
    }
    flip(Logs.segments(dir).getFirst(), before + Frame.OVERHEAD + 5, 3);

    appendAndReplay(dir, "a", "again");
  }

  private static void appendAndReplay(Path dir, String... expected) throws Exception {
    try (var log = Logs.open(dir)) {
      log.append(List.of(Logs.usage("again", 30))).get();
    }
    var replayed = Logs.replay(dir);
    assertThat(Logs.eventIds(replayed)).containsExactly(expected);
    assertThat(replayed.getLast().position()).isEqualTo(expected.length);
  }

  private static long size(Entry entry) {
    return (long) Frame.OVERHEAD + EntryCodec.encode(entry).length;
  }

  private static void resize(Path file, long size) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
      if (channel.size() < size) {
        channel.write(ByteBuffer.allocate((int) (size - channel.size())), channel.size());
      }
    }
  }

  private static void flip(Path file, long at, int bit) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1 << bit)).rewind();
      channel.write(one, at);
    }
  }
}
