package dev.tollgate.quota.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// The settings' URL as the driver takes it.
record Addresses(RedisSettings settings, Duration timeout) {
  private static final int PORT = 6379;
  private static final int SENTINEL_PORT = 26379;

  private record HostAndPort(String host, int port) {
    /// An address of version 6 stands in brackets, or before the last colon.
    static HostAndPort parse(String text, int portByDefault) {
      var colon = text.lastIndexOf(':');
      var hasPort = colon > 0 && !text.endsWith("]");
      var host = hasPort ? text.substring(0, colon) : text;
      var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      return new HostAndPort(
          bare, hasPort ? Integer.parseInt(text.substring(colon + 1)) : portByDefault);
    }
  }

  /// Of a Redis by itself, or of the Sentinels that know the primary.
  RedisURI primary() {
    if (settings.topology() == Topology.SENTINEL) {
      var builder = RedisURI.builder().withSentinelMasterId(settings.url().getFragment());
      hosts(SENTINEL_PORT).forEach(at -> builder.withSentinel(sentinel(at)));
      return finished(builder);
    }
    return seeds().getFirst();
  }

  private RedisURI sentinel(HostAndPort at) {
    return RedisURI.builder()
        .withHost(at.host())
        .withPort(at.port())
        .withSsl(settings.isTls())
        .withTimeout(timeout)
        .build();
  }

  /// Of the nodes that the URL names.
  List<RedisURI> seeds() {
    return hosts(PORT).stream().map(this::node).toList();
  }

  /// Of the node at `host:port`.
  RedisURI node(String address) {
    return node(HostAndPort.parse(address, PORT));
  }

  private RedisURI node(HostAndPort at) {
    return finished(RedisURI.builder().withHost(at.host()).withPort(at.port()));
  }

  private RedisURI finished(RedisURI.Builder builder) {
    builder.withSsl(settings.isTls()).withTimeout(timeout).withDatabase(database());
    var password = settings.password().reveal().toCharArray();
    var user = user();
    if (password.length > 0 && !user.isEmpty()) {
      builder.withAuthentication(user, password);
    } else if (password.length > 0) {
      builder.withPassword(password);
    }
    return builder.build();
  }

  private int database() {
    var path = settings.url().getPath();
    return path == null || path.length() < 2 ? 0 : Integer.parseInt(path.substring(1));
  }

  private String user() {
    var authority = settings.url().getAuthority();
    return authority.substring(0, Math.max(authority.indexOf('@'), 0));
  }

  private List<HostAndPort> hosts(int portByDefault) {
    var authority = settings.url().getAuthority();
    var hosts = authority.substring(authority.indexOf('@') + 1);
    return Arrays.stream(hosts.split(","))
        .map(host -> HostAndPort.parse(host, portByDefault))
        .toList();
  }

  /// What the URL names, for people to read.
  @Override
  public String toString() {
    var authority = settings.url().getAuthority();
    var hosts = authority.substring(authority.indexOf('@') + 1);
    return settings.topology() == Topology.SENTINEL
        ? settings.url().getFragment() + " of the Sentinels " + hosts
        : hosts;
  }
}
