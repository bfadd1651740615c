package dev.tollgate.query.alert;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.alert.v1.AlertRoute;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// The channels of routes: checked, completed with what is stored, and without their secrets.
final class Channels {
  static final String PAGER_DUTY = "https://events.pagerduty.com/v2/enqueue";

  private static final int SECRET_MIN = 16;
  private static final int SECRET_MAX = 256;
  private static final int AUTHORIZATION_MAX = 1_024;
  private static final int ROUTING_KEY_MAX = 64;
  private static final int RECIPIENTS_MAX = 20;

  private Channels() {}

  /// The route with a channel that can be used; mistakes are in the fields.
  static AlertRoute read(Fields fields, AlertRoute wire, Optional<AlertRoute> former, Reach reach) {
    var guard = reach.guard();
    var route = wire.toBuilder();
    switch (wire.getChannelCase()) {
      case WEBHOOK -> {
        var channel = route.getWebhookBuilder();
        if (channel.getSecret().isEmpty()) {
          former
              .map(AlertRoute::getWebhook)
              .filter(each -> each.getUrl().equals(channel.getUrl()))
              .ifPresent(each -> channel.setSecret(each.getSecret()));
        }
        guard.url(fields, "route.webhook.url", channel.getUrl());
        secret(fields, "route.webhook.secret", channel.getSecret(), SECRET_MIN, SECRET_MAX);
      }
      case SLACK -> {
        var channel = route.getSlackBuilder();
        if (channel.getUrl().isEmpty()) {
          former.ifPresent(each -> channel.setUrl(each.getSlack().getUrl()));
        }
        guard.url(fields, "route.slack.url", channel.getUrl());
      }
      case ALERTMANAGER -> {
        var channel = route.getAlertmanagerBuilder();
        if (channel.getAuthorization().isEmpty()) {
          former
              .map(AlertRoute::getAlertmanager)
              .filter(each -> each.getUrl().equals(channel.getUrl()))
              .ifPresent(each -> channel.setAuthorization(each.getAuthorization()));
        }
        guard.url(fields, "route.alertmanager.url", channel.getUrl());
        secret(
            fields,
            "route.alertmanager.authorization",
            channel.getAuthorization(),
            0,
            AUTHORIZATION_MAX);
      }
      case PAGER_DUTY -> {
        var channel = route.getPagerDutyBuilder();
        if (channel.getUrl().isEmpty()) {
          channel.setUrl(PAGER_DUTY);
        }
        if (channel.getRoutingKey().isEmpty()) {
          former
              .map(AlertRoute::getPagerDuty)
              .filter(each -> each.getUrl().equals(channel.getUrl()))
              .ifPresent(each -> channel.setRoutingKey(each.getRoutingKey()));
        }
        guard.url(fields, "route.pager_duty.url", channel.getUrl());
        secret(fields, "route.pager_duty.routing_key", channel.getRoutingKey(), 1, ROUTING_KEY_MAX);
      }
      case EMAIL -> recipients(fields, route.getEmail().getRecipientsList(), reach.mails());
      case FREEZE -> ActionForm.check(fields, wire, wire.getFreeze());
      case TIGHTEN -> ActionForm.check(fields, wire, wire.getTighten());
      case CHANNEL_NOT_SET ->
          fields.reject(
              "route.channel",
              "missing",
              "webhook, slack, alertmanager, pager_duty, email, freeze or tighten");
    }
    return route.build();
  }

  /// The route as it may be shown.
  static AlertRoute shown(AlertRoute stored) {
    var route = stored.toBuilder();
    switch (stored.getChannelCase()) {
      case WEBHOOK -> route.getWebhookBuilder().clearSecret();
      case SLACK -> route.getSlackBuilder().clearUrl();
      case ALERTMANAGER -> route.getAlertmanagerBuilder().clearAuthorization();
      case PAGER_DUTY -> route.getPagerDutyBuilder().clearRoutingKey();
      case EMAIL, FREEZE, TIGHTEN, CHANNEL_NOT_SET -> {
        // Nothing of it is a secret.
      }
    }
    return route.build();
  }

  private static void recipients(Fields fields, List<String> recipients, boolean mails) {
    if (!mails) {
      fields.reject("route.email", "a channel", "none of mail: this installation sends none");
    }
    fields.count("route.email.recipients (size)", recipients.size(), 1, RECIPIENTS_MAX);
    var seen = new HashSet<String>();
    for (var i = 0; i < Math.min(recipients.size(), RECIPIENTS_MAX); i++) {
      var field = "route.email.recipients[" + i + "]";
      var recipient = recipients.get(i);
      if (!MailSettings.isAddress(recipient)) {
        fields.rejectText(field, recipient, "an address like ann@example.com");
      } else if (!seen.add(recipient)) {
        fields.rejectText(field, recipient, "each once");
      }
    }
  }

  /* Its value is in no message. */
  private static void secret(Fields fields, String field, String value, int min, int max) {
    var printable = value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    if (value.length() < min || value.length() > max || !printable) {
      fields.reject(
          field,
          value.length() + " characters",
          min + " to " + max + " printable ASCII characters");
    }
  }
}
