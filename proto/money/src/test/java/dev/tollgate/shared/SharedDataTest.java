package dev.tollgate.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class SharedDataTest {
  @TempDir Path folder;

  @Test
  void file_there_isFound() throws Exception {
    var file = Files.writeString(folder.resolve("prices.csv"), "a,b");

    assertThat(SharedData.file(folder, "prices.csv", true)).isEqualTo(file);
  }

  @Test
  void file_missing_skipsTheTest() {
    assertThatThrownBy(() -> SharedData.file(folder, "prices.csv", false))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("prices.csv");
  }

  @Test
  void file_missingUnderCi_fails() {
    assertThatThrownBy(() -> SharedData.file(folder, "prices.csv", true))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("prices.csv");
  }
}
