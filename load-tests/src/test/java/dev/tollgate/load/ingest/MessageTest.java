package dev.tollgate.load.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.ingest.price.Pricing;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static final Instant START = Instant.parse("2026-08-01T12:00:00Z");

  private final Traffic traffic = new Traffic(new Random(7), START, 10_000);

  @Test
  void numbered_anyNumber_isTheRequestWithIt() throws Exception {
    var calls = traffic.calls(1, 3);
    for (long number : List.of(1L, 127L, 128L, 1L << 20, (1L << 35) - 1)) {
      var parsed = StreamUsageRequest.parseFrom(Message.of(1, calls).numbered(number));

      assertThat(parsed.getSequence()).isEqualTo(number);
      assertThat(parsed.getEventsList()).isEqualTo(calls);
    }
  }

  @Test
  void draw_manyCalls_haveIdsOfTheirOwnAndAscendInTime() {
    var calls = traffic.calls(0, 1_000);

    assertThat(calls.stream().map(call -> call.getEventId()).distinct()).hasSize(1_000);
    assertThat(Timestamps.toMicros(calls.getLast().getEventTime()))
        .isEqualTo(Timestamps.toMicros(calls.getFirst().getEventTime()) + 999 * 100);
  }

  @Test
  void call_atTheShippedBook_hasAPrice() {
    var book = PriceStack.of(DefaultBook.read());
    for (var call : traffic.calls(2, 500)) {
      var usage = Usage.of(call.getUsage().getBucketsMap());

      assertThat(Pricing.charge(book, call, usage).status()).isEqualTo(ChargeStatus.PRICED);
    }
  }

  @Test
  void tenants_mostMessages_areOfTheFirst() {
    var messages = Message.draw(traffic, 2_000, 2);

    var ofFirst = messages.stream().filter(message -> message.tenant() == 0).count();
    assertThat(messages).hasSize(1_000);
    assertThat(ofFirst).isBetween(700L, 900L);
  }
}
