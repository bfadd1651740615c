package dev.tollgate.query.alert;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.NullMarked;

/// A webhook's receiver: keeps what it gets, and answers as a test says.
@NullMarked
final class Receiver implements AutoCloseable {
  /// What was posted, and with which status it was answered; 0 is a connection that was cut.
  record Got(String path, String delivery, String signature, String body, int status) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private volatile ToIntFunction<String> answer = _ -> 200;

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /// From now on answers with the status that is said of a path.
  void answer(ToIntFunction<String> status) {
    this.answer = status;
  }

  List<Got> got() {
    return List.copyOf(got);
  }

  private void take(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var status = answer.applyAsInt(path);
    got.add(
        new Got(
            path,
            header(exchange, "tollgate-delivery"),
            header(exchange, "tollgate-signature"),
            body,
            status));
    if (status > 0) {
      exchange.getResponseHeaders().add("location", url("/elsewhere"));
      exchange.sendResponseHeaders(status, -1);
    }
    exchange.close();
  }

  private static String header(HttpExchange exchange, String name) {
    var value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
