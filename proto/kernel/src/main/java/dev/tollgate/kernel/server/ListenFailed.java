package dev.tollgate.kernel.server;

import java.io.IOException;

/// A port that a server could not listen on.
public final class ListenFailed extends RuntimeException {
  private final int port;

  public ListenFailed(String host, int port, IOException cause) {
    super("Can't listen on " + host + ":" + port + ": " + cause.getMessage(), cause);
    this.port = port;
  }

  public int port() {
    return port;
  }
}
