package dev.tollgate.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedRedisIT extends EmbeddedRedisContract {
  @TempDir static Path extracted;

  @Override
  RedisBinary binary() {
    return RedisBinary.find("/nowhere", extracted);
  }

  @Test
  void start_dataOfANewerRedis_isRefused() throws Exception {
    Files.createDirectories(directory.resolve("appendonlydir"));

    assertThatThrownBy(this::start)
        .isInstanceOf(StoreStartFailed.class)
        .hasMessageContaining("written by Redis 7 or newer");
  }

  @Test
  void find_emptyPath_extractsTheShippedBinary() {
    assertThat(RedisBinary.find("", extracted).file()).isExecutable().hasParent(extracted);
  }
}
