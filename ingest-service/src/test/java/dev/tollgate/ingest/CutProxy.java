package dev.tollgate.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A connection to a server that can be cut, or lose the server's answers.
final class CutProxy implements AutoCloseable {
  enum Mode {
    OPEN,
    /// Nobody gets through.
    CUT,
    /// What is asked arrives, but the connection breaks before the answer does.
    ANSWERS_LOST
  }

  private volatile URI target;
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile Mode mode = Mode.OPEN;

  CutProxy(URI target) throws IOException {
    this.target = target;
    Thread.ofVirtual().start(this::accept);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  void become(Mode next) {
    mode = next;
    connections.forEach(CutProxy::closeQuietly);
  }

  /// The server is somewhere else now.
  void retarget(URI server) {
    target = server;
  }

  /// How many answers were lost.
  int lost() {
    return lost.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        if (mode == Mode.CUT) {
          client.close();
        } else {
          connect(client);
        }
      } catch (IOException closedOrRefused) {
        // The client sees a broken connection, which is what this is for.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(target.getHost(), target.getPort());
    } catch (IOException away) {
      client.close();
      throw away;
    }
    connections.add(client);
    connections.add(server);
    var loseAnswers = mode == Mode.ANSWERS_LOST;
    Thread.ofVirtual().start(() -> copy(client, server, false));
    Thread.ofVirtual().start(() -> copy(server, client, loseAnswers));
  }

  private void copy(Socket from, Socket to, boolean lose) {
    var buffer = new byte[64 << 10];
    try {
      InputStream in = from.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (lose) {
          lost.incrementAndGet();
          break;
        }
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException broken) {
      // Both ends are closed below.
    }
    closeQuietly(from);
    closeQuietly(to);
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      // Nothing more to do.
    }
  }

  @Override
  public void close() {
    closeQuietly(listener);
    connections.forEach(CutProxy::closeQuietly);
  }
}
