package dev.tollgate.pricing;

import dev.tollgate.kernel.caller.AuthSettings;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.env.Env;
import dev.tollgate.kernel.server.ServerSettings;
import java.time.Duration;
import java.util.Map;

/// What can be set from outside.
///
/// @param poll how often the store is asked for books that others published
public record PricingSettings(
    ServerSettings server,
    AuthSettings auth,
    ClickHouseSettings clickHouse,
    Duration poll,
    Map<String, String> effective) {
  private static final String PREFIX = "TOLLGATE_PRICING_";
  private static final int GRPC_PORT = 7402;
  private static final int HTTP_PORT = 7502;

  public static PricingSettings from(Map<String, String> variables) {
    var env = Env.of(variables, PREFIX);
    var server = ServerSettings.from(env, GRPC_PORT, HTTP_PORT);
    var auth = AuthSettings.from(env);
    var clickHouse = ClickHouseSettings.from(env);
    var poll = env.duration("POLL", Duration.ofSeconds(2));
    env.check();
    return new PricingSettings(server, auth, clickHouse, poll, Map.copyOf(env.effective()));
  }
}
