package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.WebhookBody;
import dev.tollgate.proto.alert.v1.WebhookChannel;
import dev.tollgate.proto.query.v1.GetReportResponse;
import dev.tollgate.query.alert.Receiver.Got;
import dev.tollgate.query.burn.MadeBudgets;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Two processes of the service that are killed in the middle of their jobs, and a receiver that
/// fails: it hears of each thing under one id, nothing that it took comes again but where a process
/// was killed, and each report is made once.
@NullMarked
@ExtendWith(StoresExtension.class)
class AlertCrashIT {
  private static final String SECRET = "a-secret-of-the-receiver";
  private static final int KILLS = 6;
  private static final int WRITES_BETWEEN_KILLS = 40;
  private static final Duration WAIT = Duration.ofMinutes(4);

  /// What jobs write: each such write may be a process's last.
  private static final List<String> TABLES =
      List.of(
          "anomalies",
          "budget_alerts",
          "health_alerts",
          "health_marks",
          "reports",
          "alert_deliveries");

  private final Stores stores;
  @TempDir Path directory;

  AlertCrashIT(Stores stores) {
    this.stores = stores;
  }

  @Test
  void alerts_processesAreKilledAndTheReceiverFails_arriveOnceEach() {
    Seeds.check("kill -9 of jobs that alert", 1, 10, this::check);
  }

  private void check(long seed, RandomGenerator random) throws Exception {
    var quota = new MadeBudgets();
    var peers = peers(quota);
    try (var ledger = TestLedger.open(stores);
        var receiver = new Receiver()) {
      var answers = new AtomicInteger();
      receiver.answer(_ -> status(answers.incrementAndGet()));
      var causes =
          new Causes(ledger, stores.tenant() + "-" + seed, quota, random, TimeSource.SYSTEM.now());
      route(ledger, causes, receiver);
      causes.make();
      kill(seed, random, ledger, "127.0.0.1:" + peers.getPort(), causes, receiver);

      var taken = taken(receiver);
      assertThat(taken.keySet()).isEqualTo(causes.expected());
      taken.forEach((what, ids) -> assertThat(new TreeSet<>(ids)).as(what).hasSize(1));
      var again = taken.values().stream().mapToInt(ids -> ids.size() - 1).sum();
      assertThat(again).isLessThanOrEqualTo(KILLS);
      assertReports(ledger, causes, receiver);
    } finally {
      peers.shutdownNow();
    }
  }

  private static Server peers(MadeBudgets quota) throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(quota)
        .addService(new Prices())
        .permitKeepAliveTime(1, TimeUnit.SECONDS)
        .build()
        .start();
  }

  /// Some are told to come again, some get no answer at all.
  private static int status(int number) {
    return switch (number % 7) {
      case 1 -> 503;
      case 3 -> 0;
      default -> 200;
    };
  }

  private static void route(TestLedger ledger, Causes causes, Receiver receiver) {
    var routes = Alerts.open(ledger.clickHouse(), TimeSource.SYSTEM).routes();
    var webhook = WebhookChannel.newBuilder().setUrl(receiver.url("/hook")).setSecret(SECRET);
    var dimensions =
        Map.of(
            AlertKind.ALERT_KIND_ANOMALY, List.of("team"),
            AlertKind.ALERT_KIND_BUDGET, List.of("team"),
            AlertKind.ALERT_KIND_HEALTH, List.of(""),
            AlertKind.ALERT_KIND_REPORT, List.of("team", ""));
    dimensions.forEach((kind, names) -> {
      for (var name : names) {
        var route =
            AlertRoute.newBuilder()
                .setRouteId("hook" + name)
                .setDimension(name)
                .addKinds(kind)
                .setWebhook(webhook);
        routes.put(causes.tenant(kind), route.build(), "test");
      }
    });
  }

  /* Returns when everything was taken. */
  private void kill(
      long seed,
      RandomGenerator random,
      TestLedger ledger,
      String peers,
      Causes causes,
      Receiver receiver)
      throws Exception {
    var tables =
        TABLES.stream().map(name -> new LateControlTable(ledger.clickHouse(), name)).toList();
    var running = new ArrayList<QueryProcess>();
    try {
      for (var i = 0; i < 2; i++) {
        running.add(QueryProcess.start(stores, peers, log(seed, i)));
      }
      for (var kill = 0; kill < KILLS; kill++) {
        var at = writes(tables) + 1 + random.nextInt(WRITES_BETWEEN_KILLS);
        await(() -> "so many writes", () -> writes(tables) >= at);
        var victim = random.nextInt(2);
        running.get(victim).close();
        running.set(victim, QueryProcess.start(stores, peers, log(seed, kill + 2)));
        if (kill == KILLS / 2) {
          await(() -> "budgets are looked at", () -> isSaid(ledger, causes));
          causes.raiseLimits();
        }
      }
      await(
          () -> "not taken: " + missing(causes, receiver),
          () -> missing(causes, receiver).isEmpty());
      await(() -> "reports are made", () -> areAnnounced(ledger, causes));
      TimeUnit.SECONDS.sleep(3);
    } finally {
      running.forEach(QueryProcess::close);
    }
  }

  /* Of budgets, to whoever is to be told; not yet that it was taken. */
  private static boolean isSaid(TestLedger ledger, Causes causes) {
    var tenant = causes.tenant(AlertKind.ALERT_KIND_BUDGET);
    var deliveries = Alerts.open(ledger.clickHouse(), TimeSource.SYSTEM).deliveries();
    return deliveries.list(tenant, "", Integer.MAX_VALUE).stream()
        .map(each -> Causes.text(each.getAlert()))
        .collect(Collectors.toSet())
        .containsAll(causes.ofBudgets());
  }

  private static boolean areAnnounced(TestLedger ledger, Causes causes) {
    var reports = new LateControlTable(ledger.clickHouse(), "reports").get();
    var kept = reports.latest(causes.tenant(AlertKind.ALERT_KIND_REPORT));
    return kept.size() >= causes.reports().size()
        && kept.stream().allMatch(each -> each.version() > 1);
  }

  private static Set<String> missing(Causes causes, Receiver receiver) {
    var missing = new TreeSet<>(causes.expected());
    missing.removeAll(taken(receiver).keySet());
    return missing;
  }

  private Path log(long seed, int number) {
    return directory.resolve("process-" + seed + "-" + number + ".log");
  }

  private static long writes(List<LateControlTable> tables) {
    return tables.stream().mapToLong(table -> table.get().size()).sum();
  }

  /// By what each is about, under which ids it was taken. Every signature is good.
  private static Map<String, List<String>> taken(Receiver receiver) {
    var taken = new TreeMap<String, List<String>>();
    for (var got : receiver.got()) {
      var time = Instant.ofEpochSecond(Long.parseLong(got.signature().split("[=,]", -1)[1]));
      assertThat(got.signature()).isEqualTo(Post.signature(SECRET, time, got.body()));
      var body = body(got);
      assertThat(body.getDeliveryId()).isEqualTo(got.delivery());
      if (got.status() == 200) {
        taken
            .computeIfAbsent(Causes.text(body.getAlert()), _ -> new ArrayList<>())
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

  /// Each was kept once and then as announced, with the same content, which is what was sent.
  private static void assertReports(TestLedger ledger, Causes causes, Receiver receiver)
      throws Exception {
    var sent = new TreeMap<String, String>();
    receiver.got().stream()
        .map(got -> body(got).getAlert())
        .filter(alert -> alert.getKind() == AlertKind.ALERT_KIND_REPORT)
        .forEach(alert -> sent.put(alert.getAlertId(), alert.getText()));
    var table = new LateControlTable(ledger.clickHouse(), "reports").get();
    var tenant = causes.tenant(AlertKind.ALERT_KIND_REPORT);
    var made = new ArrayList<String>();
    for (var kept : table.latest(tenant)) {
      var versions = table.since(tenant, kept.id(), 0);
      assertThat(versions).as(kept.id()).extracting(each -> each.version()).containsExactly(1L, 2L);
      assertThat(versions.getFirst().content()).isEqualTo(kept.content());
      var report = GetReportResponse.newBuilder();
      JsonFormat.parser().merge(kept.content(), report);
      assertThat(sent.getOrDefault(kept.id(), report.getText())).isEqualTo(report.getText());
      made.add(Causes.report(kept.id(), report.getReport().getTeam()));
    }
    assertThat(made).containsExactlyInAnyOrderElementsOf(causes.reports());
  }

  private static void await(Supplier<String> what, BooleanSupplier condition)
      throws InterruptedException {
    var end = TimeSource.SYSTEM.now().plus(WAIT);
    while (!condition.getAsBoolean()) {
      if (TimeSource.SYSTEM.now().isAfter(end)) {
        throw new AssertionError("not within " + WAIT + ": " + what.get());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
