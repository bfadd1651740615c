package dev.tollgate.kernel.server;

import dev.tollgate.kernel.env.Env;
import java.time.Duration;

/// Where a server listens and what it takes. A call without a deadline of its own gets
/// `deadlineDefault`; calls in flight at the stop get `drain` to finish. Each event loop is a
/// thread that moves the bytes of its share of the connections: as many as there are cores.
public record ServerSettings(
    String host,
    int grpcPort,
    int httpPort,
    Tls tls,
    int requestBytesMax,
    int metadataBytesMax,
    Duration deadlineDefault,
    Duration drain,
    int eventLoops) {
  private static final int MIB = 1 << 20;
  private static final int EVENT_LOOPS_MAX = 1024;

  /// Reads the settings that all servers share; the ports are the service's own defaults.
  public static ServerSettings from(Env env, int grpcPort, int httpPort) {
    return new ServerSettings(
        env.text("HOST", "0.0.0.0"),
        env.port("GRPC_PORT", grpcPort),
        env.port("HTTP_PORT", httpPort),
        Tls.from(env),
        (int) env.bytes("REQUEST_BYTES_MAX", 4 * MIB, 1024, 64 * MIB),
        (int) env.bytes("METADATA_BYTES_MAX", 8 * 1024, 1024, MIB),
        env.duration("DEADLINE_DEFAULT", Duration.ofSeconds(30)),
        env.duration("DRAIN", Duration.ofSeconds(10)),
        env.number("EVENT_LOOPS", Runtime.getRuntime().availableProcessors(), 1, EVENT_LOOPS_MAX));
  }

  /// On loopback, any free ports, everything else as by default: for tests.
  public static ServerSettings local() {
    return from(
        Env.of(java.util.Map.of("HOST", "127.0.0.1", "GRPC_PORT", "0", "HTTP_PORT", "0"), ""),
        0,
        0);
  }
}
