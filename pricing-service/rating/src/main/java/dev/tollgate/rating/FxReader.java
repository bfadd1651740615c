package dev.tollgate.rating;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.rating.FxTable.FxRate;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Reads a table of rates of exchange from JSON.
final class FxReader {
  private static final String CURRENCY = "[A-Z]{3}";

  private final List<Problem> problems = new ArrayList<>();

  private FxReader() {}

  static FxTable read(byte[] json) throws PriceBookInvalid {
    var reader = new FxReader();
    var table = reader.table(BookReader.tree(json));
    if (!reader.problems.isEmpty()) {
      throw new PriceBookInvalid(
          reader.problems.subList(
              0, Math.min(reader.problems.size(), PriceBookInvalid.PROBLEMS_MAX)));
    }
    return table;
  }

  private FxTable table(JsonNode node) {
    var entry = new BookEntry("fx", node, problems);
    var id = entry.text("id", BookReader.ID, "a-z 0-9 -, starting with a letter");
    var rates = new ArrayList<FxRate>();
    var seen = new HashSet<String>();
    for (var each : entry.list("rates")) {
      var place = "rates[" + rates.size() + "]";
      var rate = rate(each, place);
      rates.add(rate);
      if (!seen.add(rate.from() + rate.to() + rate.date())) {
        problems.add(new Problem(place, "date", rate.date() + " (expected: one rate a day)"));
      }
      if (problems.size() >= PriceBookInvalid.PROBLEMS_MAX) {
        break;
      }
    }
    entry.end();
    return new FxTable(id, List.copyOf(rates));
  }

  private FxRate rate(JsonNode node, String place) {
    var entry = new BookEntry(place, node, problems);
    var rate =
        new FxRate(
            entry.text("from", CURRENCY, "three capital letters"),
            entry.text("to", CURRENCY, "three capital letters"),
            date(entry),
            entry.amount("rate"),
            entry.source());
    if (rate.rate().signum() == 0) {
      entry.reject("rate", "0 (expected: more than 0)");
    }
    if (rate.from().equals(rate.to())) {
      entry.reject("to", rate.to() + " (expected: another currency than `from`)");
    }
    entry.end();
    return rate;
  }

  private static LocalDate date(BookEntry entry) {
    var text = entry.text("date", "\\d{4}-\\d\\d-\\d\\d", "a date such as 2026-10-01");
    try {
      return text.isEmpty() ? LocalDate.EPOCH : LocalDate.parse(text);
    } catch (DateTimeException none) {
      entry.reject("date", text + " (expected: a date such as 2026-10-01)");
      return LocalDate.EPOCH;
    }
  }
}
