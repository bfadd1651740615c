package dev.tollgate.query.report;

import dev.tollgate.proto.common.v1.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Collectors;

/// Figures and names as reports say them: amounts exact, and shares in percent.
final class Figures {
  private static final BigDecimal HUNDRED = new BigDecimal(100);

  private Figures() {}

  static BigDecimal amount(Money money) {
    return new BigDecimal(money.getAmount());
  }

  static String text(Money money) {
    return text(amount(money), money.getCurrencyCode());
  }

  static String text(BigDecimal amount, String currency) {
    return plain(amount) + " " + currency;
  }

  static String plain(BigDecimal amount) {
    return amount.stripTrailingZeros().toPlainString();
  }

  /// With its sign, also where it is above 0.
  static String signed(BigDecimal amount, String currency) {
    return (amount.signum() > 0 ? "+" : "") + text(amount, currency);
  }

  /// In brackets after a space; nothing where there is no whole.
  static String share(BigDecimal part, BigDecimal whole) {
    return whole.signum() > 0 ? " (" + percent(part, whole) + " %)" : "";
  }

  /// As above, with the sign.
  static String change(BigDecimal change, BigDecimal before) {
    return before.signum() > 0
        ? " (" + (change.signum() > 0 ? "+" : "") + percent(change, before) + " %)"
        : "";
  }

  private static String percent(BigDecimal part, BigDecimal whole) {
    return part.multiply(HUNDRED).divide(whole, 1, RoundingMode.HALF_EVEN).toPlainString();
  }

  /// What a group is called, in one line.
  static String name(List<String> group) {
    return group.stream()
        .map(value -> value.isEmpty() ? "not attributed" : line(value))
        .collect(Collectors.joining(" / "));
  }

  /// Nobody's name may look like lines of a report.
  static String line(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ");
  }

  /// What is said of calls without a known cost.
  static String unpriced(long calls) {
    return calls == 0 ? "" : "; " + calls + " calls whose cost is not known are missing";
  }
}
