package dev.tollgate.cli.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path folder;

  @Test
  void open_twice_isAProblemThatNamesTheHolder() {
    try (var _ = DataDirectory.open(folder.resolve("data"))) {
      assertThatThrownBy(() -> DataDirectory.open(folder.resolve("data")))
          .isInstanceOf(Problem.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid())
          .hasMessageContaining("--data");
    }
  }

  @Test
  void open_afterClose_works() {
    DataDirectory.open(folder.resolve("data")).close();

    try (var again = DataDirectory.open(folder.resolve("data"))) {
      assertThat(again.path()).isDirectory();
    }
  }

  @Test
  void open_new_isForItsOwnerOnly() throws IOException {
    try (var directory = DataDirectory.open(folder.resolve("data"))) {
      assertThat(Files.getPosixFilePermissions(directory.path()))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void open_aFile_isAProblem() throws IOException {
    var file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("--data");
  }

  @Test
  void checkSpace_tooLittle_isAProblemWithTheRemedy() {
    assertThatThrownBy(() -> DataDirectory.checkSpace(folder, 12L << 20))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("12 MB free")
        .hasMessageContaining("--data");
  }

  @Test
  void remove_filled_leavesNothing() throws IOException {
    var directory = DataDirectory.open(folder.resolve("data"));
    Files.createDirectories(directory.path().resolve("a/b"));
    Files.writeString(directory.path().resolve("a/b/c"), "d");

    directory.remove();

    assertThat(folder.resolve("data")).doesNotExist();
  }
}
