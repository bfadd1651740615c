package dev.tollgate.query.report;

import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.query.alert.AnomalyAlert;
import java.math.BigDecimal;
import java.util.List;

/// What a report says: the same for the same ledger, whenever and wherever it is asked. Blocks.
final class ReportText {
  private static final int TOP_OF_TEAM = 5;
  private static final int TOP_OF_TENANT = 20;
  private static final int SAVINGS_MAX = 5;
  private static final BigDecimal MOST = new BigDecimal("0.8");

  private ReportText() {}

  /// The title by which people know it.
  ///
  /// @param team empty for all of the tenant
  static String title(String team, Period period) {
    return team.isEmpty()
        ? "Report of " + period.firstDay().toString().substring(0, "2026-01".length())
        : "Weekly digest of team " + Figures.line(team) + ", week of " + period.firstDay();
  }

  static String digest(String team, Questions asked) {
    return new Sections(title(team, asked.period()), asked.period())
        .add("Spend", () -> Lines.spend(asked.spend(), "the week before"))
        .add("Models", () -> Lines.top(asked.top("model", TOP_OF_TEAM), TOP_OF_TEAM))
        .add("Features", () -> Lines.top(asked.top("feature", TOP_OF_TEAM), TOP_OF_TEAM))
        .add("Users", () -> Lines.top(asked.top("user", TOP_OF_TEAM), TOP_OF_TEAM))
        .add("Cost", () -> Lines.units(asked.units()))
        .add("Waste by retries", () -> Lines.waste(asked.waste()))
        .add("Open anomalies", () -> anomalies(asked))
        .add("Budgets", () -> Lines.budgets(asked.budgets()))
        .text();
  }

  static String monthly(Questions asked) {
    return new Sections(title("", asked.period()), asked.period())
        .add("Spend", () -> Lines.spend(asked.spend(), "the month before"))
        .add("Teams", () -> Lines.top(asked.top("team", TOP_OF_TENANT), TOP_OF_TENANT))
        .add("Models", () -> Lines.top(asked.top("model", TOP_OF_TENANT), TOP_OF_TENANT))
        .add("Without a team", () -> Lines.unattributed(asked.unattributed(), asked.spend()))
        .add("Cost", () -> Lines.units(asked.units()))
        .add("Waste by retries", () -> Lines.waste(asked.waste()))
        .add("What could be saved", () -> Lines.savings(asked.savings(), SAVINGS_MAX))
        .add(
            "Budgets over 80 %",
            () -> Lines.budgets(asked.budgets().stream().filter(ReportText::isMostUsed).toList()))
        .text();
  }

  private static List<String> anomalies(Questions asked) {
    return asked.openAnomalies().stream()
        .map(anomaly ->
            Figures.line(AnomalyAlert.of(anomaly.toBuilder().clearEndTime().build()).getTitle()))
        .toList();
  }

  /* One that has no figures can't be told to be below. */
  private static boolean isMostUsed(BudgetBurnRow row) {
    return !row.getFailure().isEmpty()
        || new BigDecimal(row.getConsumed())
                .compareTo(new BigDecimal(row.getAvailable()).multiply(MOST))
            > 0;
  }
}
