package dev.tollgate.query.alert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.WebhookBody;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A delivery as a channel takes it: what is posted where.
///
/// @param headers but for the content's type and the delivery's id, which all have
record Post(URI url, Map<String, String> headers, String body) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration ALERTMANAGER_LASTS = Duration.ofDays(7);
  private static final String ALGORITHM = "HmacSHA256";

  static Post of(AlertRoute route, String tenant, AlertDelivery delivery, Instant now) {
    var alert = delivery.getAlert();
    return switch (route.getChannelCase()) {
      case WEBHOOK -> {
        var channel = route.getWebhook();
        var body =
            Form.json(
                WebhookBody.newBuilder()
                    .setDeliveryId(delivery.getDeliveryId())
                    .setTenantId(tenant)
                    .setAlert(alert)
                    .build());
        var signature = signature(channel.getSecret(), now, body);
        yield new Post(URI.create(channel.getUrl()), Map.of("tollgate-signature", signature), body);
      }
      case SLACK -> new Post(URI.create(route.getSlack().getUrl()), Map.of(), slack(alert));
      case ALERTMANAGER -> {
        var channel = route.getAlertmanager();
        var authorization = channel.getAuthorization();
        yield new Post(
            URI.create(channel.getUrl().replaceFirst("/+$", "") + "/api/v2/alerts"),
            authorization.isEmpty() ? Map.of() : Map.of("authorization", authorization),
            alertmanager(tenant, alert));
      }
      case PAGER_DUTY -> {
        var channel = route.getPagerDuty();
        yield new Post(
            URI.create(channel.getUrl()),
            Map.of(),
            pagerDuty(channel.getRoutingKey(), tenant, alert));
      }
      case EMAIL, FREEZE, TIGHTEN, CHANNEL_NOT_SET ->
          throw new IllegalArgumentException(
              route.getRouteId() + ": " + route.getChannelCase() + " (expected: an HTTP channel)");
    };
  }

  /// `t=<seconds>,v1=<hex>`: what a receiver checks.
  static String signature(String secret, Instant now, String body) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      var signed = now.getEpochSecond() + "." + body;
      var hex = HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
      return "t=" + now.getEpochSecond() + ",v1=" + hex;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String slack(Alert alert) {
    var sign = isOver(alert) ? ":white_check_mark:" : ":rotating_light:";
    var text = sign + " *" + escaped(alert.getTitle()) + "*\n" + escaped(alert.getText());
    return JSON.objectNode().put("text", text).toString();
  }

  /* As Slack asks for: nothing of a tenant's becomes a link or a mention. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String alertmanager(String tenant, Alert alert) {
    var start = Times.instant(alert.getStartTime());
    var end = isOver(alert) ? Times.instant(alert.getEndTime()) : start.plus(ALERTMANAGER_LASTS);
    var labels = JSON.objectNode();
    labels.put("alertname", "Tollgate" + name(alert.getKind().name()));
    labels.put("alert_id", alert.getAlertId());
    labels.put("tenant", tenant);
    labels.put("severity", severity(alert));
    labels.put("owner", alert.getOwner());
    new TreeMap<>(alert.getSubjectMap())
        .forEach((dimension, value) -> labels.put(label(dimension), value));
    var entry = JSON.objectNode();
    entry.set("labels", labels);
    entry.set(
        "annotations",
        JSON.objectNode().put("summary", alert.getTitle()).put("description", alert.getText()));
    entry.put("startsAt", start.toString());
    entry.put("endsAt", end.toString());
    return JSON.arrayNode().add(entry).toString();
  }

  private static String name(String kind) {
    var word = kind.substring("ALERT_KIND_".length());
    return word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
  }

  /* Labels are of letters, digits and underscores; these begin with a word of ours. */
  private static String label(String dimension) {
    return "subject_" + dimension.replaceAll("[^a-zA-Z0-9_]", "_");
  }

  private static String pagerDuty(String key, String tenant, Alert alert) {
    var event = JSON.objectNode();
    event.put("routing_key", key);
    event.put("event_action", isOver(alert) ? "resolve" : "trigger");
    // An alert's id may be longer than the 255 characters that are taken.
    event.put("dedup_key", Alerts.hash(tenant, alert.getAlertId()));
    event.put("client", "Tollgate");
    var details = JSON.objectNode();
    details.put("text", alert.getText());
    details.put("alert_id", alert.getAlertId());
    details.put("owner", alert.getOwner());
    details.set("subject", subject(alert));
    var payload = JSON.objectNode();
    payload.put("summary", alert.getTitle());
    payload.put("source", "tollgate/" + tenant);
    payload.put("severity", severity(alert));
    payload.put("timestamp", Times.instant(alert.getStartTime()).toString());
    payload.set("custom_details", details);
    event.set("payload", payload);
    return event.toString();
  }

  private static ObjectNode subject(Alert alert) {
    var subject = JSON.objectNode();
    new TreeMap<>(alert.getSubjectMap()).forEach(subject::put);
    return subject;
  }

  static String severity(Alert alert) {
    return switch (alert.getSeverity()) {
      case ALERT_SEVERITY_CRITICAL -> "critical";
      case ALERT_SEVERITY_WARNING -> "warning";
      case ALERT_SEVERITY_INFO, ALERT_SEVERITY_UNSPECIFIED, UNRECOGNIZED -> "info";
    };
  }

  static boolean isOver(Alert alert) {
    return alert.getStatus() == AlertStatus.ALERT_STATUS_RESOLVED;
  }
}
