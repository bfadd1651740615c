package dev.tollgate.quota.redis;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.secret.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// How to reach Redis.
///
/// @param url `redis://host:port`, `redis-sentinel://h1:p1,h2:p2#primary`, or
///   `redis-cluster://h1:p1,h2:p2`; `rediss…` for TLS
/// @param password empty where there is none
/// @param timeout from the question to the answer; after it the answer is STORE_UNAVAILABLE
/// @param queueMax calls that may wait for their answers; more are refused
/// @param connections each on an event loop of its own
/// @param batchesInFlight at once, per connection (in a cluster: per connection and slot)
public record RedisSettings(
    URI url,
    Topology topology,
    Secret password,
    Duration timeout,
    int queueMax,
    int connections,
    int batchesInFlight,
    Durability durability) {
  private static final String URL_EXPECTED =
      "a URI like redis://host:6379, redis-sentinel://h1:26379,h2:26379#primary"
          + " or redis-cluster://h1:6379,h2:6379 (rediss… for TLS)";
  private static final Set<String> SCHEMES =
      Set.of(
          "redis",
          "rediss",
          "redis-sentinel",
          "rediss-sentinel",
          "redis-cluster",
          "rediss-cluster");
  private static final String HOST = "(\\[[0-9a-fA-F:]+\\]|[^:,@]+)(:\\d{1,5})?";
  private static final Pattern HOSTS = Pattern.compile("([^:@]+@)?" + HOST + "(," + HOST + ")*");
  private static final Pattern DATABASE = Pattern.compile("(/(\\d{1,4})?)?");
  private static final URI URL = URI.create("redis://127.0.0.1:6379");
  private static final Duration TIMEOUT = Duration.ofMillis(50);
  private static final Duration TIMEOUT_MIN = Duration.ofMillis(5);
  private static final Duration TIMEOUT_MAX = Duration.ofSeconds(10);
  private static final int QUEUE_MAX = 10_000;

  /// A Redis by itself, everything else as it is by default.
  public static RedisSettings single(URI url, Secret password) {
    return new RedisSettings(
        url, Topology.SINGLE, password, TIMEOUT, QUEUE_MAX, 1, 1, Durability.ASYNC);
  }

  /// Reads `REDIS_...`.
  public static RedisSettings from(Env env) {
    var url = url(env);
    return new RedisSettings(
        url,
        topology(env, url),
        env.secret("REDIS_PASSWORD").orElseGet(() -> new Secret("")),
        timeout(env),
        env.number("REDIS_QUEUE_MAX", QUEUE_MAX, 1, 1_000_000),
        env.number("REDIS_CONNECTIONS", 1, 1, 64),
        env.number("REDIS_BATCHES_IN_FLIGHT", 1, 1, 4),
        durability(env));
  }

  public RedisSettings withTimeout(Duration other) {
    return new RedisSettings(
        url, topology, password, other, queueMax, connections, batchesInFlight, durability);
  }

  public RedisSettings withDurability(Durability other) {
    return new RedisSettings(
        url, topology, password, timeout, queueMax, connections, batchesInFlight, other);
  }

  boolean isTls() {
    return url.getScheme().startsWith("rediss");
  }

  private static URI url(Env env) {
    var text = env.text("REDIS_URL", URL.toString());
    try {
      var url = new URI(text);
      if (url.getAuthority() != null && url.getAuthority().matches(".*:.*@.*")) {
        env.reject("REDIS_URL", "***", "no password in it: that is REDIS_PASSWORD's");
        return URL;
      }
      var scheme = url.getScheme();
      if (scheme != null && SCHEMES.contains(scheme) && isComplete(url)) {
        return url;
      }
    } catch (URISyntaxException wrong) {
      // Refused below, like any other.
    }
    env.reject("REDIS_URL", text, URL_EXPECTED);
    return URL;
  }

  /* Several hosts are no host to java.net.URI, only an authority. */
  private static boolean isComplete(URI url) {
    var authority = url.getAuthority();
    if (authority == null || !HOSTS.matcher(authority).matches()) {
      return false;
    }
    var isNamed = url.getFragment() != null || !url.getScheme().endsWith("-sentinel");
    var isOne = url.getScheme().indexOf('-') < 0;
    return isNamed
        && (!isOne || authority.indexOf(',') < 0)
        && DATABASE.matcher(path(url)).matches();
  }

  private static String path(URI url) {
    return url.getPath() == null ? "" : url.getPath();
  }

  private static Topology topology(Env env, URI url) {
    var cluster = env.flag("REDIS_CLUSTER", url.getScheme().endsWith("-cluster"));
    if (url.getScheme().endsWith("-sentinel")) {
      if (cluster) {
        env.reject("REDIS_CLUSTER", "true", "false where REDIS_URL names Sentinels");
      }
      return Topology.SENTINEL;
    }
    if (url.getScheme().endsWith("-cluster") && !cluster) {
      env.reject("REDIS_CLUSTER", "false", "true, or nothing, where REDIS_URL names a cluster");
    }
    return cluster ? Topology.CLUSTER : Topology.SINGLE;
  }

  private static Duration timeout(Env env) {
    var timeout = env.duration("REDIS_TIMEOUT", TIMEOUT);
    if (timeout.compareTo(TIMEOUT_MIN) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
      env.reject(
          "REDIS_TIMEOUT",
          timeout.toString(),
          "a duration from " + TIMEOUT_MIN + " to " + TIMEOUT_MAX);
      return TIMEOUT;
    }
    return timeout;
  }

  private static Durability durability(Env env) {
    var text = env.text("REDIS_DURABILITY", Durability.ASYNC.name());
    try {
      return Durability.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      env.reject("REDIS_DURABILITY", text, "ASYNC, WAIT_REPLICA or AOF_ALWAYS");
      return Durability.ASYNC;
    }
  }
}
