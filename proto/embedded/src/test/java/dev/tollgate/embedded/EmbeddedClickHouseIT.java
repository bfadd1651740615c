package dev.tollgate.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedClickHouseIT {
  static final Path LIBRARY =
      EmbeddedClickHouse.library(Path.of(System.getProperty("tollgate.root", "../..")));

  @TempDir Path directory;

  @Test
  void start_again_keepsTheData() {
    try (var first = start()) {
      first.createDatabase("ledger");
      Http.query(first, "CREATE TABLE ledger.t (n Int64) ENGINE = MergeTree ORDER BY n");
      Http.query(first, "INSERT INTO ledger.t SELECT number FROM numbers(100000)");
    }
    try (var second = start()) {
      assertThat(Http.query(second, "SELECT sum(n) FROM ledger.t")).isEqualTo("4999950000");
    }
  }

  @Test
  void query_anything_isInUtc() {
    try (var clickHouse = start()) {
      assertThat(Http.query(clickHouse, "SELECT timezone()")).isEqualTo("UTC");
    }
  }

  @Test
  void query_wrongPassword_isRefused() {
    try (var clickHouse = start()) {
      assertThat(Http.query(clickHouse.url(), clickHouse.user(), "guess", "SELECT 1"))
          .contains("AUTHENTICATION_FAILED");
    }
  }

  @Test
  void query_withoutPassword_readsNoTable() {
    try (var clickHouse = start()) {
      clickHouse.createDatabase("ledger");
      Http.query(clickHouse, "CREATE TABLE ledger.t (n Int64) ENGINE = MergeTree ORDER BY n");

      assertThat(Http.query(clickHouse.url(), "default", "", "SELECT * FROM ledger.t"))
          .startsWith("Code:");
      assertThat(Http.query(clickHouse.url(), "default", "", "DROP TABLE ledger.t"))
          .startsWith("Code:");
      assertThat(Http.query(clickHouse.url(), "default", "", "SELECT number FROM numbers(10)"))
          .contains("QUOTA_EXCEEDED");
    }
  }

  @Test
  void query_fileOfTheMachine_isRefused() {
    try (var clickHouse = start()) {
      assertThat(Http.query(clickHouse, "SELECT * FROM file('/etc/passwd', LineAsString)"))
          .contains("ACCESS_DENIED");
    }
  }

  @Test
  void start_running_listensOnLoopbackOnly() throws Exception {
    try (var clickHouse = start()) {
      assertThat(Listeners.of(clickHouse.pid())).containsExactly("127.0.0.1");
    }
  }

  @Test
  void start_secondOnTheSameDirectory_failsAndTheFirstStays() {
    try (var first = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(StoreStartFailed.class)
          .hasMessageContaining("is in use by process " + ProcessHandle.current().pid())
          .hasMessageContaining("choose another directory");

      assertThat(Http.query(first, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void start_withoutLibrary_saysHowToInstallIt() {
    assertThatThrownBy(() ->
            EmbeddedClickHouse.start(directory, directory.resolve("libchdb.so"), new Random(1)))
        .isInstanceOf(StoreStartFailed.class)
        .hasMessageContaining("npm ci");
  }

  @Test
  void start_brokenLibrary_saysWhy() throws Exception {
    var library = Files.writeString(directory.resolve("libchdb.so"), "no library");

    assertThatThrownBy(() -> EmbeddedClickHouse.start(directory, library, new Random(1)))
        .isInstanceOf(StoreStartFailed.class)
        .hasMessageContaining("can't be loaded");
  }

  @Test
  void start_running_hidesThePassword() throws Exception {
    try (var clickHouse = start()) {
      var password = clickHouse.password().reveal();
      assertThat(Files.getPosixFilePermissions(directory.resolve("users.xml")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Files.readString(directory.resolve("users.xml"))).doesNotContain(password);
      assertThat(Listeners.commandLine(clickHouse.pid())).doesNotContain(password);
    }
  }

  private EmbeddedClickHouse start() {
    return EmbeddedClickHouse.start(directory, LIBRARY, new Random(1));
  }
}
