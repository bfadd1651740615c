package dev.tollgate.ingest.accept;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.common.v1.UsageBody;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventParserTest {
  private static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");

  private final EventParser parser = new EventParser(new FakeTime(NOW), Duration.ofHours(1));
  private final Caller pinned =
      new Caller("key", Set.of(Role.ROLE_CALLER), "acme", Map.of("team", "search"));

  @Test
  void parse_pinnedDimensionLeftOut_isFilledIn() {
    var arrival = parser.parse(event().build(), pinned);

    assertThat(arrival)
        .isInstanceOfSatisfying(
            Arrival.Valid.class,
            valid -> assertThat(valid.event().getDimensions().getTeam()).isEqualTo("search"));
  }

  @Test
  void parse_pinnedDimensionSpoofed_isMalformed() {
    var event = event();
    event.getDimensionsBuilder().setTeam("finance");

    assertThat(parser.parse(event.build(), pinned))
        .isInstanceOfSatisfying(
            Arrival.Malformed.class,
            malformed -> {
              var violation = malformed.violations().getFirst();
              assertThat(violation.field()).isEqualTo("dimensions.team");
              assertThat(violation.description())
                  .isEqualTo("\"finance\" (expected: \"search\", which the credential pins)");
            });
  }

  @Test
  void parse_samePinsOrNot_contentIsWhatWasSent() {
    var free = new Caller("key", Set.of(Role.ROLE_CALLER), "acme", Map.of());
    var one = (Arrival.Valid) parser.parse(event().build(), pinned);
    var other = (Arrival.Valid) parser.parse(event().build(), free);

    assertThat(one.content()).isEqualTo(other.content());
  }

  @Test
  void parse_eventAheadOfTheClock_isTakenUpToTheBound() {
    assertThat(parser.parse(eventAt(NOW.plusSeconds(3_600)), pinned))
        .isInstanceOf(Arrival.Valid.class);
    assertThat(parser.parse(eventAt(NOW.plusSeconds(3_601)), pinned))
        .isInstanceOf(Arrival.Malformed.class);
  }

  @Test
  void parse_regionInTheBody_fillsInButNeverReplacesAPinnedOne() {
    var body = "{\"input_tokens\": 1, \"output_tokens\": 1, \"inference_geo\": \"us\"}";
    var event = event().setUsage(Usage.newBuilder().setBody(UsageBody.newBuilder().setJson(body)));
    event.getDimensionsBuilder().setProvider("anthropic").setModel("claude");
    var free = new Caller("key", Set.of(Role.ROLE_CALLER), "acme", Map.of());
    var europe = new Caller("key", Set.of(Role.ROLE_CALLER), "acme", Map.of("region", "eu"));

    assertThat(region(parser.parse(event.build(), free))).isEqualTo("us");
    assertThat(region(parser.parse(event.build(), europe))).isEqualTo("eu");
  }

  private static String region(Arrival arrival) {
    return ((Arrival.Valid) arrival).event().getDimensions().getRegion();
  }

  private static UsageEvent eventAt(Instant time) {
    return event().setEventTime(Timestamp.newBuilder().setSeconds(time.getEpochSecond())).build();
  }

  private static UsageEvent.Builder event() {
    return UsageEvent.newBuilder()
        .setEventId("e")
        .setEventTime(Timestamp.newBuilder().setSeconds(NOW.getEpochSecond()))
        .setDimensions(Dimensions.newBuilder().setProvider("openai").setModel("gpt-4o"));
  }
}
