package dev.tollgate.pricing.gather;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A model on its way into a book.
final class Underway {
  private final String provider;
  private final Named names;
  private final Map<Slot, Stated> prices = new LinkedHashMap<>();
  private final Set<String> contradicted = new HashSet<>();

  Underway(String provider, Named names) {
    this.provider = provider;
    this.names = names;
  }

  String provider() {
    return provider;
  }

  Named names() {
    return names;
  }

  Map<Slot, Stated> prices() {
    return prices;
  }

  /// The one that was stated before for the same use, where it differs.
  Optional<Stated> put(Slot slot, Stated stated) {
    var earlier = prices.putIfAbsent(slot, stated);
    if (earlier == null || earlier.amount().isSameAs(stated.amount())) {
      return Optional.empty();
    }
    contradicted.add(slot.group());
    return Optional.of(earlier);
  }

  /* Also the tiers of the bucket that nobody contradicts: a size of input without its own price
  would get that of a smaller one. */
  void dropContradicted() {
    prices.keySet().removeIf(slot -> contradicted.contains(slot.group()));
  }

  /// Spaces, which ids don't have, are written as underscores.
  String priceId(Slot slot) {
    return (provider + "/" + names.name() + "/" + slot.text()).replace(' ', '_');
  }
}
