package dev.tollgate.client.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.seed.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
@Timeout(60)
class SpoolTest {
  @TempDir Path folder;

  private final List<String> damages = new CopyOnWriteArrayList<>();
  private final RecorderListener listener =
      new RecorderListener() {
        @Override
        public void spoolDamaged(Path file, long offset) {
          damages.add(file.getFileName() + "@" + offset);
        }

        @Override
        public void spoolFailed(IOException why) {
          throw new AssertionError(why);
        }
      };

  @Test
  void spool_reopened_hasEveryEventThatWasNotAnsweredInOrder() throws Exception {
    try (var spool = open(small())) {
      append(spool, 0, 500);
      for (var i = 0; i < 200; i++) {
        spool.answered(next(spool));
      }
    }
    assertThat(files(".usage")).isNotEmpty();

    try (var spool = open(small())) {
      append(spool, 500, 510);
      var found = new ArrayList<String>();
      while (found.isEmpty() || !found.getLast().equals("e509")) {
        var event = next(spool);
        found.add(event.event().getEventId());
        spool.answered(event);
      }
      // Whole files were deleted; what is left begins with events that were answered.
      assertThat(found).endsWith(ids(200, 510)).hasSizeLessThan(400);
      assertThat(spool.isAnswered()).isTrue();
    }
    assertThat(files(".usage")).isEmpty();
    assertThat(damages).isEmpty();
  }

  @Test
  void spool_killedAtAnyByte_keepsEveryWholeEvent() throws Exception {
    try (var spool = open(SpoolSettings.in(folder))) {
      append(spool, 0, 3);
    }
    var file = files(".usage").getFirst();
    var whole = Files.readAllBytes(file);
    var frame = whole.length / 3;
    for (var length = 0; length <= whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      damages.clear();
      try (var spool = open(SpoolSettings.in(folder))) {
        append(spool, 9, 10);
        assertThat(drain(spool, "e9")).containsExactlyElementsOf(idsThen(length / frame, "e9"));
      }
      assertThat(damages).hasSize(length % frame == 0 ? 0 : 1);
      assertThat(files(".usage")).isEmpty();
      // What was not understood is kept aside.
      assertThat(files(".damaged")).hasSize(length % frame == 0 ? 0 : 1);
      for (var aside : files(".damaged")) {
        Files.delete(aside);
      }
    }
  }

  @Test
  void spool_anyBitFlipped_losesAtMostWhatItBelongsToAndSaysSo() {
    Seeds.check(
        "spool with a flipped bit",
        60,
        2_000,
        (_, random) -> {
          var directory = Files.createTempDirectory(folder, "flip");
          try (var spool = Spool.open(SpoolSettings.in(directory), listener)) {
            append(spool, 0, 10);
          }
          var file = files(directory, ".usage").getFirst();
          var bytes = Files.readAllBytes(file);
          var at = random.nextInt(bytes.length);
          bytes[at] ^= (byte) (1 << random.nextInt(8));
          Files.write(file, bytes);
          damages.clear();
          var hit = at / (bytes.length / 10);

          try (var spool = Spool.open(SpoolSettings.in(directory), listener)) {
            append(spool, 99, 100);
            var found = drain(spool, "e99");
            assertThat(found.subList(0, hit)).containsExactly(ids(0, hit));
            assertThat(found).doesNotContain("e" + hit).endsWith("e99");
            assertThat(found).doesNotHaveDuplicates();
          }
          assertThat(damages).isNotEmpty();
          assertThat(files(directory, ".damaged")).hasSize(1);
        });
  }

  @Test
  void spool_full_takesNoMoreUntilSomethingIsAnswered() throws Exception {
    var settings = SpoolSettings.in(folder).withSegmentBytes(1 << 10).withBytesMax(4 << 10);
    try (var spool = open(settings)) {
      var taken = 0;
      while (spool.append(event(taken))) {
        taken++;
      }
      assertThat(taken).isBetween(10, 1_000);
      assertThat(files(".usage").stream().mapToLong(SpoolTest::size).sum())
          .isLessThanOrEqualTo(4 << 10);

      for (var i = 0; i < taken; i++) {
        spool.answered(next(spool));
      }
      assertThat(spool.append(event(taken))).isTrue();
    }
  }

  @Test
  void spool_eventThatIsKept_isThereForTheNextProcess() throws Exception {
    try (var spool = open(SpoolSettings.in(folder))) {
      append(spool, 0, 2);
      spool.keep(next(spool));
      spool.answered(next(spool));
      assertThat(spool.isAnswered()).isTrue();
    }
    try (var spool = open(SpoolSettings.in(folder))) {
      assertThat(next(spool).event().getEventId()).isEqualTo("e0");
    }
  }

  @Test
  void spool_openElsewhere_isRefused() throws Exception {
    try (var _ = open(SpoolSettings.in(folder))) {
      assertThatThrownBy(() -> open(SpoolSettings.in(folder)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no other client");
    }
    open(SpoolSettings.in(folder)).close();
  }

  @Test
  void spool_syncedByManyAtOnce_keepsEveryEventAcrossFiles() throws Exception {
    var settings = small().withFsync();
    var taken = new ArrayList<Future<Boolean>>();
    try (var spool = open(settings);
        var threads = Executors.newFixedThreadPool(8)) {
      for (var i = 0; i < 400; i++) {
        var event = event(i);
        taken.add(threads.submit(() -> spool.append(event)));
      }
      for (var each : taken) {
        assertThat(each.get()).isTrue();
      }
    }
    try (var spool = open(settings)) {
      append(spool, 400, 401);
      assertThat(drain(spool, "e400")).containsExactlyInAnyOrder(ids(0, 401));
    }
  }

  @Test
  void spool_written_isReadableByItsOwnerOnly() throws Exception {
    var directory = folder.resolve("new").resolve("spool");
    try (var spool = Spool.open(SpoolSettings.in(directory), listener)) {
      append(spool, 0, 1);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(files(directory, ".usage").getFirst())))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void settings_impossible_sayWhatIsExpected() {
    assertThatThrownBy(() -> SpoolSettings.in(folder).withBytesMax(10))
        .hasMessageContaining("expected: 1024 <= segmentBytes <= bytesMax");
  }

  private SpoolSettings small() {
    return SpoolSettings.in(folder).withSegmentBytes(1 << 10);
  }

  private Spool open(SpoolSettings settings) throws IOException {
    return Spool.open(settings, listener);
  }

  /// Reads up to the event and answers all.
  private static List<String> drain(Spool spool, String last) throws InterruptedException {
    var found = new ArrayList<String>();
    do {
      var event = next(spool);
      found.add(event.event().getEventId());
      spool.answered(event);
    } while (!found.getLast().equals(last));
    return found;
  }

  private static Spooled next(Spool spool) throws InterruptedException {
    return spool.next().orElseThrow();
  }

  private static void append(Spool spool, int from, int to) throws IOException {
    for (var i = from; i < to; i++) {
      assertThat(spool.append(event(i))).isTrue();
    }
  }

  private static UsageEvent event(int number) {
    return UsageEvent.newBuilder().setEventId("e" + number).setAttempt(1).build();
  }

  private static String[] ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "e" + i).toArray(String[]::new);
  }

  private static List<String> idsThen(int count, String last) {
    var all = new ArrayList<>(List.of(ids(0, count)));
    all.add(last);
    return all;
  }

  private List<Path> files(String ending) throws IOException {
    return files(folder, ending);
  }

  private static List<Path> files(Path directory, String ending) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.filter(path -> path.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static long size(Path path) {
    return path.toFile().length();
  }
}
