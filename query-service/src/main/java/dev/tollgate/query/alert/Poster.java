package dev.tollgate.query.alert;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Posts over HTTP, to where the guard lets it. Blocks; safe for concurrent use.
final class Poster implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final Guard guard;
  private final Vertx vertx;
  private final HttpClient client;

  Poster(Guard guard) {
    this.guard = guard;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true));
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setVerifyHost(true)
                .setConnectTimeout((int) TIMEOUT.toMillis())
                .setIdleTimeout((int) TIMEOUT.toSeconds()));
  }

  /// What came of it: the status, or why there is none. The receiver's words are not read.
  sealed interface Result {
    record Answered(int status) implements Result {}

    record Failed(String why) implements Result {}
  }

  Result post(Post post, String deliveryId) {
    try {
      return new Result.Answered(
          status(request(post, deliveryId), post.body())
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (UnknownHostException nowhere) {
      return new Result.Failed("the host can't be asked: " + nowhere.getMessage());
    } catch (TimeoutException late) {
      return new Result.Failed("no answer within " + TIMEOUT.toSeconds() + " s");
    } catch (ExecutionException failed) {
      return new Result.Failed("" + failed.getCause());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Result.Failed("this process is stopping");
    }
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

  @Override
  public void close() {
    var _ = client.close();
    var _ = vertx.close();
  }
}
