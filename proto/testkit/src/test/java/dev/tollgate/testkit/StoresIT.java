package dev.tollgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class StoresIT {
  @Test
  void redis_itsPassword_answers(Stores stores) throws Exception {
    try (var socket = new Socket(stores.redisUrl().getHost(), stores.redisUrl().getPort());
        var answers =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      var commands = "AUTH " + stores.redisPassword().reveal() + "\r\nPING\r\n";
      socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));

      assertThat(answers.readLine()).isEqualTo("+OK");
      assertThat(answers.readLine()).isEqualTo("+PONG");
    }
  }

  @Test
  void clickHouse_itsDatabase_takesRows(Stores stores) throws Exception {
    query(stores, "CREATE TABLE %s.t (n Int64) ENGINE = MergeTree ORDER BY n");
    query(stores, "INSERT INTO %s.t VALUES (1), (2)");

    assertThat(query(stores, "SELECT sum(n) FROM %s.t")).isEqualTo("3");
  }

  @Test
  void stores_sameClass_keepTenantAndDatabase(Stores one, Stores other) {
    assertThat(one.tenant()).isEqualTo(other.tenant()).matches("[a-z][a-z0-9-]{0,62}");
    assertThat(one.database()).isEqualTo(other.database());
  }

  private static String query(Stores stores, String statement) throws Exception {
    var request =
        HttpRequest.newBuilder(stores.clickHouseUrl())
            .header("X-ClickHouse-User", stores.clickHouseUser())
            .header("X-ClickHouse-Key", stores.clickHousePassword().reveal())
            .POST(HttpRequest.BodyPublishers.ofString(statement.formatted(stores.database())))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body().strip();
    }
  }
}
