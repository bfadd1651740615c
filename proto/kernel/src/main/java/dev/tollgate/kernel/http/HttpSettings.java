package dev.tollgate.kernel.http;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where and how the JSON edge listens. Port 0 is any free one. A call gets the `deadline` whose
/// caller sets none by `grpc-timeout`; calls in flight at the stop get `drain` to finish. Without
/// `tls` it listens in plain text.
public record HttpSettings(
    String host,
    int port,
    int bodyBytesMax,
    int headerBytesMax,
    Duration deadline,
    Duration drain,
    @Nullable Tls tls) {
  /// PEM files: the server's certificate chain and key, and the authority whose client certificates
  /// are taken, null for none.
  public record Tls(
      Path certificate, Path key, @Nullable Path clientAuthority, boolean clientRequired) {}
}
