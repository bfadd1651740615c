package dev.tollgate.query.chargeback;

import java.time.YearMonth;
import java.util.Comparator;

/// What an amount of a statement is of.
///
/// @param costCenter who bears it; empty for nobody
/// @param category of cost lines; empty for calls
record Line(String costCenter, Kind kind, YearMonth month, String category, String currency)
    implements Comparable<Line> {
  /// In the order of the contract.
  enum Kind {
    DIRECT,
    ALLOCATED,
    IDLE,
    UNATTRIBUTED
  }

  private static final Comparator<Line> ORDER =
      Comparator.comparing(Line::costCenter)
          .thenComparing(Line::kind)
          .thenComparing(Line::month)
          .thenComparing(Line::category)
          .thenComparing(Line::currency);

  @Override
  public int compareTo(Line other) {
    return ORDER.compare(this, other);
  }
}
