package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.AlertmanagerChannel;
import dev.tollgate.proto.alert.v1.PagerDutyChannel;
import dev.tollgate.proto.alert.v1.SlackChannel;
import dev.tollgate.proto.alert.v1.WebhookChannel;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PostTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-08-01T10:00:00Z");
  private static final Instant NOW = Instant.parse("2026-08-01T10:05:00Z");

  private static AlertDelivery delivery(AlertStatus status) {
    var alert =
        Alert.newBuilder()
            .setAlertId("a/1")
            .setKind(AlertKind.ALERT_KIND_ANOMALY)
            .setSeverity(AlertSeverity.ALERT_SEVERITY_CRITICAL)
            .setStatus(status)
            .setTitle("team <!channel> & \"x\"")
            .setText("two\nlines")
            .putSubject("team", "<!channel>")
            .putSubject("tags.cost-owner", "o")
            .setOwner("ann")
            .setStartTime(Times.timestamp(START));
    if (status == AlertStatus.ALERT_STATUS_RESOLVED) {
      alert.setEndTime(Times.timestamp(NOW));
    }
    return AlertDelivery.newBuilder().setDeliveryId("d-1").setAlert(alert).build();
  }

  private static Post post(AlertRoute.Builder route, AlertStatus status) {
    return Post.of(route.build(), "acme", delivery(status), NOW);
  }

  private static JsonNode json(Post post) throws Exception {
    return JSON.readTree(post.body());
  }

  /// The signature as `printf '%s' 't.body' | openssl dgst -sha256 -hmac` makes it.
  @Test
  void signature_ofKnownText_isTheOneThatOthersMake() {
    assertThat(Post.signature("0123456789abcdef", Instant.ofEpochSecond(1_785_578_700), "{}"))
        .isEqualTo(
            "t=1785578700,v1=eeebd1d9237daa9d8bd1134d89823099ccf55fcb9792b771d4ae82b7241a238f");
  }

  @Test
  void webhook_isSignedAndHasItAll() throws Exception {
    var channel = WebhookChannel.newBuilder().setUrl("https://x.test/h").setSecret("s".repeat(16));
    var post = post(AlertRoute.newBuilder().setWebhook(channel), AlertStatus.ALERT_STATUS_FIRING);

    assertThat(post.url()).hasToString("https://x.test/h");
    assertThat(post.headers())
        .containsOnlyKeys("tollgate-signature")
        .containsValue(Post.signature("s".repeat(16), NOW, post.body()));
    assertThat(json(post).at("/deliveryId").textValue()).isEqualTo("d-1");
    assertThat(json(post).at("/tenantId").textValue()).isEqualTo("acme");
    assertThat(json(post).at("/alert/alertId").textValue()).isEqualTo("a/1");
    assertThat(json(post).at("/alert/subject/team").textValue()).isEqualTo("<!channel>");
    assertThat(post.body()).doesNotContain("s".repeat(16));
  }

  @Test
  void slack_textOfATenant_mentionsNobody() throws Exception {
    var channel = SlackChannel.newBuilder().setUrl("https://x.test/s");
    var firing = post(AlertRoute.newBuilder().setSlack(channel), AlertStatus.ALERT_STATUS_FIRING);
    var over = post(AlertRoute.newBuilder().setSlack(channel), AlertStatus.ALERT_STATUS_RESOLVED);

    assertThat(json(firing).get("text").textValue())
        .isEqualTo(":rotating_light: *team &lt;!channel&gt; &amp; \"x\"*\ntwo\nlines");
    assertThat(json(over).get("text").textValue()).startsWith(":white_check_mark:");
  }

  @Test
  void alertmanager_beginningAndEnd_haveTheSameLabels() throws Exception {
    var channel =
        AlertmanagerChannel.newBuilder().setUrl("https://x.test/am/").setAuthorization("Bearer x");
    var route = AlertRoute.newBuilder().setAlertmanager(channel);
    var firing = post(route, AlertStatus.ALERT_STATUS_FIRING);
    var over = post(route, AlertStatus.ALERT_STATUS_RESOLVED);

    assertThat(firing.url()).hasToString("https://x.test/am/api/v2/alerts");
    assertThat(firing.headers()).containsEntry("authorization", "Bearer x");
    var labels = json(firing).at("/0/labels");
    assertThat(labels).isEqualTo(json(over).at("/0/labels"));
    assertThat(labels.get("alertname").textValue()).isEqualTo("TollgateAnomaly");
    assertThat(labels.get("severity").textValue()).isEqualTo("critical");
    assertThat(labels.get("subject_tags_cost_owner").textValue()).isEqualTo("o");
    assertThat(json(firing).at("/0/startsAt").textValue()).isEqualTo(START.toString());
    assertThat(json(firing).at("/0/endsAt").textValue()).isEqualTo("2026-08-08T10:00:00Z");
    assertThat(json(over).at("/0/endsAt").textValue()).isEqualTo(NOW.toString());
  }

  @Test
  void pagerDuty_beginningAndEnd_areOneIncident() throws Exception {
    var channel = PagerDutyChannel.newBuilder().setUrl(Channels.PAGER_DUTY).setRoutingKey("rk");
    var route = AlertRoute.newBuilder().setPagerDuty(channel);
    var firing = json(post(route, AlertStatus.ALERT_STATUS_FIRING));
    var over = json(post(route, AlertStatus.ALERT_STATUS_RESOLVED));

    assertThat(firing.get("event_action").textValue()).isEqualTo("trigger");
    assertThat(over.get("event_action").textValue()).isEqualTo("resolve");
    assertThat(firing.get("dedup_key")).isEqualTo(over.get("dedup_key"));
    assertThat(firing.get("routing_key").textValue()).isEqualTo("rk");
    assertThat(firing.at("/payload/severity").textValue()).isEqualTo("critical");
    assertThat(firing.at("/payload/summary").textValue()).isEqualTo("team <!channel> & \"x\"");
    assertThat(firing.at("/payload/source").textValue()).isEqualTo("tollgate/acme");
    assertThat(firing.at("/payload/timestamp").textValue()).isEqualTo(START.toString());
  }
}
