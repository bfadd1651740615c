package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.WebhookBody;
import dev.tollgate.proto.alert.v1.WebhookChannel;
import dev.tollgate.query.alert.Receiver.Got;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Two processes of the service that are killed, and a receiver that fails: it hears of each
/// anomaly under one id, and nothing that it took comes again but where a process was killed.
@NullMarked
@ExtendWith(StoresExtension.class)
class AlertCrashIT {
  private static final String SECRET = "a-secret-of-the-receiver";
  private static final int TEAMS = 20;
  private static final int KILLS = 4;
  private static final Duration WAIT = Duration.ofMinutes(8);

  private final Random random = new Random(5);
  private final Stores stores;

  AlertCrashIT(Stores stores) {
    this.stores = stores;
  }

  @Test
  void alerts_processesAreKilledAndTheReceiverFails_arriveOnceEach(@TempDir Path directory)
      throws Exception {
    var running = new ArrayList<Process>();
    var answers = new AtomicInteger();
    try (var ledger = TestLedger.open(stores);
        var clickHouse = ClickHouse.connect(TestLedger.settings(stores));
        var receiver = new Receiver()) {
      receiver.answer(_ -> status(answers.incrementAndGet()));
      var alerts = Alerts.open(clickHouse, TimeSource.SYSTEM);
      alerts.routes().put(stores.tenant(), route(receiver), "test");
      ledger.insert("usage_events", rows());
      running.add(start(directory, 0));
      running.add(start(directory, 1));
      for (var kill = 0; kill < KILLS; kill++) {
        var seen = receiver.got().size();
        await(() -> receiver.got().size() > seen + random.nextInt(4));
        var victim = kill % 2;
        kill(running.get(victim));
        running.set(victim, start(directory, kill + 2));
      }
      await(() -> taken(receiver).size() == TEAMS);
      TimeUnit.SECONDS.sleep(3);

      assertThat(taken(receiver).keySet()).isEqualTo(teams());
      var again = 0;
      for (var ids : taken(receiver).values()) {
        assertThat(new TreeSet<>(ids)).hasSize(1);
        again += ids.size() - 1;
      }
      assertThat(again).isLessThanOrEqualTo(KILLS);
    } finally {
      for (var each : running) {
        kill(each);
      }
    }
  }

  /// Some are told to come again, some get no answer at all.
  private static int status(int number) {
    return switch (number % 7) {
      case 1 -> 503;
      case 3 -> 0;
      default -> 200;
    };
  }

  private static AlertRoute route(Receiver receiver) {
    return AlertRoute.newBuilder()
        .setRouteId("hook")
        .setDimension("team")
        .setWebhook(WebhookChannel.newBuilder().setUrl(receiver.url("/hook")).setSecret(SECRET))
        .build();
  }

  private static Set<String> teams() {
    var teams = new TreeSet<String>();
    for (var i = 0; i < TEAMS; i++) {
      teams.add("new-" + i);
    }
    return teams;
  }

  /// Somebody who has been there for weeks, and teams that are new.
  private List<Map<String, Object>> rows() {
    var now = Instant.now();
    var rows = new ArrayList<Map<String, Object>>();
    rows.add(row("old", now.minus(Duration.ofDays(20))));
    teams().forEach(team -> rows.add(row(team, now)));
    return rows;
  }

  private Map<String, Object> row(String team, Instant time) {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", stores.tenant());
    row.put("event_id", team);
    row.put("sign", 1);
    row.put("event_time", Entry.text(time.truncatedTo(ChronoUnit.MILLIS)));
    row.put("team", team);
    row.put("currency", "USD");
    row.put("cost_picos", 5_000_000_000_000L);
    row.put("charge_status", "PRICED");
    row.put("terminal_status", "SUCCESS");
    return row;
  }

  /// By team, under which ids it was taken. Every signature is good.
  private static Map<String, List<String>> taken(Receiver receiver) {
    var taken = new HashMap<String, List<String>>();
    for (var got : receiver.got()) {
      var time = Instant.ofEpochSecond(Long.parseLong(got.signature().split("[=,]", -1)[1]));
      assertThat(got.signature()).isEqualTo(Post.signature(SECRET, time, got.body()));
      var body = body(got);
      assertThat(body.getDeliveryId()).isEqualTo(got.delivery());
      if (got.status() == 200) {
        taken
            .computeIfAbsent(body.getAlert().getSubjectOrThrow("team"), _ -> new ArrayList<>())
            .add(got.delivery());
      }
    }
    return taken;
  }

  private static WebhookBody body(Got got) {
    var body = WebhookBody.newBuilder();
    try {
      JsonFormat.parser().merge(got.body(), body);
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(got.body(), malformed);
    }
    return body.build();
  }

  private Process start(Path directory, int number) throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.tollgate.query.QueryMain");
    var settings = new HashMap<String, String>();
    settings.put("HOST", "127.0.0.1");
    settings.put("GRPC_PORT", "0");
    settings.put("HTTP_PORT", "0");
    settings.put("SERVICE_KEY", KeyText.random(random).reveal());
    settings.put("CLICKHOUSE_URL", stores.clickHouseUrl().toString());
    settings.put("CLICKHOUSE_DATABASE", stores.database());
    settings.put("CLICKHOUSE_USER", stores.clickHouseUser());
    settings.put("CLICKHOUSE_PASSWORD", stores.clickHousePassword().reveal());
    settings.put("ANOMALIES_EVERY", "PT0.3S");
    settings.put("ALERTS_EVERY", "PT0.1S");
    settings.put("ALERT_PRIVATE_TARGETS", "true");
    settings.forEach((name, value) -> builder.environment().put("TOLLGATE_QUERY_" + name, value));
    return builder
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("process-" + number + ".log").toFile())
        .start();
  }

  /// As `kill -9` does.
  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    var end = Instant.now().plus(WAIT);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
