package dev.tollgate.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpareTest {
  private static final int BYTES = 5 << 20;

  @TempDir Path dir;

  @Test
  void take_prepared_givesAFileOfZerosOnce() throws Exception {
    var spare = new Spare(dir.resolve("spare"));
    spare.prepare(BYTES);
    spare.await();

    var file = spare.take().orElseThrow();
    assertThat(Files.readAllBytes(file)).isEqualTo(new byte[BYTES]);
    assertThat(spare.take()).isEmpty();
  }

  @Test
  void prepare_hasFailed_isNotTriedAgainBeforeTheNextSegment() throws Exception {
    var file = dir.resolve("spare");
    var spare = new Spare(file);
    Files.createDirectory(file);
    spare.prepare(BYTES);
    spare.await();
    spare.prepare(BYTES);
    spare.await();
    assertThat(file).doesNotExist();

    assertThat(spare.take()).isEmpty();
    spare.prepare(BYTES);
    spare.await();
    assertThat(spare.take()).contains(file);
  }

  @Test
  void open_leftByAnEarlierProcess_isDeleted() throws Exception {
    var file = Files.writeString(dir.resolve("spare"), "left");
    var spare = new Spare(file);
    assertThat(file).doesNotExist();
    assertThat(spare.take()).isEmpty();
  }
}
