package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.pricing.gather.Refusal.Rule;
import dev.tollgate.rating.Bucket;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The prices of one entry while they are read. One that is no price at all, or absurd, spoils the
/// entry: whoever wrote it was not careful with the others either. One that merely can't be taken
/// takes the prices of the same bucket, tier and region with it.
final class Figures {
  private static final int DIGITS_MAX = 40;
  private static final BigDecimal TOKEN_MAX = new BigDecimal("0.001");

  private final Binder binder;
  private final String entry;
  private final String source;
  private final Map<Slot, Stated> prices = new LinkedHashMap<>();
  private final Set<String> left = new HashSet<>();
  private boolean spoiled;

  Figures(Binder binder, String entry, String source) {
    this.binder = binder;
    this.entry = entry;
    this.source = source;
  }

  void refuse(String field, Rule rule, String value) {
    binder.refuse(entry, field, rule, value);
  }

  /// Takes the price in a field, of which the meaning says what it is for.
  void add(String field, JsonNode value, Field meaning, Slot slot) {
    var number = number(field, value);
    if (number.isEmpty()) {
      return;
    }
    var perUnit = number.get().movePointLeft(log10(meaning.per()));
    var amount = Amount.of(perUnit, meaning.quantity());
    if (isAbsurd(slot.bucket(), perUnit)) {
      refuse(field, Rule.ABSURD, value.asText());
      spoiled = true;
    } else if (amount.isEmpty()) {
      refuse(field, Rule.NOT_EXACT, value.asText());
      left.add(slot.group());
    } else {
      put(slot, new Stated(amount.get(), source, entry, field));
    }
  }

  /// Keeps the bucket, tier and region of the slot out.
  void leave(Slot slot) {
    left.add(slot.group());
  }

  /// Marks the whole entry as one of which nothing is taken.
  void spoil(String field, Rule rule, String value) {
    refuse(field, rule, value);
    spoiled = true;
  }

  /* Of two fields for one use a zero says only that the other is meant. */
  private void put(Slot slot, Stated stated) {
    var earlier = prices.get(slot);
    if (earlier == null || earlier.amount().isZero()) {
      prices.put(slot, stated);
    } else if (!stated.amount().isZero() && !stated.amount().isSameAs(earlier.amount())) {
      refuse(
          stated.field(),
          Rule.CONTRADICTS,
          "%s, and %s in %s".formatted(stated.amount(), earlier.amount(), earlier.field()));
      left.add(slot.group());
    }
  }

  /// Empty where it is none, which then spoils the entry.
  Optional<BigDecimal> number(String field, JsonNode value) {
    if (value.isNumber()) {
      var number = value.decimalValue();
      if (number.signum() >= 0
          && number.precision() <= DIGITS_MAX
          && number.scale() <= DIGITS_MAX
          && number.scale() >= -DIGITS_MAX) {
        return Optional.of(number);
      }
    }
    spoil(field, Rule.NOT_A_PRICE, value.isContainerNode() ? "" + value.getNodeType() : "" + value);
    return Optional.empty();
  }

  private static boolean isAbsurd(Bucket bucket, BigDecimal perUnit) {
    return perUnit.compareTo(
            bucket.kind() == Bucket.Kind.OTHER && bucket != Bucket.CITATION
                ? BigDecimal.valueOf(1_000_000)
                : TOKEN_MAX)
        > 0;
  }

  private static int log10(long powerOfTen) {
    return Long.toString(powerOfTen).length() - 1;
  }

  /// What can be taken of the entry; where that is nothing, it is noted why.
  Map<Slot, Stated> taken() {
    if (spoiled) {
      return Map.of();
    }
    prices.keySet().removeIf(slot -> left.contains(slot.group()));
    if (prices.isEmpty()) {
      refuse("", Rule.NO_PRICE, "");
    } else if (prices.values().stream().allMatch(stated -> stated.amount().isZero())) {
      refuse("", Rule.ALL_ZERO, String.join(", ", fields()));
      return Map.of();
    }
    return prices;
  }

  private Iterable<String> fields() {
    return prices.values().stream().map(Stated::field).toList();
  }
}
