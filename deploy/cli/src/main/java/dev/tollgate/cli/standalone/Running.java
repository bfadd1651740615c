package dev.tollgate.cli.standalone;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.client.Endpoints;
import dev.tollgate.client.TollgateClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// The installation that serves from a data directory, as other commands find it.
public final class Running {
  private Running() {}

  /// Connects as its operator. Does not wait for it.
  ///
  /// @param random would make keys; there are some already
  /// @throws Problem where nothing has served from there
  public static TollgateClient operator(Path directory, RandomGenerator random) {
    var file = directory.resolve("endpoints.json");
    var keys = directory.resolve("keys.json");
    if (!Files.exists(file) || !Files.exists(keys)) {
      throw new Problem(
          "nothing serves from "
              + directory
              + ": start it with deploy/tollgate up, or give --data");
    }
    try {
      var all =
          new ObjectMapper()
              .readValue(file.toFile(), new TypeReference<Map<String, Map<String, String>>>() {});
      var endpoints =
          new Endpoints(
              grpc(all, Part.QUOTA),
              grpc(all, Part.PRICING),
              grpc(all, Part.INGEST),
              grpc(all, Part.QUERY));
      return TollgateClient.connect(endpoints, Keys.open(keys, random).operator());
    } catch (IOException unreadable) {
      throw Problems.of(unreadable, directory);
    }
  }

  private static URI grpc(Map<String, Map<String, String>> all, Part part) {
    var addresses = Objects.requireNonNull(all.get(part.title()), part.title());
    return URI.create("http://" + Objects.requireNonNull(addresses.get("grpc"), part.title()));
  }
}
