package dev.tollgate.cli;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.budget.v1.BacktestBudget;
import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import dev.tollgate.proto.budget.v1.BacktestBudgetsResponse;
import dev.tollgate.proto.budget.v1.BacktestHit;
import dev.tollgate.proto.budget.v1.BacktestReport;
import dev.tollgate.proto.common.v1.Money;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Has budgets backtested, and tells a person what they would have denied.
///
/// @param out where the report goes
/// @param err where it says how far it is
record Backtesting(PrintWriter out, PrintWriter err) {
  private static final Duration PATIENCE = Duration.ofHours(2);
  private static final double PERCENT = 100;

  /// Backtests what is asked for, on the time since then.
  void run(
      TollgateClient client, BacktestBudgetsRequest.Builder request, Instant now, Duration since) {
    var asked =
        request
            .setStartTime(Timestamps.fromMillis(now.minus(since).toEpochMilli()))
            .setEndTime(Timestamps.fromMillis(now.toEpochMilli()))
            .build();
    print(client.withTimeout(PATIENCE).budgets(stub -> last(stub.backtestBudgets(asked))));
  }

  private BacktestReport last(Iterator<BacktestBudgetsResponse> answers) {
    while (answers.hasNext()) {
      var answer = answers.next();
      if (answer.hasReport()) {
        return answer.getReport();
      }
      var progress = answer.getProgress();
      err.printf(
          Locale.ROOT, "%,d of %,d calls%n", progress.getEvents(), progress.getEventsTotal());
      err.flush();
    }
    throw new Problem("the backtest ended without a report");
  }

  /// Prints what budgets would have denied.
  void print(BacktestReport report) {
    out.printf(
        Locale.ROOT,
        "%,d calls, of which %,d would have been denied (%s)%s.%n",
        report.getEvents(),
        report.getDenied(),
        share(report.getDenied(), report.getEvents()),
        report.getSavedCount() == 0 ? "" : ": " + money(report.getSavedList()) + " less");
    if (report.getUnpriced() > 0) {
      out.printf(
          Locale.ROOT,
          "%,d calls could not be decided, mostly as no price of theirs is known: they passed.%n",
          report.getUnpriced());
    }
    if (report.getBudgetsCount() > 0) {
      var table = new Table("BUDGET", "DENIED", "SHARE", "SAVES", "FIRST");
      for (var budget : report.getBudgetsList()) {
        table.add(
            List.of(
                budget.getBudgetId(),
                String.format(Locale.ROOT, "%,d", budget.getDenied()),
                share(budget.getDenied(), report.getEvents()),
                money(budget.getSavedList()),
                Timestamps.toString(budget.getFirstDenialTime())));
      }
      table.print(out);
      report.getBudgetsList().forEach(this::printHits);
    }
    out.flush();
  }

  private void printHits(BacktestBudget budget) {
    out.printf("%n%s would have hit:%n", budget.getBudgetId());
    for (var hit : budget.getHitsList()) {
      out.printf(
          Locale.ROOT,
          "  %,d calls of %s, first at %s%n",
          hit.getDenied(),
          who(hit),
          Timestamps.toString(hit.getFirstDenialTime()));
    }
  }

  private static String who(BacktestHit hit) {
    var who = new ArrayList<String>();
    add(who, "team", hit.getTeam());
    add(who, "project", hit.getProject());
    add(who, "user", hit.getUser());
    add(who, "feature", hit.getFeature());
    return who.isEmpty() ? "nobody that is known" : String.join(", ", who);
  }

  private static void add(List<String> who, String dimension, String value) {
    if (!value.isEmpty()) {
      who.add(dimension + " " + value);
    }
  }

  private static String money(List<Money> amounts) {
    return amounts.isEmpty()
        ? "nothing"
        : amounts.stream().map(Amounts::money).collect(Collectors.joining(" and "));
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "0 %" : String.format(Locale.ROOT, "%.2f %%", part * PERCENT / whole);
  }
}
