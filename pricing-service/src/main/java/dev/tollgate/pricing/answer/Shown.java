package dev.tollgate.pricing.answer;

import com.google.protobuf.ByteString;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.common.v1.Money;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Plain values in the form that the contract gives them.
public final class Shown {
  private Shown() {}

  public static Money money(String currency, BigDecimal amount) {
    return Money.newBuilder()
        .setCurrencyCode(currency)
        .setAmount(amount.setScale(Picos.SCALE).toPlainString())
        .build();
  }

  public static Money money(String currency, Picos amount) {
    return money(currency, amount.toUnits());
  }

  /// SHA-256 in lower-case hexadecimal.
  public static String sha256(ByteString content) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(content.toByteArray());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
