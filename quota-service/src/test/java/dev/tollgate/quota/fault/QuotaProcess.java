package dev.tollgate.quota.fault;

import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceBlockingStub;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc.SettlementServiceBlockingStub;
import dev.tollgate.quota.TestQuota;
import dev.tollgate.quota.redis.LocalRedis;
import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A quota-service in a process of its own, that is killed and started again.
final class QuotaProcess implements Instance, AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private record Life(Process process, Peer operator, Peer other) {}

  private final Map<String, String> variables;
  private final Duration skew;
  private final Path folder;
  private final String name;
  private volatile Life life;

  /// Starts it and waits until it serves.
  ///
  /// @param skew by how much its wall clock is wrong
  QuotaProcess(Map<String, String> variables, Duration skew, Path folder, String name) {
    this.variables = variables;
    this.skew = skew;
    this.folder = folder;
    this.name = name;
    this.life = start();
  }

  private Life start() {
    var port = folder.resolve(name + ".port");
    try {
      Files.deleteIfExists(port);
      var process = launch(port);
      LocalRedis.eventually(
          name + " to serve",
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError(name + " ended by itself, see " + log());
            }
            return Files.exists(port);
          });
      var target = "127.0.0.1:" + Files.readString(port);
      return new Life(
          process, connect(target, TestQuota.OPERATOR_KEY), connect(target, TestQuota.SERVICE_KEY));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch(Path port) throws IOException {
    var builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                SkewedMain.class.getName(),
                skew.toString(),
                port.toString()));
    builder.environment().putAll(variables);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private Path log() {
    return folder.resolve(name + ".log");
  }

  private static Peer connect(String target, String key) {
    return Peer.connect(new PeerSettings(target, new Secret(key), new PeerSettings.Trust.Plain()));
  }

  /// Ends it as a power cut would, and starts it again; blocks until it serves.
  void killAndRestart() {
    kill();
    var before = life;
    life = start();
    before.operator().close();
    before.other().close();
  }

  void kill() {
    try {
      life.process().destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public QuotaServiceBlockingStub quota(String tenant) {
    return QuotaServiceGrpc.newBlockingStub(life.other().channel(tenant))
        .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public BudgetServiceBlockingStub budgets(String tenant) {
    return BudgetServiceGrpc.newBlockingStub(life.operator().channel(tenant))
        .withDeadlineAfter(4 * DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public SettlementServiceBlockingStub settlements(String tenant) {
    return SettlementServiceGrpc.newBlockingStub(life.other().channel(tenant))
        .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    kill();
    life.operator().close();
    life.other().close();
  }
}
