package dev.tollgate.cli.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Writes the environment that each service would get if it ran by itself.
record Settings(Path directory, Standalone.Options options, Keys keys, Stores stores) {
  static final String HOST = "127.0.0.1";

  /// All of it shares one machine, with its users' programs too: Redis may wait for its turn.
  private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);

  /// @param bound the services that serve already
  Map<String, String> of(Part part, Map<Part, Standalone.Bound> bound) {
    var own = new HashMap<String, String>();
    own.put("HOST", HOST);
    own.put("GRPC_PORT", Integer.toString(part.grpcPort(options.ports())));
    own.put("HTTP_PORT", Integer.toString(part.httpPort(options.ports())));
    own.put("AUTH_OPERATOR_KEY", keys.operator().reveal());
    own.put("AUTH_SERVICE_KEY", keys.service().reveal());
    own.put("CLICKHOUSE_URL", stores.clickHouse().url().toString());
    own.put("CLICKHOUSE_USER", stores.clickHouse().user());
    own.put("CLICKHOUSE_PASSWORD", stores.clickHouse().password().reveal());
    switch (part) {
      case QUOTA -> {
        own.put("REDIS_URL", stores.redis().url().toString());
        own.put("REDIS_PASSWORD", stores.redis().password().reveal());
        own.put("REDIS_TIMEOUT", REDIS_TIMEOUT.toString());
        own.put("TOKEN_KEY", keys.token().reveal());
        own.put("PRICING_TARGET", target(bound, Part.PRICING));
        own.put("SERVICE_KEY", keys.service().reveal());
      }
      case INGEST -> {
        own.put("LOG_DIR", directory.resolve("log").toString());
        own.put("PRICING_TARGET", target(bound, Part.PRICING));
        own.put("QUOTA_TARGET", target(bound, Part.QUOTA));
        own.put("SERVICE_KEY", keys.service().reveal());
        own.put("MAX_EVENT_AHEAD", options.eventAhead().toString());
      }
      case QUERY -> {
        own.put("PRICING_TARGET", target(bound, Part.PRICING));
        own.put("QUOTA_TARGET", target(bound, Part.QUOTA));
        own.put("SERVICE_KEY", keys.service().reveal());
      }
      case PRICING -> {}
    }
    var all = new HashMap<String, String>();
    own.forEach((name, value) -> all.put(part.prefix() + name, value));
    options
        .environment()
        .forEach((name, value) -> {
          if (name.startsWith(part.prefix())) {
            all.put(name, value);
          }
        });
    return all;
  }

  private static String target(Map<Part, Standalone.Bound> bound, Part part) {
    var ports = bound.get(part);
    if (ports == null) {
      throw new IllegalStateException(part + " does not serve yet");
    }
    return HOST + ":" + ports.grpc();
  }

  /// Fails before anything is started where a port is taken.
  static void checkPorts(Standalone.Options options) {
    for (var part : Part.values()) {
      checkPort(part.title() + " (gRPC)", part.grpcPort(options.ports()));
      checkPort(part.title() + " (HTTP)", part.httpPort(options.ports()));
    }
  }

  private static void checkPort(String what, int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      socket.setReuseAddress(true);
    } catch (IOException taken) {
      throw new Problem(
          "port %d of %s is in use: stop what listens there, or give --ports N for other ports or 0 for free ones"
              .formatted(port, what),
          taken);
    }
  }
}
