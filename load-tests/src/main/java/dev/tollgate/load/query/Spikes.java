package dev.tollgate.load.query;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.site.Connections;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertServiceGrpc;
import dev.tollgate.proto.alert.v1.PutAlertRouteRequest;
import dev.tollgate.proto.alert.v1.WebhookBody;
import dev.tollgate.proto.alert.v1.WebhookChannel;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// Calls that cost more than all of a team's usual hour, each timed from the moment in which the
/// ledger has it to the one in which a webhook has its alert.
record Spikes(ClickHouse clickHouse, String operatorKey, TimeSource time, RandomGenerator random) {
  static final String NAME = "spike";

  private static final int TENANTS = 5;
  private static final int TEAMS = 8;
  private static final int DIGITS = 3;
  private static final Duration HISTORY = Duration.ofDays(8);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(20);

  /// Whose spike it is.
  private record Team(int tenant, int number) {
    String tenantId() {
      return "spike-" + tenant;
    }

    String id() {
      return "team-" + number;
    }

    String key() {
      return tenantId() + " " + id();
    }
  }

  /// Usual hours, so that something is known to be unusual.
  void history() {
    clickHouse.execute(
        Statements.read("history_seed"),
        Map.of(
            "end",
            time.now().truncatedTo(ChronoUnit.HOURS),
            "hours",
            HISTORY.toHours(),
            "tenants",
            TENANTS,
            "teams",
            TEAMS),
        Map.of());
  }

  /// Plants one for each team, spread over the time.
  Histogram plant(Connections query, Duration length) throws IOException {
    var heard = new ConcurrentHashMap<String, Long>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.setExecutor(threads);
      server.createContext("/", exchange -> hear(exchange, heard));
      server.start();
      for (int tenant = 0; tenant < TENANTS; tenant++) {
        route(query, "spike-" + tenant, server.getAddress().getPort());
      }
      return await(planted(length), heard);
    } finally {
      server.stop(0);
    }
  }

  private void route(Connections query, String tenant, int port) {
    AlertServiceGrpc.newBlockingStub(query.as(operatorKey, tenant).getFirst())
        .putAlertRoute(
            PutAlertRouteRequest.newBuilder()
                .setRoute(
                    AlertRoute.newBuilder()
                        .setRouteId("teams")
                        .setDimension("team")
                        .setWebhook(
                            WebhookChannel.newBuilder()
                                .setUrl("http://127.0.0.1:" + port + "/" + tenant)
                                .setSecret("a secret of sixteen or more")))
                .build());
  }

  /* When the ledger had each. */
  private Map<String, Long> planted(Duration length) {
    var teams = new ArrayList<Team>();
    IntStream.range(0, TENANTS)
        .forEach(tenant ->
            IntStream.range(0, TEAMS).forEach(number -> teams.add(new Team(tenant, number))));
    Collections.shuffle(teams, Random.from(random));
    var planted = new HashMap<String, Long>();
    for (var team : teams) {
      LockSupport.parkNanos(random.nextLong(2 * length.toNanos() / teams.size()));
      clickHouse.execute(
          Statements.read("spike"),
          Map.of(
              "tenant", team.tenantId(),
              "team", team.id(),
              "at", time.now(),
              "id", "spike-" + team.key()),
          Map.of());
      planted.put(team.key(), time.nanoTime());
    }
    return planted;
  }

  private Histogram await(Map<String, Long> planted, Map<String, Long> heard) {
    var end = time.nanoTime() + PATIENCE.toNanos();
    while (!heard.keySet().containsAll(planted.keySet())) {
      if (time.nanoTime() > end) {
        var missing = new ArrayList<>(planted.keySet());
        missing.removeAll(heard.keySet());
        throw new MeasurementFailed("no alert within " + PATIENCE + " of the spikes of " + missing);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    var latencies = new Histogram(DIGITS);
    planted.forEach(
        (team, at) -> latencies.recordValue(Math.max(0, heard.getOrDefault(team, at) - at)));
    return latencies;
  }

  private void hear(HttpExchange exchange, Map<String, Long> heard) throws IOException {
    var now = time.nanoTime();
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var said = parsed(body);
      heard.putIfAbsent(
          said.getTenantId() + " " + said.getAlert().getSubjectOrDefault("team", ""), now);
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static WebhookBody parsed(String json) throws InvalidProtocolBufferException {
    var body = WebhookBody.newBuilder();
    JsonFormat.parser().merge(json, body);
    return body.build();
  }
}
