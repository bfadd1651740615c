package dev.tollgate.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.log.Passage.Point;
import dev.tollgate.time.FakeTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageTest {
  private final FakeTime time = new FakeTime(Logs.START);
  private final List<String> heard = new CopyOnWriteArrayList<>();
  @TempDir Path dir;

  @Test
  void append_atItsPoints_isNotDurableYet() throws Exception {
    var opened = new CompletableFuture<SegmentLog>();
    try (var log =
        open(point -> heard.add(point + ": " + opened.join().durablePosition() + " durable"))) {
      opened.complete(log);

      assertThat(log.append(List.of(Logs.usage("a", 10), Logs.usage("b", 10))).get()).isEqualTo(2);
      assertThat(heard).containsExactly("APPEND_FSYNC: 0 durable", "FSYNC_ACK: 0 durable");
    }
  }

  @Test
  void retire_atItsPoint_hasTheSegmentStill() throws Exception {
    try (var log =
        open(point -> {
          if (point == Point.COMMIT_RETIRE) {
            heard.add(segments() + " segments");
          }
        })) {
      for (int i = 0; i < 3; i++) {
        log.append(List.of(Logs.usage("e" + i, 100))).get();
        time.advance(Duration.ofHours(1));
      }

      log.retire(3, time.now());
      assertThat(heard).containsExactly("3 segments", "2 segments");
      assertThat(segments()).isEqualTo(1);
    }
  }

  private SegmentLog open(Passage passage) throws IOException {
    return SegmentLog.open(
        new LogSettings(dir, 1, 1L << 40, 0),
        Logs.COLUMNS,
        time,
        () -> new SegmentLog.Birth("log-a", 0),
        _ -> {},
        passage);
  }

  private int segments() {
    try {
      return Logs.segments(dir).size();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
