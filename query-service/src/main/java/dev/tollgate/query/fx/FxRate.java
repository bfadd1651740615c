package dev.tollgate.query.fx;

import dev.tollgate.money.Picos;
import java.time.LocalDate;

/// What one unit of a currency is worth in the currency of a table, from a day of UTC on.
record FxRate(String currency, LocalDate date, Picos worth) {}
