package dev.tollgate.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// A connection to Redis that speaks inline commands.
final class Resp implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader answers;

  private Resp(Socket socket) throws IOException {
    this.socket = socket;
    this.answers =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  static Resp connect(URI url) {
    try {
      return new Resp(new Socket(url.getHost(), url.getPort()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Resp connect(EmbeddedRedis redis) {
    var connection = connect(redis.url());
    connection.call("AUTH " + redis.password().reveal());
    return connection;
  }

  /// The first line of the answer, and the text of a bulk string behind it.
  String call(String command) {
    try {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      var answer = answers.readLine();
      return answer.startsWith("$") && !answer.equals("$-1") ? answers.readLine() : answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
