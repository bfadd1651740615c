package dev.tollgate.query.answer;

import dev.tollgate.money.Picos;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.statement.LedgerSource;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/// Values as answers say them.
public final class Wire {
  private Wire() {}

  /// An amount in picos, with all 12 digits after the point.
  public static Money money(String currency, BigInteger picos) {
    return money(currency, new BigDecimal(picos, Picos.SCALE));
  }

  /// An amount in units of the currency that has 12 digits after the point.
  public static Money money(String currency, BigDecimal units) {
    return Money.newBuilder().setCurrencyCode(currency).setAmount(units.toPlainString()).build();
  }

  /// An amount in picos divided by a count, rounded half even to 12 digits.
  ///
  /// @param count above 0
  public static Money per(String currency, BigInteger picos, BigInteger count) {
    return money(
        currency,
        new BigDecimal(picos, Picos.SCALE)
            .divide(new BigDecimal(count), Picos.SCALE, RoundingMode.HALF_EVEN));
  }

  /// A part of a whole that is above 0, as the double that is nearest to it.
  public static double share(BigInteger part, BigInteger whole) {
    return new BigDecimal(part).divide(new BigDecimal(whole), MathContext.DECIMAL128).doubleValue();
  }

  public static Source source(LedgerSource source) {
    return switch (source) {
      case ROLLUP -> Source.SOURCE_ROLLUP;
      case EVENTS -> Source.SOURCE_RAW;
    };
  }

  /// By what amounts were converted; empty where they were not.
  public static Optional<dev.tollgate.proto.query.v1.Conversion> conversion(Conversion used) {
    return used.isNone()
        ? Optional.empty()
        : Optional.of(
            dev.tollgate.proto.query.v1.Conversion.newBuilder()
                .setFxTableId(used.tableId())
                .setVersion(used.version())
                .setSource(used.source())
                .setCurrencyCode(used.currency())
                .addAllConvertedCurrencyCodes(used.converted())
                .build());
  }

  /// What an answer rests on, of which is known already when it was asked.
  ///
  /// @param currencies of all that it sums up
  /// @param unpriced how many of its events have no known cost
  public static Basis basis(
      Basis.Builder asked, LedgerSource source, Collection<String> currencies, long unpriced) {
    return asked
        .setSource(source(source))
        .setUnpricedEvents(unpriced)
        .setLowerBound(unpriced > 0)
        .addAllCurrencyCodes(new TreeSet<>(currencies))
        .build();
  }
}
