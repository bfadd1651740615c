package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model that no book knows, on the whole standalone: what it cost is a lower bound until the
/// price is published and the events are repriced.
class LowerBoundIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");

  @Test
  void unknownModel_priceIsPublishedLater_isALowerBoundUntilRepriced(@TempDir Path folder)
      throws Exception {
    try (var operated = Operated.start(folder, "acme")) {
      var client = operated.client();
      send(client);
      Operated.await("stored", () -> cost(client).isPresent());

      var before = cost(client).orElseThrow();
      assertThat(before.getLowerBound()).isTrue();
      assertThat(before.getUnpricedEvents()).isEqualTo(1);
      assertThat(before.getInputTokens()).isEqualTo(1_000_000);
      assertThat(before.getCost().getAmount()).isEqualTo("0.000000000000");

      publishPrice(operated);
      reprice(operated);

      var after = cost(client).orElseThrow();
      assertThat(after.getLowerBound()).isFalse();
      assertThat(after.getUnpricedEvents()).isZero();
      assertThat(after.getEvents()).isEqualTo(1);
      assertThat(after.getInputTokens()).isEqualTo(1_000_000);
      assertThat(after.getCost().getAmount()).isEqualTo("7.000000000000");
    }
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
  private static void publishPrice(Operated operated) throws Exception {
    try (var clickHouse = operated.clickHouse()) {
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
  private static void reprice(Operated operated) {
    var attempts = new int[1];
    Operated.await("the new price is in use", () -> repriced(operated, "r-" + attempts[0]++) == 1);
  }

  private static long repriced(Operated operated, String id) {
    var request =
        StartRepricingRequest.newBuilder()
            .setRequestId(id)
            .setStartTime(Timestamps.fromMillis(START.toEpochMilli()))
            .setEndTime(Timestamps.fromMillis(END.toEpochMilli()))
            .build();
    return operated.reprice(request).getRepricing().getProgress().getEventsNewlyPriced();
  }
}
