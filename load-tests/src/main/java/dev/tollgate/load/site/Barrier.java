package dev.tollgate.load.site;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stands before a server; while it is shut, whoever wants to go there finds nobody.
public final class Barrier implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;

  private final URI server;
  private final ServerSocket listener;
  private final Set<Closeable> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean shut;

  private Barrier(URI server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
  }

  public static Barrier before(URI server) throws IOException {
    var barrier = new Barrier(server, new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().name("barrier").start(barrier::accept);
    return barrier;
  }

  /// Where to go instead.
  public URI url() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /// Cuts every connection, and every further one.
  public void shut() {
    shut = true;
    connections.forEach(Barrier::end);
  }

  public void open() {
    shut = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> relay(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void relay(Socket client) {
    try (client;
        var far = new Socket()) {
      connections.add(client);
      connections.add(far);
      if (shut) {
        return;
      }
      far.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_MILLIS);
      var answers = Thread.ofVirtual().start(() -> pump(far, client));
      pump(client, far);
      answers.join();
    } catch (IOException ended) {
      // As connections do.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(client);
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // What one side does not hear any more, the other need not say.
    } finally {
      end(from);
      end(to);
      connections.remove(from);
      connections.remove(to);
    }
  }

  private static void end(Closeable connection) {
    try {
      connection.close();
    } catch (IOException ended) {
      // It is closed.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    shut();
  }
}
