package dev.tollgate.query.answer;

import com.google.protobuf.Timestamp;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.statement.LedgerSource;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.TreeSet;

/// Values as answers say them.
public final class Wire {
  private Wire() {}

  public static Timestamp time(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /// An amount in picos, with all 12 digits after the point.
  public static Money money(String currency, BigInteger picos) {
    return money(currency, new BigDecimal(picos, Picos.SCALE));
  }

  /// An amount in units of the currency that has 12 digits after the point.
  public static Money money(String currency, BigDecimal units) {
    return Money.newBuilder().setCurrencyCode(currency).setAmount(units.toPlainString()).build();
  }

  public static Source source(LedgerSource source) {
    return switch (source) {
      case ROLLUP -> Source.SOURCE_ROLLUP;
      case EVENTS -> Source.SOURCE_RAW;
    };
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
