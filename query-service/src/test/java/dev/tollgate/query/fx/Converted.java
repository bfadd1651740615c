package dev.tollgate.query.fx;

import dev.tollgate.money.Picos;
import java.time.LocalDate;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/// A conversion for tests of statements.
@NullMarked
public final class Converted {
  private Converted() {}

  /// One whose every text is what nobody should see in a statement.
  public static Conversion hard() {
    var rates = new TreeMap<CurrencyDay, Picos>();
    rates.put(new CurrencyDay("a' OR '", LocalDate.parse("2026-08-01")), new Picos(5));
    rates.put(new CurrencyDay("x' OR 1 = 1", LocalDate.parse("2026-08-02")), new Picos(7));
    return new Conversion("acme", 1, "acme", "x' OR 1 = 1", rates);
  }
}
