package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.log.Passage.Point;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Kills under load, counted by where they fell, and what they may not do to a [Client]'s events.
final class Kills {
  /// Where a kill falls, and how it is done.
  record Strike<T>(String where, Blow<T> blow) {}

  interface Blow<T> {
    void on(T victim) throws Exception;
  }

  interface Work {
    void run() throws Exception;
  }

  private static final int ACKS_AT_LAST = 100;

  private final String what;
  private final Map<String, Integer> counts = Collections.synchronizedMap(new TreeMap<>());

  /// @param what is killed, for people
  Kills(String what) {
    this.what = what;
  }

  /// By port, the environments of so many instances of ingest, which know of each other. Keys are
  /// let go and segments deleted after two seconds already, so that kills meet that, and so that
  /// what is sent again is looked up in the ledger as often as in memory.
  static Map<Integer, Map<String, String>> environments(int count, Map<String, String> common)
      throws IOException {
    var environments = new LinkedHashMap<Integer, Map<String, String>>();
    while (environments.size() < count) {
      environments.put(Child.freePort(), new HashMap<>(common));
    }
    var all = environments.keySet().stream().map(Kills::target).collect(Collectors.joining(","));
    environments.forEach((port, environment) -> {
      environment.put("TOLLGATE_INGEST_BATCH_LINGER", "PT0.05S");
      environment.put("TOLLGATE_INGEST_DEDUPE_HORIZON", "PT2S");
      environment.put("TOLLGATE_INGEST_LOG_SEGMENT_BYTES", "262144");
      environment.put("TOLLGATE_INGEST_LOG_DRAIN", "PT60S");
      if (count > 1) {
        environment.put("TOLLGATE_INGEST_INSTANCE", target(port));
        environment.put("TOLLGATE_INGEST_INSTANCES", all);
      }
    });
    return environments;
  }

  private static String target(int port) {
    return "127.0.0.1:" + port;
  }

  /// One at each point, at some passage that comes within a second or so.
  static <T> List<Strike<T>> atEachPoint(
      RandomGenerator random, BiFunction<Point, Integer, Blow<T>> blows) {
    var strikes = new ArrayList<Strike<T>>();
    for (var point : Point.values()) {
      var passage = 1 + random.nextInt(passages(point));
      strikes.add(new Strike<>(point.name(), blows.apply(point, passage)));
    }
    return strikes;
  }

  private static int passages(Point point) {
    return switch (point) {
      case APPEND_FSYNC, FSYNC_ACK -> 150;
      case SEAL_INSERT, INSERT_COMMIT -> 10;
      case COMMIT_RETIRE -> 4;
    };
  }

  <T> void strike(T victim, Strike<T> strike) throws Exception {
    strike.blow.on(victim);
    counts.merge(strike.where, 1, Integer::sum);
  }

  /// Has a client stream meanwhile. In the end every event that it knows to be acknowledged is in
  /// the ledger and in every rollup, once.
  ///
  /// @param home its name is the tenant's
  /// @param ports where the client sends to
  /// @param strikes kills, and leaves everything running
  /// @param stop has ingest end when all is stored
  void underLoad(Path home, List<Integer> ports, ClickHouse clickHouse, Work strikes, Work stop)
      throws Exception {
    var tenant = home.getFileName().toString();
    try (var client = Client.start(home.resolve("client"), tenant, tenant.hashCode(), ports)) {
      strikes.run();
      var acked = client.acked().size();
      Await.until("acks at last", () -> client.acked().size() >= acked + ACKS_AT_LAST);
      client.stop();
      stop.run();
      var found = new Comparison(clickHouse, tenant).assertExact(client);
      System.out.printf("[kill] %s: %s%n", tenant, found);
    }
  }

  /// Prints how many there were where; fails where a point had none.
  ///
  /// @param remark what else to say
  void report(String remark) {
    var all = counts.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf("[kill] %s: %d kills, %s; %s%n", what, all, counts, remark);
    for (var point : Point.values()) {
      assertThat(counts.getOrDefault(point.name(), 0)).as("kills at %s", point).isPositive();
    }
  }
}
