package dev.tollgate.query.reconcile;

import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.ReconcileKey;
import dev.tollgate.proto.query.v1.ReconcileResponse;
import dev.tollgate.proto.query.v1.ReconcileRow;
import dev.tollgate.proto.query.v1.ReconcileTotal;
import dev.tollgate.query.answer.Wire;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// A comparison as the contract has it.
final class ReconcileAnswer {
  private enum Part {
    THEIRS,
    OURS,
    DIFFERENCE,
    COVERAGE,
    RATE,
    UNSPLIT,
    SHADOW,
    UNCOMPARED
  }

  private final ReconcileResponse.Builder answer = ReconcileResponse.newBuilder();
  private final Map<String, EnumMap<Part, BigInteger>> totals = new TreeMap<>();

  private ReconcileAnswer() {}

  static ReconcileResponse.Builder of(Comparison comparison) {
    var answer = new ReconcileAnswer();
    comparison.lines().forEach(answer::add);
    var keys = Keys.of(comparison);
    keys.sums().forEach((key, sum) -> answer.add(key, sum, keys.isSeen(key)));
    answer.totals.forEach((currency, parts) -> answer.answer.addTotals(total(currency, parts)));
    return answer.answer;
  }

  private void add(Comparison.Line line) {
    var ours = line.ours();
    var currency = line.currency();
    var row =
        ReconcileRow.newBuilder()
            .setDay(line.cell().day().toString())
            .setProvider(line.cell().provider())
            .setModel(line.cell().model())
            .setOurTokens(ours.tokens())
            .setOurEvents(ours.events())
            .setOurUnpricedEvents(ours.unpriced());
    line.theirTokens().ifPresent(row::setTheirTokens);
    if (!currency.isEmpty()) {
      row.setOurCost(Wire.money(currency, ours.cost()));
      sum(currency, line.theirCost().isPresent() ? Part.OURS : Part.UNCOMPARED, ours.cost());
    }
    line.theirCost()
        .ifPresent(cost -> {
          row.setTheirCost(Wire.money(currency, cost));
          sum(currency, Part.THEIRS, cost);
        });
    line.difference()
        .ifPresent(difference -> {
          row.setDifference(Wire.money(currency, difference));
          sum(currency, Part.DIFFERENCE, difference);
          if (line.gaps().isEmpty()) {
            sum(currency, Part.UNSPLIT, difference);
          }
        });
    line.gaps()
        .ifPresent(gaps -> {
          row.setCoverageGap(Wire.money(currency, gaps.coverage()));
          row.setRateGap(Wire.money(currency, gaps.rate()));
          sum(currency, Part.COVERAGE, gaps.coverage());
          sum(currency, Part.RATE, gaps.rate());
        });
    answer.addRows(row);
  }

  private void add(Keys.Key key, Keys.Sum sum, boolean seen) {
    var row =
        ReconcileKey.newBuilder()
            .setProvider(key.provider())
            .setApiKey(key.name())
            .setSeen(seen)
            .setTheirTokens(sum.theirTokens())
            .setOurTokens(sum.ourTokens());
    if (!key.currency().isEmpty()) {
      row.setOurCost(Wire.money(key.currency(), sum.ourCost()));
    }
    if (sum.knowsTheirCost()) {
      row.setTheirCost(Wire.money(key.currency(), sum.theirCost()));
      if (!seen) {
        sum(key.currency(), Part.SHADOW, sum.theirCost());
      }
    }
    answer.addApiKeys(row);
  }

  private void sum(String currency, Part part, BigInteger picos) {
    totals
        .computeIfAbsent(currency, any -> new EnumMap<>(Part.class))
        .merge(part, picos, BigInteger::add);
  }

  private static ReconcileTotal total(String currency, Map<Part, BigInteger> parts) {
    Function<Part, Money> money =
        part -> Wire.money(currency, parts.getOrDefault(part, BigInteger.ZERO));
    return ReconcileTotal.newBuilder()
        .setTheirCost(money.apply(Part.THEIRS))
        .setOurCost(money.apply(Part.OURS))
        .setDifference(money.apply(Part.DIFFERENCE))
        .setCoverageGap(money.apply(Part.COVERAGE))
        .setRateGap(money.apply(Part.RATE))
        .setUnsplitDifference(money.apply(Part.UNSPLIT))
        .setShadowCost(money.apply(Part.SHADOW))
        .setUncomparedCost(money.apply(Part.UNCOMPARED))
        .build();
  }
}
