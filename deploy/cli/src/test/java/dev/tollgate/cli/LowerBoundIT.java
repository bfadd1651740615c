package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Part;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.GetRepricingRequest;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc.RepricingServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.RepricingState;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.time.TimeSource;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model that no book knows, on the whole standalone: what it cost is a lower bound until the
/// price is published and the events are repriced.
class LowerBoundIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");
  private static final String TENANT = "acme";

  @Test
  void unknownModel_priceIsPublishedLater_isALowerBoundUntilRepriced(@TempDir Path folder)
      throws Exception {
    var library = EmbeddedClickHouse.library(Commands.ROOT);
    try (var store =
            EmbeddedClickHouse.start(folder.resolve("store"), library, new SecureRandom());
        var directory = DataDirectory.open(folder.resolve("data"));
        var standalone =
            Standalone.start(directory, options(store), TimeSource.SYSTEM, new SecureRandom());
        var operator =
            TollgateClient.connect(standalone.endpoints(), standalone.keys().operator())) {
      var client = operator.forTenant(TENANT);
      send(client);
      await("stored", () -> cost(client).isPresent());

      var before = cost(client).orElseThrow();
      assertThat(before.getLowerBound()).isTrue();
      assertThat(before.getUnpricedEvents()).isEqualTo(1);
      assertThat(before.getInputTokens()).isEqualTo(1_000_000);
      assertThat(before.getCost().getAmount()).isEqualTo("0.000000000000");

      publishPrice(store);
      reprice(standalone);

      var after = cost(client).orElseThrow();
      assertThat(after.getLowerBound()).isFalse();
      assertThat(after.getUnpricedEvents()).isZero();
      assertThat(after.getEvents()).isEqualTo(1);
      assertThat(after.getInputTokens()).isEqualTo(1_000_000);
      assertThat(after.getCost().getAmount()).isEqualTo("7.000000000000");
    }
  }

  private static Standalone.Options options(EmbeddedClickHouse store) {
    var signedIn =
        store.url().toString().replace("://", "://" + store.user() + ":" + secret(store) + "@");
    return new Standalone.Options(
        0,
        Optional.empty(),
        Optional.of(java.net.URI.create(signedIn)),
        Duration.ofHours(1),
        Map.of("PATH", System.getenv("PATH")),
        Commands.ROOT);
  }

  private static String secret(EmbeddedClickHouse store) {
    return store.password().reveal();
  }

  private static void send(TollgateClient client) throws Exception {
    var event =
        UsageEvent.newBuilder()
            .setEventId("e1")
            .setEventTime(Timestamps.fromMillis(START.toEpochMilli()))
            .setDimensions(Dimensions.newBuilder().setProvider("openai").setModel("brand-new"))
            .setUsage(Usage.newBuilder().putBuckets("input", 1_000_000))
            .build();
    try (var stream = client.streamUsage(UsageStreamSettings.DEFAULT)) {
      var _ = stream.send(event).get(30, TimeUnit.SECONDS);
    }
  }

  private static Optional<CostRow> cost(TollgateClient client) {
    return client
        .getCost(
            GetCostRequest.newBuilder()
                .setStartTime(Timestamps.fromMillis(START.toEpochMilli()))
                .setEndTime(Timestamps.fromMillis(END.toEpochMilli()))
                .build())
        .getTotalsList()
        .stream()
        .findFirst();
  }

  /// The newest book, and a price for the model, as its next version.
  private static void publishPrice(EmbeddedClickHouse store) throws Exception {
    var settings = new ClickHouseSettings(store.url(), "tollgate", store.user(), store.password());
    try (var clickHouse = ClickHouse.connect(settings)) {
      var table = ControlTable.open(clickHouse, "price_books");
      var newest = table.read("", "default").orElseThrow();
      var json = new ObjectMapper();
      var book = (ObjectNode) json.readTree(newest.content());
      book.put("version", newest.version() + 1);
      var price =
          """
          {"provider": "openai", "model": "brand-new", "prices": [
            {"id": "brand-new-in", "bucket": "input", "amount": "7", "unit_quantity": 1000000,
             "source": "test"}]}
          """;
      book.withArray("models").add(json.readTree(price));
      var _ = table.append("", "default", newest.version(), book.toString(), "test");
    }
  }

  /// Until one does it with the new book: that reaches ingest-service within seconds.
  private static void reprice(Standalone standalone) {
    var channel =
        ManagedChannelBuilder.forTarget(standalone.grpc(Part.INGEST)).usePlaintext().build();
    try {
      var stub =
          RepricingServiceGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(standalone)));
      var attempts = new int[1];
      await("the new price is in use", () -> repriced(stub, "r-" + attempts[0]++) == 1);
    } finally {
      channel.shutdownNow();
    }
  }

  private static long repriced(RepricingServiceBlockingStub stub, String id) {
    var _ =
        stub.startRepricing(
            StartRepricingRequest.newBuilder()
                .setRequestId(id)
                .setStartTime(Timestamps.fromMillis(START.toEpochMilli()))
                .setEndTime(Timestamps.fromMillis(END.toEpochMilli()))
                .build());
    var request = GetRepricingRequest.newBuilder().setRepricingId(id).build();
    await(
        id,
        () ->
            stub.getRepricing(request).getRepricing().getState()
                == RepricingState.REPRICING_STATE_DONE);
    return stub.getRepricing(request).getRepricing().getProgress().getEventsNewlyPriced();
  }

  private static Metadata headers(Standalone standalone) {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + standalone.keys().operator().reveal());
    headers.put(Metadata.Key.of("tollgate-tenant", Metadata.ASCII_STRING_MARSHALLER), TENANT);
    return headers;
  }

  private static void await(String what, BooleanSupplier condition) {
    var start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as(what)
          .isLessThan(Duration.ofSeconds(90));
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
