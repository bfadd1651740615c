package dev.tollgate.load.check;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.embedded.RedisBinary;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.server.EventLoops;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// All that is started for a benchmark: the stores, the measured process and connections to it.
/// Gone, with its directory, when it is closed.
final class Site implements AutoCloseable {
  private static final String DATABASE = "tollgate";

  /// What can be chosen.
  ///
  /// @param connections of the clients
  /// @param appendOnly whether Redis appends every write to a file
  /// @param serviceJvm flags for quota-service's JVM
  record Options(int connections, boolean appendOnly, List<String> serviceJvm) {}

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Path directory;
  private final URI redis;
  private final ProcessHandle store;
  private final ProcessHandle service;
  private final Connections quota;
  private final Connections noop;
  private final Connections intercepted;
  private final Tenants tenants;

  private Site(
      Options options,
      TimeSource time,
      RandomGenerator random,
      Map<String, String> environment,
      Path root)
      throws IOException {
    directory = Files.createTempDirectory("tollgate-bench-");
    try {
      var binary =
          RedisBinary.find(environment.getOrDefault("PATH", ""), directory.resolve("binary"));
      var ownRedis =
          opened(PlainRedis.start(directory.resolve("redis"), binary, options.appendOnly()));
      redis = ownRedis.url();
      store = ownRedis.process().toHandle();
      var clickHouse =
          opened(
              EmbeddedClickHouse.start(
                  directory.resolve("clickhouse"), EmbeddedClickHouse.library(root), random));
      clickHouse.createDatabase(DATABASE);
      var book = opened(new OneBook());
      var operatorKey = KeyText.random(random).reveal();
      var settings = settings(operatorKey, KeyText.random(random).reveal());
      settings.put("CLICKHOUSE_URL", clickHouse.url().toString());
      settings.put("CLICKHOUSE_DATABASE", DATABASE);
      settings.put("CLICKHOUSE_USER", clickHouse.user());
      settings.put("CLICKHOUSE_PASSWORD", clickHouse.password().reveal());
      settings.put("REDIS_URL", redis.toString());
      settings.put("PRICING_TARGET", book.target());
      var prefixed = new HashMap<String, String>();
      settings.forEach((name, value) -> prefixed.put("TOLLGATE_QUOTA_" + name, value));
      environment.forEach((name, value) -> {
        if (name.startsWith("TOLLGATE_QUOTA_")) {
          prefixed.put(name, value);
        }
      });
      var measured =
          opened(
              MeasuredProcess.start(
                  prefixed, options.serviceJvm(), directory.resolve("quota-service.log")));
      var loops = opened(EventLoops.start(Runtime.getRuntime().availableProcessors()));
      quota = connected(measured.quota(), options.connections(), loops);
      noop = connected(measured.noop(), options.connections(), loops);
      intercepted = connected(measured.intercepted(), options.connections(), loops);
      service = measured.process().toHandle();
      var table =
          new BudgetTable(
              clickHouse.url(), clickHouse.user(), clickHouse.password().reveal(), DATABASE);
      tenants = new Tenants(quota, operatorKey, table, time);
    } catch (IOException | RuntimeException | Error failed) {
      close();
      throw failed;
    }
  }

  static Site open(
      Options options,
      TimeSource time,
      RandomGenerator random,
      Map<String, String> environment,
      Path root)
      throws IOException {
    return new Site(options, time, random, environment, root);
  }

  private static Map<String, String> settings(String operatorKey, String serviceKey) {
    var settings = new HashMap<String, String>();
    settings.put("HOST", "127.0.0.1");
    settings.put("GRPC_PORT", "0");
    settings.put("HTTP_PORT", "0");
    settings.put("AUTH_OPERATOR_KEY", operatorKey);
    settings.put("AUTH_SERVICE_KEY", serviceKey);
    settings.put("SERVICE_KEY", serviceKey);
    settings.put("TOKEN_KEY", serviceKey);
    // All of it shares one machine: Redis may wait for its turn.
    settings.put("REDIS_TIMEOUT", "PT2S");
    settings.put("DRAIN", "PT1S");
    return settings;
  }

  private Connections connected(int port, int count, EventLoops loops) {
    return opened(Connections.open(port, count, loops.group(), loops.isEpoll()));
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  /// Processor time that quota-service's process has used.
  Duration serviceTime() {
    return service.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Processor time that Redis has used.
  Duration storeTime() {
    return store.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  URI redis() {
    return redis;
  }

  Connections quota() {
    return quota;
  }

  Connections noop() {
    return noop;
  }

  Connections intercepted() {
    return intercepted;
  }

  Tenants tenants() {
    return tenants;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failed) {
        throw new IllegalStateException("a part of the benchmark did not close", failed);
      }
    }
    remove(directory);
  }

  private static void remove(Path directory) {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
