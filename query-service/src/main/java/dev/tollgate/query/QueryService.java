package dev.tollgate.query;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Authentication;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.server.Server;
import dev.tollgate.query.alert.AlertRpc;
import dev.tollgate.query.alert.Alerts;
import dev.tollgate.query.alert.AnomalyAlert;
import dev.tollgate.query.alert.OpenAlerts;
import dev.tollgate.query.alert.Sender;
import dev.tollgate.query.anomaly.Anomalies;
import dev.tollgate.query.anomaly.AnomalyJob;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.burn.BudgetJob;
import dev.tollgate.query.chargeback.ChargebackRpc;
import dev.tollgate.query.chargeback.IssuedStatements;
import dev.tollgate.query.fx.FxRpc;
import dev.tollgate.query.health.HealthJob;
import dev.tollgate.query.ledger.HourMarks;
import dev.tollgate.query.org.OrgRpc;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.query.report.ReportJob;
import dev.tollgate.query.report.ReportMaker;
import dev.tollgate.query.report.ReportRpc;
import dev.tollgate.query.report.Reports;
import dev.tollgate.query.saving.Marks;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.TimeSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running query service.
public final class QueryService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryService.class);
  private static final int TOKEN_KEY_BYTES = 32;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Server server;

  private QueryService(QuerySettings settings, TimeSource time, RandomGenerator random) {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try {
      var clickHouse = opened(ClickHouse.connect(settings.clickHouse()));
      var authentication = opened(Authentication.start(settings.auth(), clickHouse, time, meters));
      var books = new PriceBooks();
      opened(books.follow(opened(Peer.connect(settings.pricing()))));
      var quota = new QuotaClient(opened(Peer.connect(settings.quota()))::channel);
      var tokens = new PageTokens(tokenKey(settings, random));
      var answering = new Answering(clickHouse, settings.limits(), tokens, time);
      var anomalies = Anomalies.open(clickHouse);
      var alerts = Alerts.open(clickHouse, time);
      var looking =
          new AnomalyJob(
              answering.ledger(),
              anomalies,
              time,
              (tenant, anomaly) -> alerts.say(tenant, AnomalyAlert.of(anomaly)));
      opened(Repeated.start("anomalies", settings.anomaliesEvery(), looking::run));
      var budgets =
          new BudgetJob(answering, quota, OpenAlerts.open(clickHouse, "budget_alerts", alerts));
      opened(Repeated.start("budgets", settings.budgetsEvery(), budgets::run));
      var health =
          new HealthJob(
              answering.ledger(),
              new HourMarks(new LateControlTable(clickHouse, "health_marks"), "health"),
              OpenAlerts.open(clickHouse, "health_alerts", alerts),
              time);
      opened(Repeated.start("health", settings.anomaliesEvery(), health::run));
      var savingMarks = new Marks(new LateControlTable(clickHouse, Marks.TABLE));
      var reports = Reports.open(clickHouse);
      var reporting =
          new ReportJob(
              new ReportMaker(answering, books, quota, anomalies, savingMarks),
              reports,
              alerts,
              answering.ledger(),
              time);
      opened(Repeated.start("reports", settings.budgetsEvery(), reporting::run));
      var sender = opened(new Sender(alerts, settings.alertReach(), quota, time));
      opened(Repeated.start("alerts", settings.alertsEvery(), sender::run));
      var readiness = opened(Readiness.watch(clickHouse));
      server =
          opened(
              Server.start(
                  settings.server(),
                  authentication,
                  readiness::ready,
                  meters,
                  time,
                  List.of(
                      new QueryRpc(answering, books, quota, anomalies, savingMarks),
                      new OrgRpc(answering.trees()),
                      new FxRpc(answering.fxTables()),
                      new ChargebackRpc(
                          answering,
                          new IssuedStatements(
                              new LateControlTable(clickHouse, IssuedStatements.TABLE))),
                      new AlertRpc(alerts, settings.alertReach(), tokens, time),
                      new ReportRpc(reports, tokens))));
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  /// Starts to serve; throws where a store or port can't be used.
  public static QueryService start(
      QuerySettings settings, TimeSource time, RandomGenerator random) {
    LOG.info("Settings: {}", new TreeMap<>(settings.effective()));
    return new QueryService(settings, time, random);
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  public int grpcPort() {
    return server.grpcPort();
  }

  public int httpPort() {
    return server.httpPort();
  }

  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /// Lets calls in flight finish, then disconnects: everything in the reverse order.
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        LOG.warn("a part of the service did not close", failure);
      }
    }
  }

  private static Secret tokenKey(QuerySettings settings, RandomGenerator random) {
    if (!settings.tokenKey().reveal().isEmpty()) {
      return settings.tokenKey();
    }
    var bytes = new byte[TOKEN_KEY_BYTES];
    random.nextBytes(bytes);
    return new Secret(HexFormat.of().formatHex(bytes));
  }
}
