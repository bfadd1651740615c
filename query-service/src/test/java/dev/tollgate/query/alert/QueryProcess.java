package dev.tollgate.query.alert;

import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.testkit.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullMarked;

/// query-service in a process of its own, so that it can be killed.
@NullMarked
final class QueryProcess implements AutoCloseable {
  private final Process process;

  private QueryProcess(Process process) {
    this.process = process;
  }

  /// Starts the real main, whose jobs hardly pause, and returns at once.
  ///
  /// @param peers where quota-service and pricing-service are
  static QueryProcess start(Stores stores, String peers, Path output) throws IOException {
    var settings = new HashMap<String, String>();
    settings.put("HOST", "127.0.0.1");
    settings.put("GRPC_PORT", "0");
    settings.put("HTTP_PORT", "0");
    settings.put("SERVICE_KEY", KeyText.random(new Random(5)).reveal());
    settings.put("CLICKHOUSE_URL", stores.clickHouseUrl().toString());
    settings.put("CLICKHOUSE_DATABASE", stores.database());
    settings.put("CLICKHOUSE_USER", stores.clickHouseUser());
    settings.put("CLICKHOUSE_PASSWORD", stores.clickHousePassword().reveal());
    settings.put("QUOTA_TARGET", peers);
    settings.put("PRICING_TARGET", peers);
    settings.put("ANOMALIES_EVERY", "PT0.3S");
    settings.put("BUDGETS_EVERY", "PT0.3S");
    settings.put("ALERTS_EVERY", "PT0.1S");
    settings.put("ALERT_PRIVATE_TARGETS", "true");
    var builder = new ProcessBuilder(command());
    settings.forEach((name, value) -> builder.environment().put("TOLLGATE_QUERY_" + name, value));
    return new QueryProcess(
        builder.redirectErrorStream(true).redirectOutput(output.toFile()).start());
  }

  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        "dev.tollgate.query.QueryMain");
  }

  /// As `kill -9` does.
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
