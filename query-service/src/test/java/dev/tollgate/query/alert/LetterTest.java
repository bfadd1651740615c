package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.EmailChannel;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LetterTest {
  private static final Instant START = Instant.parse("2026-08-01T10:00:00Z");

  private static AlertDelivery delivery(String id, String title) {
    return AlertDelivery.newBuilder()
        .setDeliveryId(id)
        .setAlert(
            Alert.newBuilder()
                .setAlertId("a/1")
                .setSeverity(AlertSeverity.ALERT_SEVERITY_CRITICAL)
                .setStatus(AlertStatus.ALERT_STATUS_RESOLVED)
                .setTitle(title)
                .setText("two\r\nlines")
                .putSubject("team", "search\nBcc: x@y.z")
                .setOwner("ann")
                .setStartTime(Times.timestamp(START))
                .setEndTime(Times.timestamp(START.plusSeconds(60))))
        .build();
  }

  private static Letter letter(String tenant, AlertDelivery delivery) {
    var channel = EmailChannel.newBuilder().addRecipients("a@b.example").build();
    return Letter.of(channel, tenant, delivery);
  }

  @Test
  void letter_saysItAll() {
    assertThat(letter("acme", delivery("d", "team search is over")).text())
        .isEqualTo(
            """
            team search is over

            two
            lines

            Tenant: acme
            team: search Bcc: x@y.z
            Owner: ann
            Since: 2026-08-01T10:00:00Z
            Until: 2026-08-01T10:01:00Z
            Alert: a/1
            """);
  }

  @Test
  void subject_ofAnyTitle_isOneLine() {
    var title = "a\r\nBcc: x@y.z\u0085b\u2028c\ud800d\u0000" + "x".repeat(500);
    var subject = letter("acme", delivery("d", title)).subject();

    assertThat(subject).startsWith("[Tollgate critical] a  Bcc: x@y.z b c d x").hasSize(200);
  }

  @Test
  void idLeft_ofADelivery_isItsOwnAndAlwaysTheSame() {
    var one = letter("acme", delivery("d-1", "a")).idLeft();

    assertThat(one).matches("tollgate[.][0-9a-f]{24}");
    assertThat(letter("acme", delivery("d-1", "b")).idLeft()).isEqualTo(one);
    assertThat(letter("acme", delivery("d-2", "a")).idLeft()).isNotEqualTo(one);
    assertThat(letter("other", delivery("d-1", "a")).idLeft()).isNotEqualTo(one);
  }
}
