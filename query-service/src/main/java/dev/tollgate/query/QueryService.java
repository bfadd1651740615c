package dev.tollgate.query;

import dev.tollgate.kernel.caller.Authentication;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.server.Server;
import dev.tollgate.query.alert.AlertRpc;
import dev.tollgate.query.alert.Alerts;
import dev.tollgate.query.alert.AnomalyAlert;
import dev.tollgate.query.alert.Sender;
import dev.tollgate.query.anomaly.Anomalies;
import dev.tollgate.query.anomaly.AnomalyJob;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.TimeSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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

  private final ClickHouse clickHouse;
  private final Authentication authentication;
  private final Readiness readiness;
  private final List<Repeated> jobs;
  private final Sender sender;
  private final Server server;

  private QueryService(
      ClickHouse clickHouse,
      Authentication authentication,
      Readiness readiness,
      List<Repeated> jobs,
      Sender sender,
      Server server) {
    this.clickHouse = clickHouse;
    this.authentication = authentication;
    this.readiness = readiness;
    this.jobs = jobs;
    this.sender = sender;
    this.server = server;
  }

  public static QueryService start(
      QuerySettings settings, TimeSource time, RandomGenerator random) {
    LOG.info("Settings: {}", new TreeMap<>(settings.effective()));
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var clickHouse = ClickHouse.connect(settings.clickHouse());
    var authentication = Authentication.start(settings.auth(), clickHouse, time, meters);
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
    var sender = new Sender(alerts, settings.alertPrivateTargets(), time);
    var jobs =
        List.of(
            Repeated.start("anomalies", settings.anomaliesEvery(), looking::run),
            Repeated.start("alerts", settings.alertsEvery(), sender::run));
    var readiness = Readiness.watch(clickHouse);
    var server =
        Server.start(
            settings.server(),
            authentication,
            readiness::ready,
            meters,
            time,
            List.of(
                new QueryRpc(answering, anomalies),
                new AlertRpc(alerts, settings.alertPrivateTargets(), tokens, time)));
    return new QueryService(clickHouse, authentication, readiness, jobs, sender, server);
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

  /// Lets calls in flight finish, then disconnects.
  @Override
  public void close() {
    server.close();
    jobs.forEach(Repeated::close);
    sender.close();
    readiness.close();
    authentication.close();
    clickHouse.close();
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
