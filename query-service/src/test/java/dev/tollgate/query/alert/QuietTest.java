package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.QuietHours;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuietTest {
  private static AlertRoute route(String start, String end, boolean criticalPasses) {
    return AlertRoute.newBuilder()
        .setQuietHours(
            QuietHours.newBuilder()
                .setStart(start)
                .setEnd(end)
                .setTimeZone("Europe/Berlin")
                .setCriticalPasses(criticalPasses))
        .build();
  }

  private static String due(AlertRoute route, String now) {
    return Quiet.due(route, AlertSeverity.ALERT_SEVERITY_WARNING, Instant.parse(now)).toString();
  }

  @Test
  void due_overNight_isTheNextMorning() {
    var night = route("22:00", "07:00", false);

    assertThat(due(night, "2026-07-01T19:59:59Z")).isEqualTo("2026-07-01T19:59:59Z");
    assertThat(due(night, "2026-07-01T20:00:00Z")).isEqualTo("2026-07-02T05:00:00Z");
    assertThat(due(night, "2026-07-02T04:59:59Z")).isEqualTo("2026-07-02T05:00:00Z");
    assertThat(due(night, "2026-07-02T05:00:00Z")).isEqualTo("2026-07-02T05:00:00Z");
  }

  @Test
  void due_withinADay_isItsEnd() {
    var noon = route("12:00", "13:30", false);

    assertThat(due(noon, "2026-07-01T10:30:00Z")).isEqualTo("2026-07-01T11:30:00Z");
    assertThat(due(noon, "2026-07-01T11:30:00Z")).isEqualTo("2026-07-01T11:30:00Z");
    assertThat(due(noon, "2026-07-01T01:00:00Z")).isEqualTo("2026-07-01T01:00:00Z");
  }

  /// The night in which clocks go forward has an hour less.
  @Test
  void due_whereClocksChange_isTheTimeOnTheWall() {
    var night = route("22:00", "07:00", false);

    assertThat(due(night, "2026-03-28T22:00:00Z")).isEqualTo("2026-03-29T05:00:00Z");
  }

  @Test
  void due_critical_passesWhereThatIsSaid() {
    var now = Instant.parse("2026-07-01T23:00:00Z");
    var critical = AlertSeverity.ALERT_SEVERITY_CRITICAL;

    assertThat(Quiet.due(route("22:00", "07:00", true), critical, now)).isEqualTo(now);
    assertThat(Quiet.due(route("22:00", "07:00", false), critical, now)).isAfter(now);
    assertThat(Quiet.due(AlertRoute.getDefaultInstance(), critical, now)).isEqualTo(now);
  }
}
