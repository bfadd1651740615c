package dev.tollgate.rating.extract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.rating.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/// Numbers of a body, read exactly or not at all.
final class Quantity {
  /// What a count must be.
  static final String WHOLE = "a whole number from 0 to " + Usage.QUANTITY_MAX;

  /// What a number that is scaled or multiplied must be.
  static final String NUMBER = "a number from 0 to " + Usage.QUANTITY_MAX;

  private static final BigDecimal MAX = BigDecimal.valueOf(Usage.QUANTITY_MAX);
  private static final int SHOWN_MAX = 64;

  private Quantity() {}

  /// A count; empty where the value is none.
  static Optional<BigDecimal> whole(JsonNode node) {
    return number(node).filter(number -> number.stripTrailingZeros().scale() <= 0);
  }

  /// A number; empty where the value is none. What is too small to ever matter is zero.
  static Optional<BigDecimal> number(JsonNode node) {
    if (!node.isNumber()
        || ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue()))) {
      return Optional.empty();
    }
    var number = node.decimalValue();
    if (number.signum() == 0) {
      return Optional.of(BigDecimal.ZERO);
    }
    /* Digits before the point, known without writing out 1e999999999. */
    var digits = (long) number.precision() - number.scale();
    if (number.signum() < 0 || digits > 13 || (digits > 0 && number.compareTo(MAX) > 0)) {
      return Optional.empty();
    }
    return Optional.of(digits < -40 ? new BigDecimal("1e-40") : number);
  }

  /// The whole number nearest to it, the even one of two.
  static BigDecimal rounded(BigDecimal number) {
    return number.setScale(0, RoundingMode.HALF_EVEN);
  }

  /// A value as a message shows it: short, whatever it is.
  static String shown(JsonNode node) {
    if (node.isObject()) {
      return "an object";
    }
    if (node.isArray()) {
      return "a list";
    }
    var text = node.asText();
    var cut = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
    return node.isTextual() ? "\"" + cut + "\"" : cut;
  }
}
