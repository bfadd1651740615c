package dev.tollgate.query.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.query.v1.HealthRule;
import dev.tollgate.query.answer.Times;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IncidentTest {
  private static final long HOUR = 3_600;

  @Test
  void of_oneEndpointInHoursThatFollow_isOne() {
    assertThat(incidents("a@1", "a@2", "a@3")).containsExactly("1-4 [a, a, a]");
  }

  @Test
  void of_anHourBetween_isTwo() {
    assertThat(incidents("a@1", "a@3")).containsExactly("1-2 [a]", "3-4 [a]");
  }

  @Test
  void of_severalEndpointsInOneHour_isOne() {
    assertThat(incidents("a@1", "b@1")).containsExactly("1-2 [a, b]");
  }

  @Test
  void of_anotherEndpointInTheNextHour_isAnother() {
    assertThat(incidents("a@1", "b@2")).containsExactly("1-2 [a]", "2-3 [b]");
  }

  @Test
  void of_endpointsThatAChainConnects_isOne() {
    assertThat(incidents("a@1", "a@2", "b@2", "b@3", "c@3")).containsExactly("1-4 [a, a, b, b, c]");
  }

  @Test
  void of_nothing_isNone() {
    assertThat(incidents()).isEmpty();
  }

  private static List<String> incidents(String... hours) {
    var ill = Stream.of(hours).map(IncidentTest::hour).toList();
    return Incident.of(new Health(Map.of(), ill, Map.of()).byHour()).stream()
        .map(each ->
            "%d-%d %s"
                .formatted(
                    each.start() / HOUR,
                    each.end() / HOUR,
                    each.hours().stream().map(hour -> hour.group().getFirst()).toList()))
        .toList();
  }

  private static CallHour hour(String text) {
    var parts = text.split("@", -1);
    return new CallHour(
        Long.parseLong(parts[1]) * HOUR,
        List.of(parts[0]),
        20,
        10,
        0,
        0,
        0,
        Times.NONE,
        Times.NONE,
        Double.NaN,
        Set.of(HealthRule.HEALTH_RULE_ERROR_RATE));
  }
}
