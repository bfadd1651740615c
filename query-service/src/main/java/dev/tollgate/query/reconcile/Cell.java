package dev.tollgate.query.reconcile;

import java.time.LocalDate;
import java.util.Comparator;

/// What is compared: a model on a day in UTC.
record Cell(LocalDate day, String provider, String model) implements Comparable<Cell> {
  private static final Comparator<Cell> ORDER =
      Comparator.comparing(Cell::day).thenComparing(Cell::provider).thenComparing(Cell::model);

  @Override
  public int compareTo(Cell other) {
    return ORDER.compare(this, other);
  }

  ProviderDay ofProvider() {
    return new ProviderDay(day, provider);
  }

  /// What a report speaks of as a whole.
  record ProviderDay(LocalDate day, String provider) {}
}
