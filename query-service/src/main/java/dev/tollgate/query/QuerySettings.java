package dev.tollgate.query;

import dev.tollgate.kernel.caller.AuthSettings;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.env.Env;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.kernel.server.ServerSettings;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.alert.MailSettings;
import dev.tollgate.query.alert.Reach;
import dev.tollgate.secret.Secret;
import java.time.Duration;
import java.util.Map;

/// What can be set from outside.
///
/// @param tokenKey signs page tokens; empty means a random one, good while this process runs
/// @param anomaliesEvery how long after a look for anomalies and incidents the next one begins
/// @param budgetsEvery how long after a look at all budgets, or for reports to make, the next one
///   begins
/// @param alertsEvery how long after a look for alerts to send the next one begins
/// @param alertReach where alerts may be sent, and how mail is
public record QuerySettings(
    ServerSettings server,
    AuthSettings auth,
    ClickHouseSettings clickHouse,
    PeerSettings quota,
    PeerSettings pricing,
    Limits limits,
    Secret tokenKey,
    Duration anomaliesEvery,
    Duration budgetsEvery,
    Duration alertsEvery,
    Reach alertReach,
    Map<String, String> effective) {
  private static final String PREFIX = "TOLLGATE_QUERY_";
  private static final int GRPC_PORT = 7404;
  private static final int HTTP_PORT = 7504;

  public static QuerySettings from(Map<String, String> variables) {
    var env = Env.of(variables, PREFIX);
    var server = ServerSettings.from(env, GRPC_PORT, HTTP_PORT);
    var auth = AuthSettings.from(env);
    var clickHouse = ClickHouseSettings.from(env);
    var quota = PeerSettings.from(env, "QUOTA_TARGET", "127.0.0.1:7401");
    var pricing = PeerSettings.from(env, "PRICING_TARGET", "127.0.0.1:7402");
    var limits = Limits.from(env);
    var tokenKey = env.secret("TOKEN_KEY").orElseGet(() -> new Secret(""));
    var anomaliesEvery = env.duration("ANOMALIES_EVERY", Duration.ofSeconds(15));
    var budgetsEvery = env.duration("BUDGETS_EVERY", Duration.ofMinutes(1));
    var alertsEvery = env.duration("ALERTS_EVERY", Duration.ofSeconds(1));
    var alertReach = new Reach(env.flag("ALERT_PRIVATE_TARGETS", false), MailSettings.from(env));
    env.check();
    return new QuerySettings(
        server,
        auth,
        clickHouse,
        quota,
        pricing,
        limits,
        tokenKey,
        anomaliesEvery,
        budgetsEvery,
        alertsEvery,
        alertReach,
        Map.copyOf(env.effective()));
  }
}
