package dev.tollgate.query.alert;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.EmailChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A delivery as a mail.
///
/// @param idLeft of its Message-ID, before the `@`
record Letter(List<String> recipients, String subject, String text, String idLeft) {
  private static final int SUBJECT_MAX = 200;

  Letter {
    recipients = List.copyOf(recipients);
  }

  static Letter of(EmailChannel channel, String tenant, AlertDelivery delivery) {
    var alert = delivery.getAlert();
    var lines = new ArrayList<String>();
    lines.add(line(alert.getTitle(), Integer.MAX_VALUE));
    lines.add("");
    alert.getText().lines().map(each -> line(each, Integer.MAX_VALUE)).forEach(lines::add);
    lines.add("");
    lines.add("Tenant: " + tenant);
    new TreeMap<>(alert.getSubjectMap())
        .forEach((name, value) -> lines.add(line(name + ": " + value, Integer.MAX_VALUE)));
    if (!alert.getOwner().isEmpty()) {
      lines.add(line("Owner: " + alert.getOwner(), Integer.MAX_VALUE));
    }
    lines.add("Since: " + Times.instant(alert.getStartTime()));
    if (Post.isOver(alert)) {
      lines.add("Until: " + Times.instant(alert.getEndTime()));
    }
    lines.add("Alert: " + line(alert.getAlertId(), Integer.MAX_VALUE));
    return new Letter(
        channel.getRecipientsList(),
        line("[Tollgate " + Post.severity(alert) + "] " + alert.getTitle(), SUBJECT_MAX),
        String.join("\n", lines) + "\n",
        "tollgate." + Alerts.hash(tenant, delivery.getDeliveryId()));
  }

  /// One line, whatever it was, of at most so many characters: nothing in it ends a line for
  /// anyone.
  static String line(String text, int max) {
    return text.codePoints()
        .map(each -> isLine(each) ? each : ' ')
        .limit(max)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static boolean isLine(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
