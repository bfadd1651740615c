package dev.tollgate.query.alert;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Posts over HTTP, to where the guard lets it. Blocks; safe for concurrent use.
final class Poster {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final Guard guard;
  private final HttpClient client;

  Poster(Vertx vertx, Guard guard) {
    this.guard = guard;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setVerifyHost(true)
                .setConnectTimeout((int) TIMEOUT.toMillis())
                .setIdleTimeout((int) TIMEOUT.toSeconds()));
  }

  /// The receiver's words are not read, only its status.
  Outcome post(Post post, String deliveryId) {
    try {
      var options = request(post, deliveryId);
      return Outcome.await(status(options, post.body()), TIMEOUT, Poster::said, Poster::failed);
    } catch (UnknownHostException nowhere) {
      return new Outcome.Failed("the host can't be asked: " + nowhere.getMessage());
    }
  }

  private static Outcome said(int status) {
    if (status / 100 == 2) {
      return new Outcome.Taken();
    }
    return status / 100 == 4 && status != REQUEST_TIMEOUT && status != TOO_MANY
        ? new Outcome.Refused("the receiver refused it with status " + status)
        : new Outcome.Failed("the receiver answered with status " + status);
  }

  private static Outcome failed(Throwable why) {
    return new Outcome.Failed("" + why);
  }

  /* The address that was checked is the one that is connected to; the name is the one whose
  certificate is checked. */
  private RequestOptions request(Post post, String deliveryId) throws UnknownHostException {
    var url = post.url();
    var isTls = url.getScheme().equals("https");
    var port = url.getPort() >= 0 ? url.getPort() : isTls ? HTTPS : HTTP;
    var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    var address = guard.resolve(url.getHost());
    var request =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
            .setHost(url.getHost())
            .setPort(port)
            .setSsl(isTls)
            .setURI(url.getRawPath() + query)
            .setFollowRedirects(false)
            .setTimeout(TIMEOUT.toMillis())
            .putHeader("content-type", "application/json")
            .putHeader("user-agent", "tollgate")
            .putHeader("tollgate-delivery", deliveryId);
    post.headers().forEach(request::putHeader);
    return request;
  }

  private CompletableFuture<Integer> status(RequestOptions options, String body) {
    return client
        .request(options)
        .compose(request ->
            request
                .send(Buffer.buffer(body))
                .map(response -> {
                  var status = response.statusCode();
                  var _ = request.connection().close();
                  return status;
                }))
        .toCompletionStage()
        .toCompletableFuture();
  }
}
