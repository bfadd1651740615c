package dev.tollgate.cli.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.client.Endpoints;
import dev.tollgate.ingest.IngestService;
import dev.tollgate.ingest.IngestSettings;
import dev.tollgate.pricing.PricingService;
import dev.tollgate.pricing.PricingSettings;
import dev.tollgate.query.QueryService;
import dev.tollgate.query.QuerySettings;
import dev.tollgate.quota.QuotaService;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Tollgate in one process: all four services and both stores.
public final class Standalone implements AutoCloseable {
  /// How to start it.
  ///
  /// @param ports the first of four gRPC ports in a row; their HTTP ports lie 100 above; 0 is free
  ///   ones
  /// @param redis a Redis that exists; empty starts one
  /// @param clickHouse a ClickHouse that exists; empty starts one
  /// @param eventAhead how far ahead of the clock the time of an event may lie
  /// @param environment of this process: settings of single services in it come first
  /// @param root of the source tree, in which the engine was installed
  public record Options(
      int ports,
      Optional<URI> redis,
      Optional<URI> clickHouse,
      Duration eventAhead,
      Map<String, String> environment,
      Path root) {}

  /// The ports on which one service serves.
  record Bound(int grpc, int http) {}

  private final Keys keys;
  private final Map<Part, Bound> bound;
  private final List<AutoCloseable> parts;

  private Standalone(Keys keys, Map<Part, Bound> bound, List<AutoCloseable> parts) {
    this.keys = keys;
    this.bound = bound;
    this.parts = parts;
  }

  /// Returns when all four services serve.
  ///
  /// @param directory closed by the caller, after this
  /// @throws Problem with the remedy; nothing is left running then
  public static Standalone start(
      DataDirectory directory, Options options, TimeSource time, RandomGenerator random) {
    var parts = new ArrayList<AutoCloseable>();
    try {
      var keys = Keys.open(directory.path().resolve("keys.json"), random);
      Settings.checkPorts(options);
      var stores = Stores.start(directory.path(), options, random);
      parts.add(stores);
      var bound =
          services(new Settings(directory.path(), options, keys, stores), time, random, parts);
      var standalone = new Standalone(keys, bound, parts);
      Readiness.await(Arrays.stream(Part.values()).map(standalone::http).toList(), time);
      standalone.writeEndpoints(directory.path().resolve("endpoints.json"));
      return standalone;
    } catch (Exception failed) {
      Closing.all(parts);
      throw Problems.of(failed, directory.path());
    }
  }

  private static Map<Part, Bound> services(
      Settings settings, TimeSource time, RandomGenerator random, List<AutoCloseable> parts)
      throws Exception {
    var bound = new EnumMap<Part, Bound>(Part.class);
    var pricing =
        PricingService.start(PricingSettings.from(settings.of(Part.PRICING, bound)), time, random);
    parts.add(pricing);
    bound.put(Part.PRICING, new Bound(pricing.grpcPort(), pricing.httpPort()));
    var quota =
        QuotaService.start(QuotaSettings.from(settings.of(Part.QUOTA, bound)), time, random);
    parts.add(quota);
    bound.put(Part.QUOTA, new Bound(quota.grpcPort(), quota.httpPort()));
    var ingest =
        IngestService.start(IngestSettings.from(settings.of(Part.INGEST, bound)), time, random);
    parts.add(ingest);
    bound.put(Part.INGEST, new Bound(ingest.grpcPort(), ingest.httpPort()));
    var query =
        QueryService.start(QuerySettings.from(settings.of(Part.QUERY, bound)), time, random);
    parts.add(query);
    bound.put(Part.QUERY, new Bound(query.grpcPort(), query.httpPort()));
    return bound;
  }

  public Keys keys() {
    return keys;
  }

  /// Where a service speaks gRPC: `host:port`.
  public String grpc(Part part) {
    return Settings.HOST + ":" + boundOf(part).grpc();
  }

  /// Where a service speaks HTTP: the JSON API, its OpenAPI document, health and metrics.
  public URI http(Part part) {
    return URI.create("http://" + Settings.HOST + ":" + boundOf(part).http());
  }

  /// For the Java client.
  public Endpoints endpoints() {
    return new Endpoints(
        URI.create("http://" + grpc(Part.QUOTA)),
        URI.create("http://" + grpc(Part.PRICING)),
        URI.create("http://" + grpc(Part.INGEST)),
        URI.create("http://" + grpc(Part.QUERY)));
  }

  /// For programs that want to know where it is.
  private void writeEndpoints(Path file) throws IOException {
    var endpoints = new LinkedHashMap<String, Map<String, String>>();
    for (var part : Part.values()) {
      endpoints.put(part.title(), Map.of("grpc", grpc(part), "http", http(part).toString()));
    }
    var draft = file.resolveSibling(file.getFileName() + ".new");
    Files.write(draft, new ObjectMapper().writeValueAsBytes(endpoints));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Bound boundOf(Part part) {
    return Objects.requireNonNull(bound.get(part));
  }

  /// Stops the services, which finish what they have begun, then the stores. Does nothing the
  /// second time.
  @Override
  public synchronized void close() {
    Closing.all(parts);
  }
}
