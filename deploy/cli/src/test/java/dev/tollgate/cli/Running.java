package dev.tollgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.client.Endpoints;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// A standalone in another process, seen from outside: by what its data directory says of it and
/// what it answers.
record Running(JsonNode endpoints, JsonNode keys) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static Running at(Path data) throws IOException {
    return new Running(
        JSON.readTree(data.resolve("endpoints.json").toFile()),
        JSON.readTree(data.resolve("keys.json").toFile()));
  }

  TollgateClient client(String tenant) {
    return TollgateClient.connect(
        new Endpoints(
            grpc("quota-service"),
            grpc("pricing-service"),
            grpc("ingest-service"),
            grpc("query-service")),
        new Secret(keys.get("tenant " + tenant).asText()));
  }

  private URI grpc(String service) {
    return URI.create("http://" + endpoints.get(service).get("grpc").asText());
  }

  URI http(String service) {
    return URI.create(endpoints.get(service).get("http").asText());
  }

  /// The sum of a metric's values over all of its tags.
  double metric(String service, String name) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(http(service).resolve("/metrics")).build();
    var text = HTTP.send(request, BodyHandlers.ofString()).body();
    return Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? (\\S+)$")
        .matcher(text)
        .results()
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .sum();
  }

  /// Where the budget of all calls of a tenant stands: its cost, its requests.
  static List<Standing> standings(TollgateClient client) {
    return client
        .getBudget(GetBudgetRequest.newBuilder().setBudgetId("all-calls").build())
        .getStandingsList();
  }
}
