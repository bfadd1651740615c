package dev.tollgate.kernel.caller;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The public keys of a token issuer, fetched in the background: a call never waits for them. With
/// the issuer away the last known ones stay valid.
final class IssuerKeys implements JWKSource<SecurityContext>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration FRESH = Duration.ofMinutes(5);

  private final URI address;
  private final TimeSource time;
  private final long startNanos;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private volatile long fetchNanos;
  private volatile boolean missed;
  private volatile @Nullable JWKSet keys;

  IssuerKeys(URI address, TimeSource time) {
    this.address = address;
    this.time = time;
    this.startNanos = time.nanoTime();
  }

  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
    var known = keys;
    if (known == null) {
      throw Failure.retryable(
          Reason.SERVICE_UNAVAILABLE,
          "The token issuer's keys have not been read yet",
          RETRY_AFTER);
    }
    var found = selector.select(known);
    if (found.isEmpty()) {
      missed = true;
    }
    return found;
  }

  /// Fetches the keys where there are none yet, where they are old, or where a token asked for
  /// another one since.
  void poll() {
    if (keys == null || missed || age().compareTo(FRESH) >= 0) {
      missed = false;
      fetch();
    }
  }

  /// Since they were last fetched.
  Duration age() {
    return Duration.ofNanos(time.nanoTime() - (keys == null ? startNanos : fetchNanos));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private void fetch() {
    try {
      var request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
      var response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      keys = JWKSet.parse(response.body()).toPublicJWKSet();
      fetchNanos = time.nanoTime();
    } catch (IOException | ParseException | RuntimeException failed) {
      LOG.warn("Keys of the token issuer can't be read from {}: {}", address, failed.toString());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
