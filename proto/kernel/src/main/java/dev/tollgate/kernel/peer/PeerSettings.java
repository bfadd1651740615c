package dev.tollgate.kernel.peer;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.secret.Secret;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where another Tollgate service is (`host:port`), the SERVICE key it accepts, and how the
/// connection is protected.
public record PeerSettings(String target, Secret key, Trust trust) {
  /// Whom the connection believes.
  public sealed interface Trust {
    /// In the clear.
    record Plain() implements Trust {}

    /// TLS, with the certificate authorities of this PEM file.
    record Authority(Path file) implements Trust {}
  }

  /// Reads the target from the named variable, the key from SERVICE_KEY, and PEER_TLS_CA.
  public static PeerSettings from(Env env, String targetName, String targetByDefault) {
    return of(env, targetName, env.text(targetName, targetByDefault));
  }

  /// The same with several targets, separated by commas; empty where the variable is not set.
  public static List<PeerSettings> listFrom(Env env, String targetsName) {
    return env.text(targetsName).stream()
        .flatMap(all -> Arrays.stream(all.split(",", -1)))
        .map(target -> of(env, targetsName, target.strip()))
        .toList();
  }

  private static PeerSettings of(Env env, String targetName, String target) {
    if (!target.matches("[A-Za-z0-9._\\[\\]:-]+:[0-9]{1,5}")) {
      env.reject(targetName, target, "host:port");
    }
    Optional<Path> authority = env.path("PEER_TLS_CA");
    return new PeerSettings(
        target,
        env.requiredSecret("SERVICE_KEY"),
        authority.<Trust>map(Trust.Authority::new).orElseGet(Trust.Plain::new));
  }
}
