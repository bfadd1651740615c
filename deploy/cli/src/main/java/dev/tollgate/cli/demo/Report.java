package dev.tollgate.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.cli.traffic.Traffic;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Standing;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// Says what became of a replay: for people, and as one line for programs.
public final class Report {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int USERS = 5;
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  private final Traffic traffic;
  private final Tally tally;
  private final Ledger ledger;
  private final Duration wall;

  /// Reports on a replay that is done and stored.
  ///
  /// @param wall from the first check to the last settlement
  public Report(Traffic traffic, Tally tally, Ledger ledger, Duration wall) {
    this.traffic = traffic;
    this.tally = tally;
    this.ledger = ledger;
    this.wall = wall;
  }

  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%nCalls     %,d in %s s: %s calls/s%n",
        traffic.calls().size(),
        seconds().setScale(1, RoundingMode.HALF_UP),
        callsPerSecond());
    out.printf(
        Locale.ROOT,
        "Checked   %,d allowed, %,d clamped, %,d denied%n",
        tally.allowed(),
        tally.clamped(),
        tally.denied());
    tally
        .deniedBy()
        .forEach((by, n) -> out.printf(Locale.ROOT, "            %,8d by %s%n", n.sum(), by));
    out.printf(
        Locale.ROOT,
        "Metered   %,d events accepted, %,d duplicates%s%n",
        tally.accepted(),
        tally.duplicates(),
        tally.refused() == 0 ? "" : ", " + tally.refused() + " refused");
    for (var total : ledger.totals()) {
      out.printf(
          "Spent     %s %s, read from ClickHouse through GetCost%n",
          total.cost().toPlainString(), total.currency());
    }
    table(out, "team", ledger.by("team"));
    table(out, "feature", ledger.acrossTenants("feature"));
    table(out, "model", ledger.acrossTenants("model"));
    var users = ledger.by("user");
    table(out, "user, the dearest", users.subList(0, Math.min(USERS, users.size())));
    budgets(out);
  }

  private static void table(PrintWriter out, String title, List<Ledger.Line> lines) {
    out.printf("%nBy %-38s %20s %8s %12s %10s%n", title, "cost", "calls", "tokens in", "out");
    for (var line : lines) {
      var value = line.group().isEmpty() ? "(unattributed)" : line.group();
      out.printf(
          Locale.ROOT,
          "  %-39s %20s %8d %12d %10d%s%n",
          line.tenant().isEmpty() ? value : line.tenant() + " / " + value,
          line.cost().toPlainString(),
          line.events(),
          line.inputTokens(),
          line.outputTokens(),
          line.unpricedEvents() == 0 ? "" : "  at least: " + line.unpricedEvents() + " unpriced");
    }
  }

  private void budgets(PrintWriter out) {
    out.printf("%n%-41s %20s %20s %8s%n", "Budgets (of the month)", "limit", "settled", "held");
    ledger
        .budgets()
        .forEach((tenant, budgets) -> {
          for (var budget : budgets) {
            for (var standing : budget.getStandingsList()) {
              print(out, tenant + " / " + budget.getBudget().getBudgetId(), standing);
            }
          }
        });
  }

  private static void print(PrintWriter out, String name, Standing standing) {
    out.printf(
        "  %-39s %20s %20s %8s%n",
        name,
        shortened(standing.getLimit()),
        amount(standing.getSettled()),
        shortened(standing.getHeld()));
  }

  private static String amount(Limit limit) {
    return switch (limit.getAmountCase()) {
      case COST -> limit.getCost().getAmount();
      case TOKENS -> limit.getTokens() + " tokens";
      case INPUT_TOKENS -> limit.getInputTokens() + " input tokens";
      case OUTPUT_TOKENS -> limit.getOutputTokens() + " output tokens";
      case SPEND_RATE -> limit.getSpendRate().getFloor().getAmount() + " an hour";
      case REQUESTS -> limit.getRequests() + " calls";
      case AMOUNT_NOT_SET -> "";
    };
  }

  /// Without the zeros at the end, with the currency.
  private static String shortened(Limit limit) {
    if (!limit.hasCost()) {
      return amount(limit);
    }
    var number = new BigDecimal(limit.getCost().getAmount()).stripTrailingZeros();
    return number.signum() == 0
        ? "0"
        : number.toPlainString() + " " + limit.getCost().getCurrencyCode();
  }

  /// One JSON object on one line.
  public String json() {
    var totals = ledger.totals();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("events", traffic.calls().size());
    fields.put("accepted", tally.accepted());
    fields.put("duplicates", tally.duplicates());
    fields.put("refused", tally.refused());
    fields.put("allowed", tally.allowed());
    fields.put("clamped", tally.clamped());
    fields.put("denied", tally.denied());
    fields.put("stored", ledger.events());
    fields.put("held", ledger.openHolds());
    fields.put(
        "total", totals.isEmpty() ? "0.000000000000" : totals.getFirst().cost().toPlainString());
    fields.put("currency", totals.isEmpty() ? "USD" : totals.getFirst().currency());
    fields.put("seconds", seconds());
    fields.put("calls_per_second", callsPerSecond());
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private BigDecimal seconds() {
    return BigDecimal.valueOf(wall.toNanos()).divide(NANOS, 3, RoundingMode.HALF_UP);
  }

  private BigDecimal callsPerSecond() {
    return BigDecimal.valueOf(traffic.calls().size())
        .multiply(NANOS)
        .divide(BigDecimal.valueOf(Math.max(1, wall.toNanos())), 0, RoundingMode.HALF_UP);
  }
}
