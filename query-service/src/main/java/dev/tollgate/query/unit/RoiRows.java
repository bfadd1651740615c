package dev.tollgate.query.unit;

import dev.tollgate.money.Picos;
import dev.tollgate.proto.query.v1.RoiRow;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.estimate.Proportion;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/// Returns as rows of an answer.
final class RoiRows {
  private RoiRows() {}

  /// The row of a line without its group.
  static RoiRow.Builder row(RoiLine line, Labels labels) {
    var currency = line.currency();
    var cost = line.unit().cost();
    var row =
        RoiRow.newBuilder()
            .setValue(Wire.money(currency, line.value()))
            .setRevenue(Wire.money(currency, line.unit().revenue()))
            .setCost(Wire.money(currency, cost))
            .setModelCost(Wire.money(currency, line.unit().model()))
            .setOtherCost(Wire.money(currency, line.unit().other()))
            .setNetReturn(Wire.money(currency, line.net()))
            .setSuccesses(labels.successes())
            .setFailures(labels.failures())
            .setUnpricedEvents(line.unit().unpriced())
            .setLowerBound(line.unit().unpriced() > 0);
    if (cost.signum() > 0) {
      row.setRoi(Wire.share(line.net(), cost));
    }
    labels
        .rate()
        .ifPresent(rate -> {
          row.setSuccessRate(rate.interval());
          if (rate.hits() > 0) {
            var adjusted = adjusted(line.gross(), rate);
            row.setRiskAdjustedReturn(Wire.money(currency, adjusted));
            if (cost.signum() > 0) {
              row.setRiskAdjustedRoi(Wire.share(adjusted.subtract(cost), cost));
            }
          }
        });
    return row;
  }

  /* The lower end is an estimate, a double: what is said of it exactly, is said of its digits. */
  private static BigInteger adjusted(BigInteger gross, Proportion rate) {
    return new BigDecimal(gross, Picos.SCALE)
        .multiply(new BigDecimal(rate.low()))
        .multiply(BigDecimal.valueOf(rate.trials()))
        .divide(BigDecimal.valueOf(rate.hits()), MathContext.DECIMAL128)
        .setScale(Picos.SCALE, RoundingMode.HALF_EVEN)
        .unscaledValue();
  }
}
