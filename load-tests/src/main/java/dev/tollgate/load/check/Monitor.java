package dev.tollgate.load.check;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Listens to what a Redis is sent: the scripts that run, as their senders wrote them.
final class Monitor implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  private Monitor(Socket socket, InputStream in) {
    this.socket = socket;
    this.in = in;
  }

  /// Hears everything from when it returns.
  static Monitor open(URI redis, int timeoutMillis) throws IOException {
    var socket = new Socket(redis.getHost(), redis.getPort());
    socket.setSoTimeout(timeoutMillis);
    socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
    var monitor = new Monitor(socket, new BufferedInputStream(socket.getInputStream(), 1 << 20));
    var answer = monitor.line();
    if (!answer.equals("+OK")) {
      throw new IOException("MONITOR: " + answer);
    }
    return monitor;
  }

  /// The scripts that were sent so far; call it when nothing is sent any more.
  List<Sent> scripts() throws IOException {
    var scripts = new ArrayList<Sent>();
    while (true) {
      try {
        parse(line()).map(Sent::new).ifPresent(scripts::add);
      } catch (java.net.SocketTimeoutException silence) {
        return scripts;
      }
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("Redis ended the connection");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /// What stands behind EVALSHA; empty for all else, and for what scripts call themselves.
  static Optional<List<byte[]>> parse(String line) {
    var from = line.indexOf("] \"");
    if (from < 0 || line.substring(0, from).endsWith(" lua")) {
      return Optional.empty();
    }
    var words = words(line.substring(from + 2));
    var name = new String(words.getFirst(), StandardCharsets.US_ASCII);
    return name.equalsIgnoreCase("EVALSHA")
        ? Optional.of(words.subList(1, words.size()))
        : Optional.empty();
  }

  /* Words in quotes; in them \" \\ \n \r \t \a \b and \x00 for what can't be printed. */
  private static List<byte[]> words(String text) {
    var words = new ArrayList<byte[]>();
    var word = new ByteArrayOutputStream();
    var inside = false;
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '"') {
        if (inside) {
          words.add(word.toByteArray());
          word.reset();
        }
        inside = !inside;
      } else if (c == '\\') {
        i++;
        var escaped = text.charAt(i);
        if (escaped == 'x') {
          word.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        } else {
          word.write(plain(escaped));
        }
      } else if (inside) {
        word.write(c);
      }
    }
    return words;
  }

  private static int plain(char escaped) {
    return switch (escaped) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'a' -> 7;
      case 'b' -> '\b';
      default -> escaped;
    };
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
