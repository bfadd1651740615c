package dev.tollgate.quota;

import dev.tollgate.kernel.caller.AuthSettings;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.env.Env;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.kernel.server.ServerSettings;
import dev.tollgate.quota.redis.RedisSettings;
import dev.tollgate.secret.Secret;
import java.time.Duration;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// Everything about the quota service that can be set.
///
/// @param denialMemory for how long a denial is given again without asking the store; zero: never
/// @param tokenKey signs reservations; the same on all instances, at least 32 characters
public record QuotaSettings(
    ServerSettings server,
    AuthSettings auth,
    ClickHouseSettings clickHouse,
    RedisSettings redis,
    PeerSettings pricing,
    Duration denialMemory,
    Secret tokenKey) {
  private static final int TOKEN_KEY_LENGTH_MIN = 32;

  /// Reads `TOLLGATE_QUOTA_...`; throws naming every mistake.
  public static QuotaSettings from(Map<String, String> variables) {
    var env = Env.of(variables, "TOLLGATE_QUOTA_");
    var settings =
        new QuotaSettings(
            ServerSettings.from(env, 7401, 7501),
            AuthSettings.from(env),
            ClickHouseSettings.from(env),
            RedisSettings.from(env),
            PeerSettings.from(env, "PRICING_TARGET", "127.0.0.1:7402"),
            Duration.ofMillis(env.number("DENIAL_MEMORY_MILLIS", 100, 0, 1_000)),
            tokenKey(env));
    env.check();
    LoggerFactory.getLogger(QuotaSettings.class).info("settings: {}", env.effective());
    return settings;
  }

  private static Secret tokenKey(Env env) {
    var key = env.requiredSecret("TOKEN_KEY");
    var length = key.reveal().length();
    if (length > 0 && length < TOKEN_KEY_LENGTH_MIN) {
      env.reject("TOKEN_KEY", "***", "at least " + TOKEN_KEY_LENGTH_MIN + " characters");
    }
    return key;
  }
}
