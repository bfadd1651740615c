package dev.tollgate.embedded;

/// The configuration file of the embedded Redis. Every path in it is relative to its directory.
final class RedisConfig {
  static final String FILE = "redis.conf";
  static final String PID_FILE = "redis.pid";

  /// Where Redis 7 and newer keep their data; older ones don't see it.
  static final String DATA_SINCE_7 = "appendonlydir";

  private RedisConfig() {}

  static String text(int port, String password, long memoryBytesMax) {
    return """
    bind 127.0.0.1
    port %d
    protected-mode yes
    requirepass %s
    tcp-backlog 128
    daemonize no
    supervised no
    set-proc-title no
    pidfile %s
    logfile ""
    loglevel notice
    dir ./
    save ""
    appendonly yes
    appendfsync everysec
    maxmemory %d
    maxmemory-policy noeviction
    """
        .formatted(port, password, PID_FILE, memoryBytesMax);
  }
}
