package dev.tollgate.load.site;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.embedded.RedisBinary;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.server.EventLoops;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// All that is started for a benchmark: the stores, the measured processes and connections to them.
/// Gone, with its directory, when it is closed.
public final class Site implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String DATABASE = "tollgate";

  /* Batches on their way are most of what it holds: the less often they are copied, the better. */
  private static final List<String> INGEST_JVM = List.of("-Xmx2g", "-Xmn1g");

  /// What can be chosen.
  ///
  /// @param connections of the clients, to each service
  /// @param appendOnly whether Redis appends every write to a file
  /// @param serviceJvm flags for the JVM of the service that is measured
  public record Options(int connections, boolean appendOnly, List<String> serviceJvm) {}

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Options options;
  private final Map<String, String> environment;
  private final Path directory;
  private final PlainRedis redis;
  private final EmbeddedClickHouse clickHouse;
  private final OneBook book;
  private final String operatorKey;
  private final String serviceKey;
  private final EventLoops loops;
  private final MeasuredProcess service;
  private final Connections quota;
  private final Connections noop;
  private final Connections intercepted;
  private final Tenants tenants;

  private Site(
      Options options,
      List<String> quotaJvm,
      TimeSource time,
      RandomGenerator random,
      Map<String, String> environment,
      Path root)
      throws IOException {
    this.options = options;
    this.environment = environment;
    directory = Files.createTempDirectory("tollgate-bench-");
    try {
      var binary =
          RedisBinary.find(environment.getOrDefault("PATH", ""), directory.resolve("binary"));
      redis = opened(PlainRedis.start(directory.resolve("redis"), binary, options.appendOnly()));
      clickHouse =
          opened(
              EmbeddedClickHouse.start(
                  directory.resolve("clickhouse"), EmbeddedClickHouse.library(root), random));
      clickHouse.createDatabase(DATABASE);
      book = opened(new OneBook());
      operatorKey = KeyText.random(random).reveal();
      serviceKey = KeyText.random(random).reveal();
      loops = opened(EventLoops.start(Runtime.getRuntime().availableProcessors()));
      service = start("QUOTA", MeasuredMain.class, quotaSettings(), quotaJvm);
      quota = connect(service.port(0));
      noop = connect(service.port(1));
      intercepted = connect(service.port(2));
      var table =
          new BudgetTable(
              clickHouse.url(), clickHouse.user(), clickHouse.password().reveal(), DATABASE);
      tenants = new Tenants(quota, operatorKey, table, time);
    } catch (IOException | RuntimeException | Error failed) {
      close();
      throw failed;
    }
  }

  /// Returns when quota-service serves; others are to be started yet.
  ///
  /// @param quotaJvm flags for quota-service's JVM
  public static Site open(
      Options options,
      List<String> quotaJvm,
      TimeSource time,
      RandomGenerator random,
      Map<String, String> environment,
      Path root)
      throws IOException {
    return new Site(options, quotaJvm, time, random, environment, root);
  }

  private Map<String, String> quotaSettings() {
    return Map.of(
        "SERVICE_KEY",
        serviceKey,
        "TOKEN_KEY",
        serviceKey,
        "REDIS_URL",
        redis.url().toString(),
        "PRICING_TARGET",
        book.target(),
        // All of it shares one machine: Redis may wait for its turn.
        "REDIS_TIMEOUT",
        "PT2S",
        "DRAIN",
        "PT1S");
  }

  /// Starts ingest-service in a process of its own, which is measured.
  ///
  /// @param name of its log's directory
  /// @param quotaTarget where it settles
  /// @param clickHouseUrl through which it reaches ClickHouse
  /// @param own settings besides, which those of the environment replace
  public MeasuredProcess startIngest(
      String name, String quotaTarget, URI clickHouseUrl, Map<String, String> own)
      throws IOException {
    var settings = new HashMap<String, String>();
    settings.put("SERVICE_KEY", serviceKey);
    settings.put("LOG_DIR", directory.resolve(name).toString());
    settings.put("CLICKHOUSE_URL", clickHouseUrl.toString());
    settings.put("PRICING_TARGET", book.target());
    settings.put("QUOTA_TARGET", quotaTarget);
    settings.putAll(own);
    var flags = new ArrayList<>(INGEST_JVM);
    flags.addAll(options.serviceJvm());
    return start("INGEST", MeasuredIngest.class, settings, flags);
  }

  /// Starts query-service in a process of its own.
  public MeasuredProcess startQuery() throws IOException {
    var settings =
        Map.of(
            "SERVICE_KEY",
            serviceKey,
            "PRICING_TARGET",
            book.target(),
            "QUOTA_TARGET",
            quotaTarget(),
            // Alerts are heard by the benchmark itself.
            "ALERT_PRIVATE_TARGETS",
            "true");
    return start("QUERY", MeasuredQuery.class, settings, options.serviceJvm());
  }

  private MeasuredProcess start(
      String part, Class<?> main, Map<String, String> own, List<String> flags) throws IOException {
    var settings = new HashMap<String, String>();
    settings.put("HOST", HOST);
    settings.put("GRPC_PORT", "0");
    settings.put("HTTP_PORT", "0");
    settings.put("AUTH_OPERATOR_KEY", operatorKey);
    settings.put("AUTH_SERVICE_KEY", serviceKey);
    settings.put("CLICKHOUSE_URL", clickHouse.url().toString());
    settings.put("CLICKHOUSE_DATABASE", DATABASE);
    settings.put("CLICKHOUSE_USER", clickHouse.user());
    settings.put("CLICKHOUSE_PASSWORD", clickHouse.password().reveal());
    settings.putAll(own);
    var prefix = "TOLLGATE_" + part + "_";
    var prefixed = new HashMap<String, String>();
    settings.forEach((setting, value) -> prefixed.put(prefix + setting, value));
    environment.forEach((setting, value) -> {
      if (setting.startsWith(prefix)) {
        prefixed.put(setting, value);
      }
    });
    var log = directory.resolve(part + "-" + parts.size() + ".log");
    return opened(MeasuredProcess.start(main, prefixed, flags, log));
  }

  /// Connections to a service that was started here.
  public Connections connect(int port) {
    return opened(Connections.open(port, options.connections(), loops.group(), loops.isEpoll()));
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  /// Processor time that quota-service's process has used.
  public Duration serviceTime() {
    return service.time();
  }

  /// Processor time that Redis has used.
  public Duration storeTime() {
    return redis.process().toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// Processor time that ClickHouse has used.
  public Duration ledgerTime() {
    return ProcessHandle.of(clickHouse.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  public URI redis() {
    return redis.url();
  }

  public URI clickHouseUrl() {
    return clickHouse.url();
  }

  /// The database of the services, for the benchmark's own statements.
  public ClickHouse database() {
    return opened(
        ClickHouse.connect(
            new ClickHouseSettings(
                clickHouse.url(), DATABASE, clickHouse.user(), clickHouse.password())));
  }

  /// Where quota-service serves.
  public String quotaTarget() {
    return HOST + ":" + service.port(0);
  }

  public String operatorKey() {
    return operatorKey;
  }

  public Connections quota() {
    return quota;
  }

  public Connections noop() {
    return noop;
  }

  public Connections intercepted() {
    return intercepted;
  }

  public Tenants tenants() {
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
