package dev.tollgate.cli.price;

import dev.tollgate.money.Picos;
import dev.tollgate.rating.ChargeStatus;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sums over all lines. Not safe for concurrent use.
public final class Totals {
  private final String currency;
  private final @Nullable String reportingCurrency;
  private final Map<ChargeStatus, Long> byStatus = new EnumMap<>(ChargeStatus.class);
  private long refused;
  private long unknown;
  private long unconverted;
  private BigInteger cost = BigInteger.ZERO;
  private BigInteger listCost = BigInteger.ZERO;
  private BigInteger reporting = BigInteger.ZERO;

  /// @param reportingCurrency null where nothing is converted
  Totals(String currency, @Nullable String reportingCurrency) {
    this.currency = currency;
    this.reportingCurrency = reportingCurrency;
  }

  void add(Answer answer) {
    var charge = answer.charge();
    byStatus.merge(charge.status(), 1L, Long::sum);
    if (charge.status().isUnknown()) {
      unknown++;
      return;
    }
    cost = plus(cost, charge.cost());
    listCost = plus(listCost, charge.listCost());
    var converted = answer.reporting();
    if (converted != null) {
      reporting = plus(reporting, converted.amount());
    } else {
      unconverted++;
    }
  }

  /* Not in picos: a sum may well be larger than what one call may cost. */
  private static BigInteger plus(BigInteger sum, Picos amount) {
    return sum.add(BigInteger.valueOf(amount.value()));
  }

  void addRefused() {
    refused++;
  }

  /// How many lines could not be read or rated.
  public long refused() {
    return refused;
  }

  public long lines() {
    return refused + byStatus.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Unknown is never zero: a sum over lines without a known cost is called a lower bound.
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %,d priced, %,d without a known cost, %,d refused%n",
        lines(lines()),
        lines() - unknown - refused,
        unknown,
        refused);
    byStatus.forEach((status, count) -> out.printf(Locale.ROOT, "  %-20s %,d%n", status, count));
    if (refused > 0) {
      out.printf(Locale.ROOT, "  %-20s %,d%n", AnswerWriter.INVALID, refused);
    }
    sum(out, "cost", cost, currency, unknown + refused);
    sum(out, "list cost", listCost, currency, unknown + refused);
    if (reportingCurrency != null) {
      sum(out, "cost", reporting, reportingCurrency, unknown + refused + unconverted);
    }
  }

  private static void sum(
      PrintWriter out, String name, BigInteger picos, String currency, long missing) {
    out.printf(
        Locale.ROOT,
        "%-10s %s %s%s%n",
        name,
        new BigDecimal(picos, Picos.SCALE).toPlainString(),
        currency,
        missing == 0 ? "" : " (lower bound: " + lines(missing) + " not in it)");
  }

  private static String lines(long count) {
    return String.format(Locale.ROOT, count == 1 ? "%,d line" : "%,d lines", count);
  }
}
