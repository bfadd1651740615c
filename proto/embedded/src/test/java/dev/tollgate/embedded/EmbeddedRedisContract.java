package dev.tollgate.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the embedded Redis must do with any binary.
abstract class EmbeddedRedisContract {
  @TempDir Path directory;

  abstract RedisBinary binary();

  @Test
  void start_again_keepsTheData() {
    try (var redis = start();
        var connection = Resp.connect(redis)) {
      for (var i = 0; i < 1_000; i++) {
        assertThat(connection.call("SET key" + i + " " + i)).isEqualTo("+OK");
      }
    }
    try (var redis = start();
        var connection = Resp.connect(redis)) {
      assertThat(connection.call("DBSIZE")).isEqualTo(":1000");
      assertThat(connection.call("GET key999")).isEqualTo("999");
    }
  }

  @Test
  void call_withoutPassword_isRefused() {
    try (var redis = start();
        var connection = Resp.connect(redis.url())) {
      assertThat(connection.call("GET key")).startsWith("-NOAUTH");
      assertThat(connection.call("AUTH guess")).startsWith("-WRONGPASS");
    }
  }

  @Test
  void call_beyondMemory_isRefusedAndNothingIsEvicted() {
    try (var redis = EmbeddedRedis.start(directory, binary(), 4 * 1024 * 1024, new Random(1));
        var connection = Resp.connect(redis)) {
      var value = "x".repeat(16 * 1024);
      var stored = 0;
      var answer = connection.call("SET key0 " + value);
      while (answer.equals("+OK")) {
        stored++;
        answer = connection.call("SET key" + stored + " " + value);
      }
      assertThat(answer).startsWith("-OOM");
      assertThat(connection.call("DBSIZE")).isEqualTo(":" + stored);
    }
  }

  @Test
  void start_running_listensOnLoopbackOnly() throws Exception {
    try (var redis = start()) {
      assertThat(redis.isRunning()).isTrue();
      assertThat(Listeners.of(pidOfRedis())).containsExactly("127.0.0.1");
    }
  }

  @Test
  void start_running_hidesThePassword() throws Exception {
    try (var redis = start()) {
      var password = redis.password().reveal();
      assertThat(Files.getPosixFilePermissions(directory.resolve("redis.conf")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Listeners.commandLine(redis.pid())).doesNotContain(password);
      assertThat(Listeners.commandLine(pidOfRedis())).doesNotContain(password);
      assertThat(Files.readString(directory.resolve("redis.log"))).doesNotContain(password);
    }
  }

  @Test
  void start_secondOnTheSameDirectory_failsAndTheFirstStays() {
    try (var first = start();
        var connection = Resp.connect(first)) {
      assertThatThrownBy(this::start)
          .isInstanceOf(StoreStartFailed.class)
          .hasMessageContaining("is in use by process " + ProcessHandle.current().pid());

      assertThat(connection.call("PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void start_watcherWasKilled_takesOverTheData() throws Exception {
    var first = start();
    long orphan;
    try (var connection = Resp.connect(first)) {
      connection.call("SET key 1");
      orphan = pidOfRedis();
      var watcher = ProcessHandle.of(first.pid()).orElseThrow();
      watcher.destroyForcibly();
      watcher.onExit().get(10, TimeUnit.SECONDS);
      assertThat(connection.call("PING")).isEqualTo("+PONG");
    }
    try (var second = start();
        var connection = Resp.connect(second)) {
      assertThat(connection.call("GET key")).isEqualTo("1");
      assertThat(ProcessHandle.of(orphan)).isEmpty();
    }
    first.close();
  }

  @Test
  void start_directoryIsAFile_saysSo() throws Exception {
    var file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> EmbeddedRedis.start(file, binary(), new Random(1)))
        .isInstanceOf(StoreStartFailed.class)
        .hasMessageContaining("file is not a directory (choose another one for redis)");
  }

  @Test
  void start_brokenData_carriesTheLog() throws Exception {
    start().close();
    var log = "not a log".getBytes(StandardCharsets.UTF_8);
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(".aof")) {
          Files.write(file, log);
        }
      }
    }

    assertThatThrownBy(this::start)
        .isInstanceOf(StoreStartFailed.class)
        .hasMessageContaining("redis-server ended with code 1")
        .hasMessageContaining("Bad file format");
  }

  EmbeddedRedis start() {
    return EmbeddedRedis.start(directory, binary(), new Random(1));
  }

  private long pidOfRedis() throws Exception {
    return Long.parseLong(Files.readString(directory.resolve("redis.pid")).strip());
  }
}
