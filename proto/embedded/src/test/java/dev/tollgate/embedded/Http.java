package dev.tollgate.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Statements over ClickHouse's HTTP protocol.
final class Http {
  private Http() {}

  static String query(EmbeddedClickHouse clickHouse, String statement) {
    return query(clickHouse.url(), clickHouse.user(), clickHouse.password().reveal(), statement);
  }

  /// The answer's text, which starts with `Code:` where the statement failed.
  static String query(URI url, String user, String password, String statement) {
    var request =
        HttpRequest.newBuilder(url)
            .header("X-ClickHouse-User", user)
            .header("X-ClickHouse-Key", password)
            .POST(HttpRequest.BodyPublishers.ofString(statement))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
