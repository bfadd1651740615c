package dev.tollgate.query.fx;

import java.time.LocalDate;
import java.util.Comparator;

/// A day of UTC on which something cost in a currency.
public record CurrencyDay(String currency, LocalDate day) implements Comparable<CurrencyDay> {
  private static final Comparator<CurrencyDay> ORDER =
      Comparator.comparing(CurrencyDay::currency).thenComparing(CurrencyDay::day);

  @Override
  public int compareTo(CurrencyDay other) {
    return ORDER.compare(this, other);
  }
}
