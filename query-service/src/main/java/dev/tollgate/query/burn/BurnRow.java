package dev.tollgate.query.burn;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.proto.query.v1.BudgetUnit;
import dev.tollgate.proto.query.v1.BurnLevel;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.calendar.Step;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// One limit of a budget, for one of its groups, as a row of an answer.
final class BurnRow {
  private static final int SOFT_PERCENT = 80;
  private static final int HARD_PERCENT = 100;
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);
  private static final int MOST_PERCENT = 85;
  private static final double STEADY = 0.03;
  private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final CountedBudget budget;
  private final GroupBurn burn;
  private final Amount limit;
  private final Amount available;
  private final Amount consumed;
  private final BudgetBurnRow.Builder row;

  private BurnRow(CountedBudget budget, GroupBurn burn, Amount limit) {
    this.budget = budget;
    this.burn = burn;
    this.limit = limit;
    this.available = budget.available(limit);
    this.consumed = limit.with(burn.consumed(limit.unit()));
    this.row = named(budget, limit);
  }

  /// The row of the limit of that number.
  ///
  /// @param shown the group as people know it
  /// @param groups how many used something
  static BudgetBurnRow of(
      CountedBudget budget,
      GroupBurn burn,
      int number,
      List<String> shown,
      long groups,
      Standings.Live live) {
    var row = new BurnRow(budget, burn, Amount.of(budget.stated().getLimits(number)));
    row.ledger();
    budget.time().step().ifPresent(row::ahead);
    row.days();
    row.row.addAllGroup(shown).setGroups(groups).setLiveFailure(live.failure());
    if (live.standings().size() > number) {
      row.live(live.standings().get(number));
    }
    return row.row.build();
  }

  /// What identifies a row, and what its limit is.
  private static BudgetBurnRow.Builder named(CountedBudget budget, Amount limit) {
    var time = budget.time();
    var row =
        BudgetBurnRow.newBuilder()
            .setBudgetId(budget.stated().getBudgetId())
            .setDisplayName(budget.stated().getDisplayName())
            .setOwner(budget.stated().getOwner())
            .setUnit(limit.unit())
            .setCurrencyCode(limit.currency())
            .setLimit(limit.text())
            .setAvailable(budget.available(limit).text());
    if (!time.isLifetime()) {
      row.setWindowStartTime(Times.timestamp(time.start()));
    }
    time.end().map(Times::timestamp).ifPresent(row::setWindowEndTime);
    return row;
  }

  private void ledger() {
    row.setConsumed(consumed.text());
    if (available.value().signum() > 0) {
      row.setConsumedShare(Wire.share(consumed.value(), available.value()));
    }
    if (limit.unit() == BudgetUnit.BUDGET_UNIT_COST) {
      row.setUnpricedCalls(burn.unpriced());
    }
    row.setLevel(level());
  }

  private BurnLevel level() {
    var hard = budget.stated().getHardPercent();
    var soft = budget.stated().getSoftPercent();
    if (reaches(consumed.value(), hard == 0 ? HARD_PERCENT : hard)) {
      return BurnLevel.BURN_LEVEL_HARD;
    }
    return reaches(consumed.value(), soft == 0 ? SOFT_PERCENT : soft)
        ? BurnLevel.BURN_LEVEL_SOFT
        : BurnLevel.BURN_LEVEL_GOOD;
  }

  private boolean reaches(BigInteger used, int percent) {
    return used.multiply(HUNDRED).compareTo(available.value().multiply(BigInteger.valueOf(percent)))
        >= 0;
  }

  private void live(Standing standing) {
    row.setSettled(Amount.of(standing.getSettled()).text())
        .setHeld(Amount.of(standing.getHeld()).text())
        .setDebt(Amount.of(standing.getDebt()).text());
  }

  private void ahead(Step step) {
    var time = budget.time();
    var past = past();
    var rhythm = Rhythm.of(past, time.places());
    if (rhythm.isEmpty()) {
      return;
    }
    var perDay = BigDecimal.valueOf(time.bucketsOfDay());
    row.setDailyRate(limit.text(rhythm.get().rate().multiply(perDay)));
    if (time.end().isEmpty() && !time.isLifetime()) {
      return;
    }
    var left = new BigDecimal(available.value().subtract(consumed.value()));
    var outlook = Outlook.of(time, step, rhythm.get(), left);
    outlook
        .exhaustion()
        .ifPresent(when ->
            row.setExhaustionTime(Times.timestamp(when))
                .setDaysLeft(Duration.between(time.now(), when).toMillis() / DAY_MILLIS));
    if (time.end().isPresent()) {
      row.setForecast(forecast(outlook.more()));
      tested(outlook, BackTest.of(past, outlook.buckets(), time.places()));
    }
  }

  private void tested(Outlook outlook, BackTest test) {
    row.setBacktests(test.tries());
    test.error().ifPresent(error -> row.setBacktestError(error.doubleValue()));
    test.low().ifPresent(low -> row.setForecastLow(forecast(outlook.more().multiply(low))));
    test.high().ifPresent(high -> row.setForecastHigh(forecast(outlook.more().multiply(high))));
  }

  private String forecast(BigDecimal more) {
    return limit.text(new BigDecimal(consumed.value()).add(more));
  }

  /* The whole buckets: the last one is the current, which is not over. */
  private List<Used> past() {
    var used = burn.by(limit.unit(), budget.time());
    return used.subList(0, used.size() - 1);
  }

  private void days() {
    var time = budget.time();
    time.endOfDay20().ifPresent(end -> row.setMostByDay20(reaches(usedBefore(end), MOST_PERCENT)));
    if (time.step().filter(step -> step == Step.DAY).isPresent() && !time.isLifetime()) {
      variation(wholeDays(time.start()));
    }
  }

  private BigInteger usedBefore(Instant end) {
    return burn.parts().stream()
        .filter(part -> part.now() && part.bucket().isBefore(end))
        .map(part -> part.of(limit.unit()))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private List<Used> wholeDays(Instant start) {
    var starts = budget.time().buckets().starts();
    var first = (int) starts.stream().filter(each -> each.isBefore(start)).count();
    var past = past();
    return past.subList(Math.min(first, past.size()), past.size());
  }

  private void variation(List<Used> days) {
    var sum = Rhythm.sum(days);
    if (days.size() < 2 || sum.signum() == 0) {
      return;
    }
    var count = BigDecimal.valueOf(days.size());
    var mean = new BigDecimal(sum).divide(count, MathContext.DECIMAL128);
    var squares =
        days.stream()
            .map(day -> new BigDecimal(day.amount()).subtract(mean).pow(2))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    var variation =
        squares
            .divide(count, MathContext.DECIMAL128)
            .sqrt(MathContext.DECIMAL64)
            .divide(mean, MathContext.DECIMAL64)
            .doubleValue();
    row.setDailyVariation(variation).setSteady(variation < STEADY);
  }
}
