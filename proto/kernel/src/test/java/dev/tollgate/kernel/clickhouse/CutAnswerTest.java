package dev.tollgate.kernel.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A server that dies while it answers, after any number of bytes.
class CutAnswerTest {
  private static final String ROWS = "\1\1x\6String\3abc\3def";
  private static final byte[] ANSWER =
      """
      HTTP/1.1 200 OK\r
      Connection: close\r
      X-ClickHouse-Format: RowBinaryWithNamesAndTypes\r
      Transfer-Encoding: chunked\r
      \r
      %x\r
      %s\r
      0\r
      \r
      """
          .formatted(ROWS.length(), ROWS)
          .getBytes(StandardCharsets.US_ASCII);
  private static final int LAST_CHUNK_BYTES = "0\r\n\r\n".length();
  private static final byte[] DONE =
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final AtomicInteger answers = new AtomicInteger();
  private volatile int length = ANSWER.length;

  CutAnswerTest() throws IOException {
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (var connection = listener.accept()) {
        answer(connection);
      } catch (IOException closed) {
        // The client sees a broken connection.
      }
    }
  }

  private void answer(Socket connection) throws IOException {
    var request = new StringBuilder();
    var buffer = new byte[8_192];
    while (request.indexOf("CREATE") < 0 && request.indexOf("SELECT") < 0) {
      var read = connection.getInputStream().read(buffer);
      if (read < 0) {
        return;
      }
      request.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
    }
    if (request.indexOf("SELECT") < 0) {
      connection.getOutputStream().write(DONE);
    } else {
      connection.getOutputStream().write(ANSWER, 0, length);
      answers.incrementAndGet();
    }
    connection.shutdownOutput();
    while (connection.getInputStream().read(buffer) >= 0) {}
  }

  private List<String> ask() {
    var url = URI.create("http://127.0.0.1:" + listener.getLocalPort());
    var settings = new ClickHouseSettings(url, "a", "app", new Secret("secret"));
    try (var clickHouse = ClickHouse.connect(settings)) {
      return clickHouse.query("SELECT x FROM t", Map.of(), row -> row.text("x"));
    }
  }

  @Test
  void query_answerWhole_isItsRows() {
    assertThat(ask()).containsExactly("abc", "def");
  }

  /// Only the last chunk's end may be missing: the rows are known to be all there by then.
  @Test
  void query_answerCutAnywhere_failsAndIsNeverAShorterAnswer() {
    for (int cut = 0; cut < ANSWER.length; cut++) {
      length = cut;
      if (cut > ANSWER.length - LAST_CHUNK_BYTES) {
        assertThat(ask()).as("after %d bytes", cut).containsExactly("abc", "def");
      } else {
        assertThatThrownBy(this::ask)
            .as("after %d bytes", cut)
            .isInstanceOf(RuntimeException.class);
      }
    }
    assertThat(answers).hasValue(ANSWER.length);
  }
}
