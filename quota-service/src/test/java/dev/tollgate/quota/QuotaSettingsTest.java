package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.env.SettingsInvalid;
import dev.tollgate.quota.redis.Durability;
import dev.tollgate.quota.redis.RedisSettings;
import dev.tollgate.quota.redis.Topology;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QuotaSettingsTest {
  private static final String TOKEN_KEY = "0123456789abcdef0123456789abcdef";

  @Test
  void from_onlyWhatIsRequired_hasTheDefaults() {
    var settings =
        QuotaSettings.from(
            Map.of(
                "TOLLGATE_QUOTA_TOKEN_KEY",
                TOKEN_KEY,
                "TOLLGATE_QUOTA_SERVICE_KEY",
                TestQuota.SERVICE_KEY));

    assertThat(settings.server().grpcPort()).isEqualTo(7401);
    assertThat(settings.server().httpPort()).isEqualTo(7501);
    assertThat(settings.redis().url()).isEqualTo(URI.create("redis://127.0.0.1:6379"));
    assertThat(settings.redis().timeout()).isEqualTo(Duration.ofMillis(50));
    assertThat(settings.redis().queueMax()).isEqualTo(10_000);
    assertThat(settings.denialMemory()).isEqualTo(Duration.ofMillis(100));
    assertThat(settings.redis().topology()).isEqualTo(Topology.SINGLE);
    assertThat(settings.redis().connections()).isEqualTo(1);
    assertThat(settings.redis().batchesInFlight()).isEqualTo(1);
    assertThat(settings.redis().durability()).isEqualTo(Durability.ASYNC);
    assertThat(settings.pricing().target()).isEqualTo("127.0.0.1:7402");
    assertThat(settings.toString()).doesNotContain(TOKEN_KEY);
  }

  @Test
  void from_urlOfEachTopology_isUnderstood() {
    assertThat(redis("REDIS_URL", "redis-sentinel://a:1,b:2#main").topology())
        .isEqualTo(Topology.SENTINEL);
    assertThat(redis("REDIS_URL", "rediss-cluster://a:1,b:2").topology())
        .isEqualTo(Topology.CLUSTER);
    assertThat(redis("REDIS_CLUSTER", "true").topology()).isEqualTo(Topology.CLUSTER);
    assertThat(redis("REDIS_URL", "rediss://user@host:1/2").topology()).isEqualTo(Topology.SINGLE);
    assertThat(redis("REDIS_DURABILITY", "wait_replica").durability())
        .isEqualTo(Durability.WAIT_REPLICA);
  }

  @Test
  void from_redisSetAbsurdly_namesValueAndExpectation() {
    assertRefused("REDIS_URL", "http://host:1", "a URI like redis://host:6379");
    assertRefused("REDIS_URL", "redis-sentinel://a:1,b:2", "a URI like redis://host:6379");
    assertRefused("REDIS_URL", "redis://a:1,b:2", "a URI like redis://host:6379");
    assertRefused("REDIS_URL", "redis-cluster://a:1,b:x", "a URI like redis://host:6379");
    assertRefused("REDIS_URL", "redis://a:1/zero", "a URI like redis://host:6379");
    assertRefused("REDIS_TIMEOUT", "PT0.001S", "a duration from PT0.005S to PT10S");
    assertRefused("REDIS_TIMEOUT", "PT1M", "a duration from PT0.005S to PT10S");
    assertRefused("REDIS_QUEUE_MAX", "0", "a whole number from 1 to 1000000");
    assertRefused("REDIS_CONNECTIONS", "65", "a whole number from 1 to 64");
    assertRefused("REDIS_BATCHES_IN_FLIGHT", "5", "a whole number from 1 to 4");
    assertRefused("REDIS_DURABILITY", "FSYNC", "ASYNC, WAIT_REPLICA or AOF_ALWAYS");
  }

  @Test
  void from_passwordInTheUrl_isRefusedAndNotShown() {
    assertThatThrownBy(() -> redis("REDIS_URL", "redis://user:hunter2@host:1"))
        .isInstanceOf(SettingsInvalid.class)
        .hasMessageContaining("REDIS_URL: \"***\" (expected: no password in it")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void from_sentinelsOfACluster_isRefused() {
    assertThatThrownBy(() ->
            QuotaSettings.from(
                Map.of(
                    "TOLLGATE_QUOTA_TOKEN_KEY",
                    TOKEN_KEY,
                    "TOLLGATE_QUOTA_SERVICE_KEY",
                    TestQuota.SERVICE_KEY,
                    "TOLLGATE_QUOTA_REDIS_URL",
                    "redis-sentinel://a:1#main",
                    "TOLLGATE_QUOTA_REDIS_CLUSTER",
                    "true")))
        .hasMessageContaining("REDIS_CLUSTER: \"true\" (expected: false");
  }

  private static RedisSettings redis(String name, String value) {
    return QuotaSettings.from(
            Map.of(
                "TOLLGATE_QUOTA_TOKEN_KEY",
                TOKEN_KEY,
                "TOLLGATE_QUOTA_SERVICE_KEY",
                TestQuota.SERVICE_KEY,
                "TOLLGATE_QUOTA_" + name,
                value))
        .redis();
  }

  private static void assertRefused(String name, String value, String expectation) {
    assertThatThrownBy(() -> redis(name, value))
        .isInstanceOf(SettingsInvalid.class)
        .hasMessageContaining(name + ": \"" + value + "\" (expected: " + expectation);
  }

  @Test
  void from_severalMistakes_namesThemTogether() {
    assertThatThrownBy(() ->
            QuotaSettings.from(
                Map.of(
                    "TOLLGATE_QUOTA_TOKEN_KEY", "short",
                    "TOLLGATE_QUOTA_REDIS_URL", "nowhere",
                    "TOLLGATE_QUOTA_REDIS_TIMEOUT", "50ms",
                    "TOLLGATE_QUOTA_DENIAL_MEMORY_MILLIS", "-1",
                    "TOLLGATE_QUOTA_REDIS_TIMOUT", "PT1S")))
        .isInstanceOf(SettingsInvalid.class)
        .hasMessageContaining("TOLLGATE_QUOTA_TOKEN_KEY: \"***\" (expected: at least 32")
        .hasMessageContaining("TOLLGATE_QUOTA_REDIS_URL: \"nowhere\" (expected: a URI")
        .hasMessageContaining("TOLLGATE_QUOTA_REDIS_TIMEOUT: \"50ms\" (expected: an ISO-8601")
        .hasMessageContaining("TOLLGATE_QUOTA_DENIAL_MEMORY_MILLIS: \"-1\" (expected:")
        .hasMessageContaining("TOLLGATE_QUOTA_REDIS_TIMOUT: unknown")
        .hasMessageContaining("TOLLGATE_QUOTA_SERVICE_KEY: missing")
        .hasMessageNotContaining("short");
  }
}
