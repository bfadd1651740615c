package dev.tollgate.query.report;

import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.GetRetryWasteResponse;
import dev.tollgate.proto.query.v1.GetUnitEconomicsResponse;
import dev.tollgate.proto.query.v1.ListSavingsResponse;
import dev.tollgate.proto.query.v1.SavingKind;
import dev.tollgate.proto.query.v1.SavingRow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Answers as lines of reports; of each currency by itself.
final class Lines {
  private static final Comparator<CostRow> DEAREST_FIRST =
      Comparator.comparing(CostRow::getOther)
          .thenComparing(
              Comparator.comparing((CostRow row) -> Figures.amount(row.getCost())).reversed());

  private Lines() {}

  /// @param before what the time before is called
  static List<String> spend(GetCostResponse answer, String before) {
    return answer.getTotalsList().stream().map(row -> spend(row, before)).toList();
  }

  private static String spend(CostRow row, String before) {
    var currency = row.getCost().getCurrencyCode();
    var earlier = Figures.amount(row.getPreviousCost());
    var change = Figures.amount(row.getCost()).subtract(earlier);
    return Figures.text(row.getCost())
        + Figures.unpriced(row.getUnpricedEvents())
        + "; "
        + before
        + ": "
        + Figures.text(earlier, currency)
        + Figures.unpriced(row.getPreviousUnpricedEvents())
        + "; change: "
        + Figures.signed(change, currency)
        + Figures.change(change, earlier);
  }

  /// The dearest groups with their shares, and then all others together.
  static List<String> top(GetCostResponse answer, int count) {
    var lines = new ArrayList<String>();
    for (var total : answer.getTotalsList()) {
      var all = Figures.amount(total.getCost());
      var currency = total.getCost().getCurrencyCode();
      var shown =
          answer.getRowsList().stream()
              .filter(row -> row.getCost().getCurrencyCode().equals(currency))
              .filter(row -> !row.getOther() && Figures.amount(row.getCost()).signum() != 0)
              .sorted(DEAREST_FIRST)
              .limit(count)
              .toList();
      var rest = all;
      for (var row : shown) {
        var cost = Figures.amount(row.getCost());
        rest = rest.subtract(cost);
        lines.add(line(Figures.name(row.getGroupList()), cost, all, currency));
      }
      if (rest.signum() != 0) {
        lines.add(line("all others", rest, all, currency));
      }
    }
    return lines;
  }

  private static String line(String name, BigDecimal cost, BigDecimal all, String currency) {
    return name + ": " + Figures.text(cost, currency) + Figures.share(cost, all);
  }

  /// What has no team, and its share of all.
  static List<String> unattributed(GetCostResponse without, GetCostResponse all) {
    return all.getTotalsList().stream()
        .map(total -> {
          var currency = total.getCost().getCurrencyCode();
          var part =
              without.getTotalsList().stream()
                  .map(CostRow::getCost)
                  .filter(cost -> cost.getCurrencyCode().equals(currency))
                  .map(Figures::amount)
                  .findFirst()
                  .orElse(BigDecimal.ZERO);
          return Figures.text(part, currency)
              + Figures.share(part, Figures.amount(total.getCost()));
        })
        .toList();
  }

  static List<String> units(GetUnitEconomicsResponse answer) {
    return answer.getTotalsList().stream()
        .flatMap(row ->
            Stream.of(
                    per("request", row.hasCostPerRequest(), row.getCostPerRequest()),
                    per("success", row.hasCostPerSuccess(), row.getCostPerSuccess()),
                    per("session", row.hasCostPerSession(), row.getCostPerSession()),
                    per("user", row.hasCostPerActiveUser(), row.getCostPerActiveUser()))
                .flatMap(List::stream))
        .toList();
  }

  private static List<String> per(String unit, boolean known, Money cost) {
    return known ? List.of("per " + unit + ": " + Figures.text(cost)) : List.of();
  }

  static List<String> waste(GetRetryWasteResponse answer) {
    return answer.getTotalsList().stream()
        .map(row ->
            Figures.text(row.getWasteCost())
                + Figures.share(Figures.amount(row.getWasteCost()), Figures.amount(row.getCost()))
                + ", by %d attempts that a later one followed and %d final ones that failed"
                    .formatted(row.getSupersededEvents(), row.getFailedFinals())
                + Figures.unpriced(row.getUnpricedEvents()))
        .toList();
  }

  static List<String> savings(ListSavingsResponse answer, int count) {
    return answer.getRowsList().stream().limit(count).map(Lines::saving).toList();
  }

  private static String saving(SavingRow row) {
    var kind = row.getKind().name().substring("SAVING_KIND_".length());
    var target =
        row.getKind() == SavingKind.SAVING_KIND_ROUTE
            ? " to " + Figures.line(row.getTargetProvider() + " " + row.getTargetModel())
            : "";
    return kind
        + target
        + ": feature "
        + Figures.name(List.of(row.getFeature()))
        + ", "
        + Figures.line(row.getProvider() + " " + row.getModel())
        + ": "
        + Figures.text(row.getSaving())
        + " of "
        + Figures.text(row.getCost());
  }

  static List<String> budgets(List<BudgetBurnRow> rows) {
    return rows.stream().map(Lines::budget).toList();
  }

  private static String budget(BudgetBurnRow row) {
    var name = Figures.line(row.getBudgetId() + " " + row.getDisplayName()).strip();
    if (!row.getFailure().isEmpty()) {
      return name + ": not known: " + row.getFailure();
    }
    var unit =
        row.getCurrencyCode().isEmpty()
            ? row.getUnit().name().substring("BUDGET_UNIT_".length()).toLowerCase(Locale.ROOT)
            : row.getCurrencyCode();
    var available = new BigDecimal(row.getAvailable());
    var consumed = new BigDecimal(row.getConsumed());
    return name
        + (row.getGroupCount() == 0 ? "" : " of " + Figures.name(row.getGroupList()))
        + ": "
        + Figures.plain(consumed)
        + " of "
        + Figures.text(available, unit)
        + Figures.share(consumed, available);
  }
}
