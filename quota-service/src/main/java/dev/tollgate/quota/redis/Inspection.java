package dev.tollgate.quota.redis;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/// Whether a Redis is set up so that it can be trusted with what was spent.
final class Inspection {
  private Inspection() {}

  /// Fails with STORE_UNAVAILABLE that says what to set, or with what Redis answered instead.
  static CompletableFuture<Void> of(
      StatefulRedisConnection<byte[], byte[]> connection, RedisSettings settings) {
    return connection
        .async()
        .info()
        .toCompletableFuture()
        .thenAccept(info -> judge(info, settings))
        .thenCompose(fine ->
            settings.durability() == Durability.AOF_ALWAYS
                ? appendsAlways(connection)
                : CompletableFuture.completedFuture(null));
  }

  private static void judge(String info, RedisSettings settings) {
    var facts =
        info.lines()
            .filter(line -> line.indexOf(':') > 0)
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf(':')),
                    line -> line.substring(line.indexOf(':') + 1).strip(),
                    (one, other) -> one));
    if (!fact(facts, "loading", "0").equals("0")) {
      throw refusal("Redis is loading its data");
    }
    var policy = fact(facts, "maxmemory_policy", "unknown");
    if (!policy.equals("noeviction")) {
      throw refusal(
          "Redis has maxmemory-policy "
              + policy
              + " (expected: noeviction): it would forget what"
              + " was spent. Set `maxmemory-policy noeviction`.");
    }
    var isCluster = fact(facts, "cluster_enabled", "0").equals("1");
    if (isCluster != (settings.topology() == Topology.CLUSTER)) {
      throw refusal(
          isCluster
              ? "Redis is a node of a cluster (expected: REDIS_CLUSTER=true)"
              : "Redis is no node of a cluster (expected: REDIS_CLUSTER=false)");
    }
    var role = fact(facts, "role", "master");
    if (!role.equals("master")) {
      throw refusal("Redis is a replica (expected: the primary)");
    }
  }

  private static String fact(Map<String, String> facts, String name, String byDefault) {
    return facts.getOrDefault(name, byDefault);
  }

  private static CompletableFuture<Void> appendsAlways(
      StatefulRedisConnection<byte[], byte[]> connection) {
    return connection
        .async()
        .configGet("append*")
        .toCompletableFuture()
        .handle((config, error) -> {
          if (error != null) {
            throw told(error);
          }
          var isOn = config.getOrDefault("appendonly", "no").equals("yes");
          var when = isOn ? config.getOrDefault("appendfsync", "no") : "never";
          if (!when.equals("always")) {
            throw refusal(
                "Redis writes its log "
                    + when
                    + " (expected: always, for REDIS_DURABILITY AOF_ALWAYS)."
                    + " Set `appendonly yes` and `appendfsync always`.");
          }
          return null;
        });
  }

  private static RuntimeException told(Throwable error) {
    var cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof RedisCommandExecutionException forbidden
        ? refusal(
            "Redis forbids CONFIG ("
                + forbidden.getMessage()
                + "): whether it is set to `appendfsync always` can't be told (expected: CONFIG GET"
                + " allowed, or another REDIS_DURABILITY)")
        : new CompletionException(cause);
  }

  private static Failure refusal(String message) {
    return Failure.of(Reason.STORE_UNAVAILABLE, message);
  }
}
