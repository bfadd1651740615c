package dev.tollgate.kernel.http;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.field.Shown;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The JSON edge of a server: every unary method as a route, beside `/openapi.json`, `/healthz`,
/// `/readyz` and `/metrics`.
///
/// Calls go over the channel like anybody's, so the server's interceptors decide on them.
public final class HttpServer implements AutoCloseable {
  /* One event loop reads and writes all connections; a virtual thread per request transcodes and
   * waits for the answer. A request is read whole, up to the limit, before it gets a thread; what
   * is compressed is inflated there, up to the same limit. */

  private static final int URI_BYTES_MAX = 16 * 1024;
  private static final int IDLE_SECONDS = 75;
  private static final int DISCARDED_FACTOR = 16;
  private static final Map<String, String> CLOSE = Map.of("connection", "close");
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final HttpSettings settings;
  private final Vertx vertx;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final io.vertx.core.http.HttpServer server;
  private final Edge edge;

  private HttpServer(HttpSettings settings, Edge edge) {
    this.settings = settings;
    this.edge = edge;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    this.server =
        vertx
            .createHttpServer(options(settings))
            .requestHandler(this::read)
            .invalidRequestHandler(this::refuse);
  }

  /// Listens once it returns; throws where the port is taken.
  public static HttpServer start(
      HttpSettings settings,
      Channel inProcess,
      Routes routes,
      BooleanSupplier ready,
      MeterRegistry meters)
      throws IOException {
    var http = new HttpServer(settings, new Edge(settings, inProcess, routes, ready, meters));
    try {
      await(http.server.listen(settings.port(), settings.host()));
      return http;
    } catch (CompletionException e) {
      http.close();
      throw new IOException(e.getCause());
    }
  }

  /// The names of the client's certificate, in the metadata of a call that came through the edge.
  public static Set<String> certificateNames(Metadata metadata) {
    var names = new HashSet<String>();
    var all = metadata.getAll(Edge.CERTIFICATE_NAME);
    if (all != null) {
      all.forEach(name -> names.add(new String(name, StandardCharsets.UTF_8)));
    }
    return names;
  }

  public int port() {
    return server.actualPort();
  }

  /// Takes no new connection, lets calls in flight finish, within the drain time, and stops.
  @Override
  public void close() {
    // One after the other: a future of Vert.x' own event loop never completes once that is closed.
    await(server.shutdown(settings.drain().toMillis(), TimeUnit.MILLISECONDS));
    await(vertx.close());
    threads.close();
  }

  private static void await(Future<?> future) {
    future.toCompletionStage().toCompletableFuture().join();
  }

  private static HttpServerOptions options(HttpSettings settings) {
    var options =
        new HttpServerOptions()
            .setMaxInitialLineLength(URI_BYTES_MAX)
            .setMaxHeaderSize(settings.headerBytesMax())
            .setIdleTimeout(IDLE_SECONDS)
            .setHandle100ContinueAutomatically(true)
            .setDecompressionSupported(false);
    var tls = settings.tls();
    if (tls != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(tls.certificate().toString())
                  .setKeyPath(tls.key().toString()));
      var authority = tls.clientAuthority();
      if (authority != null) {
        options
            .setClientAuth(tls.clientRequired() ? ClientAuth.REQUIRED : ClientAuth.REQUEST)
            .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString()));
      }
    }
    return options;
  }

  /// Reads the body, up to the limit. What lies beyond it is thrown away, so that a client that
  /// sends before it reads still gets its answer; but not without end.
  private void read(HttpServerRequest request) {
    var body = Buffer.buffer();
    var bytes = new long[1];
    var max = settings.bodyBytesMax();
    request.exceptionHandler(gone -> LOG.debug("A request broke off", gone));
    request.handler(chunk -> {
      bytes[0] += chunk.length();
      if (bytes[0] <= max) {
        body.appendBuffer(chunk);
      } else if (bytes[0] > DISCARDED_FACTOR * (long) max) {
        request.connection().close();
      }
    });
    request.endHandler(end -> {
      if (bytes[0] <= max) {
        serve(request, body);
      } else {
        write(request, Errors.of(tooLarge("The body", "at most " + max + " bytes")));
      }
    });
  }

  private void serve(HttpServerRequest request, Buffer body) {
    var context = vertx.getOrCreateContext();
    var call = Context.ROOT.withCancellation();
    request.response().closeHandler(gone -> call.cancel(null));
    try {
      var asked = Asked.of(request, body);
      threads.execute(() ->
          call.run(() -> {
            var answer = answer(asked);
            context.runOnContext(then -> write(request, answer));
          }));
    } catch (RuntimeException bug) {
      LOG.error("A request can't be read", bug);
      write(request, Errors.bug());
    }
  }

  /* Whatever happens, there is an answer: a client would wait for it. */
  private Answer answer(Asked asked) {
    try {
      return edge.answer(asked);
    } catch (RuntimeException | Error bug) {
      LOG.error("{} {} failed", Shown.clip(asked.verb()), Shown.clip(asked.path()), bug);
      return Errors.bug();
    }
  }

  private static void write(HttpServerRequest request, Answer answer) {
    var response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status()).putHeader("content-type", answer.contentType());
    answer.headers().forEach(response::putHeader);
    response.end(Buffer.buffer(answer.body().toByteArray()));
  }

  /// Answers what HTTP's own decoder could not read, and hangs up.
  private void refuse(HttpServerRequest request) {
    var cause = request.decoderResult().cause();
    var answer =
        switch (cause) {
          case TooLongHttpLineException e ->
              Errors.of(414, tooLarge("The URI", "at most " + URI_BYTES_MAX + " bytes"), CLOSE);
          case TooLongHttpHeaderException e ->
              Errors.of(
                  431,
                  tooLarge("The headers", "at most " + settings.headerBytesMax() + " bytes"),
                  CLOSE);
          case null, default ->
              Errors.of(400, Failure.of(Reason.BODY_INVALID, "This is not HTTP."), CLOSE);
        };
    write(request, answer);
  }

  private static Failure tooLarge(String what, String expectation) {
    return Failure.of(
        Reason.REQUEST_TOO_LARGE, what + " is too large (expected: " + expectation + ")");
  }
}
