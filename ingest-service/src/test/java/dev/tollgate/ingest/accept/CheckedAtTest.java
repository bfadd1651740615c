package dev.tollgate.ingest.accept;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.reservation.ReservationTime;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class CheckedAtTest {
  private static final Instant ENDED = Instant.parse("2026-08-10T12:00:00Z");
  private static final Instant RECEIVED = ENDED.plusSeconds(5);

  @Test
  void millis_ofAReservation_areThoseOfItsCheck() {
    var checked = ENDED.minus(Duration.ofMinutes(10));

    assertThat(checkedAt(reservation(checked))).isEqualTo(checked);
  }

  @Test
  void millis_clocksThatDifferByAnHour_areBelieved() {
    var checked = RECEIVED.plus(Duration.ofHours(1));

    assertThat(checkedAt(reservation(checked))).isEqualTo(checked);
    assertThat(checkedAt(reservation(checked.plusMillis(1)))).isEqualTo(ENDED);
  }

  @Test
  void millis_checkThatNoHoldIsAsLongAs_areTheEvents() {
    var checked = ENDED.minus(Duration.ofHours(25));

    assertThat(checkedAt(reservation(checked))).isEqualTo(checked);
    assertThat(checkedAt(reservation(checked.minusMillis(1)))).isEqualTo(ENDED);
  }

  @Test
  void millis_withoutAReservationOfOurs_areTheEvents() {
    assertThat(checkedAt("")).isEqualTo(ENDED);
    assertThat(checkedAt("hold-1")).isEqualTo(ENDED);
    assertThat(checkedAt("?".repeat(200))).isEqualTo(ENDED);
  }

  @Test
  void millis_eventOfAClockThatIsAhead_areWhenItWasReceived() {
    var early = ENDED.minusSeconds(30);

    assertThat(CheckedAt.millis(event(""), early.toEpochMilli())).isEqualTo(early.toEpochMilli());
  }

  private static Instant checkedAt(String reservationId) {
    return Instant.ofEpochMilli(CheckedAt.millis(event(reservationId), RECEIVED.toEpochMilli()));
  }

  private static UsageEvent event(String reservationId) {
    return UsageEvent.newBuilder()
        .setEventTime(Timestamps.fromMillis(ENDED.toEpochMilli()))
        .setReservationId(reservationId)
        .build();
  }

  private static String reservation(Instant checked) {
    var bytes = ByteBuffer.allocate(120).putLong(ReservationTime.OFFSET, checked.toEpochMilli());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
