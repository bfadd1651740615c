package dev.tollgate.load.site;

import dev.tollgate.load.drive.MeasurementFailed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// The table of all budgets: for making many of them out of one that the API made.
public record BudgetTable(URI clickHouse, String user, String password, String database) {
  /// Copies what matches the condition so many times, each time with other values; `number` is the
  /// copy's, from 1.
  public void copy(String condition, String values, int count) {
    if (count < 1) {
      return;
    }
    var statement =
        """
        INSERT INTO %1$s.control_budgets
        SELECT original.* REPLACE(%3$s) FROM %1$s.control_budgets AS original
        CROSS JOIN numbers(1, %4$d) AS copies WHERE %2$s
        SETTINGS prefer_column_name_to_alias = 1
        """
            .formatted(database, condition, values, count);
    var request =
        HttpRequest.newBuilder(clickHouse)
            .header("X-ClickHouse-User", user)
            .header("X-ClickHouse-Key", password)
            .POST(HttpRequest.BodyPublishers.ofString(statement))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new MeasurementFailed("budgets can't be copied: " + response.body());
      }
    } catch (IOException failed) {
      throw new MeasurementFailed("ClickHouse does not answer", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeasurementFailed("interrupted", interrupted);
    }
  }
}
