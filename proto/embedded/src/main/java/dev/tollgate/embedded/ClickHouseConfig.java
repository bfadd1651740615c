package dev.tollgate.embedded;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The two configuration files of the engine.
///
/// The engine's own session runs as `default`, which can't have a password: it may open the
/// listener and count numbers, twice per start, in little memory, and nothing else. `app` may do
/// everything except reach outside of the store (files, URLs, other servers) and manage access,
/// which the engine can't.
final class ClickHouseConfig {
  static final String USER = "app";
  static final String DATA = "data";
  static final String ENGINE_LOG = "engine.log";

  private ClickHouseConfig() {}

  static String server(long memoryBytesMax) {
    return """
    <clickhouse>
      <users_config>users.xml</users_config>
      <listen_host>127.0.0.1</listen_host>
      <http_port>0</http_port>
      <max_server_memory_usage>%d</max_server_memory_usage>
      <mark_cache_size>%d</mark_cache_size>
      <log-level>error</log-level>
      <logger><log>%s</log><size>10M</size><count>2</count></logger>
    </clickhouse>
    """
        .formatted(memoryBytesMax, memoryBytesMax / 16, ENGINE_LOG);
  }

  static String users(String password) {
    return """
    <clickhouse>
      <profiles>
        <default/>
        <boot>
          <max_memory_usage>67108864</max_memory_usage>
          <constraints><max_memory_usage><const/></max_memory_usage></constraints>
        </boot>
      </profiles>
      <quotas>
        <boot><interval><duration>1000000000</duration><queries>2</queries></interval></boot>
        <app/>
      </quotas>
      <users>
        <default>
          <password/>
          <networks><ip>127.0.0.1</ip></networks>
          <profile>boot</profile>
          <quota>boot</quota>
          <grants>
            <query>GRANT SYSTEM LISTEN ON *.*</query>
            <query>GRANT SELECT ON system.numbers</query>
          </grants>
        </default>
        <app>
          <password_sha256_hex>%s</password_sha256_hex>
          <networks><ip>127.0.0.1</ip></networks>
          <profile>default</profile>
          <quota>app</quota>
          <grants>
            <query>GRANT CHECK, SHOW, SELECT, INSERT, ALTER, CREATE, DROP, UNDROP TABLE, \
    TRUNCATE, OPTIMIZE, BACKUP, KILL QUERY, SYSTEM, dictGet, INTROSPECTION ON *.*</query>
            <query>GRANT TABLE ENGINE ON *</query>
            <query>GRANT SET DEFINER ON *</query>
          </grants>
        </app>
      </users>
    </clickhouse>
    """
        .formatted(sha256(password));
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
