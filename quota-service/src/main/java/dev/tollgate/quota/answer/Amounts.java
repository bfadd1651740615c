package dev.tollgate.quota.answer;

import dev.tollgate.money.Nanos;
import dev.tollgate.proto.common.v1.Money;
import java.math.BigDecimal;

/// Amounts of money as they go over the wire.
public final class Amounts {
  private static final int WIRE_SCALE = 12;

  private Amounts() {}

  /// With all 12 digits.
  public static Money money(String currency, long nanos) {
    return Money.newBuilder()
        .setCurrencyCode(currency)
        .setAmount(decimal(nanos, Nanos.SCALE))
        .build();
  }

  /// A number of 10^-scale of a unit, as units with all 12 digits.
  public static String decimal(long unscaled, int scale) {
    return BigDecimal.valueOf(unscaled, scale).setScale(WIRE_SCALE).toPlainString();
  }
}
