package dev.tollgate.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisBinaryTest {
  @TempDir Path folder;

  @Test
  void onPath_twoFolders_takesTheFirstThatCanBeRun() throws Exception {
    var first = Files.createDirectory(folder.resolve("first"));
    var second = Files.createDirectory(folder.resolve("second"));
    Files.writeString(first.resolve("redis-server"), "");
    var program = Files.writeString(second.resolve("redis-server"), "");
    assertThat(program.toFile().setExecutable(true)).isTrue();

    assertThat(RedisBinary.onPath(":" + first + ":" + second)).contains(new RedisBinary(program));
  }

  @Test
  void onPath_nowhere_isEmpty() {
    assertThat(RedisBinary.onPath("")).isEmpty();
    assertThat(RedisBinary.onPath(folder.toString())).isEmpty();
  }
}
