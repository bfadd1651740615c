package dev.tollgate.rating;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.money.Picos;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Reads what a book says beside its prices: multipliers and commitments.
final class TermsReader {
  private static final BigDecimal FACTOR_MAX = BigDecimal.valueOf(1_000);
  private static final long UNITS_MAX = 1_000_000_000_000_000_000L;
  private static final String PROVIDER = "[a-z0-9][a-z0-9._-]{0,62}";
  private static final String PROVIDER_EXPECTED = "a-z 0-9 . _ -";

  private final List<Problem> problems;

  TermsReader(List<Problem> problems) {
    this.problems = problems;
  }

  List<Multiplier> multipliers(JsonNode nodes) {
    var multipliers = new ArrayList<Multiplier>();
    for (var node : nodes) {
      multipliers.add(multiplier(node, "multipliers[" + multipliers.size() + "]"));
    }
    multipliers.sort(Comparator.comparing(Multiplier::id));
    return List.copyOf(multipliers);
  }

  private Multiplier multiplier(JsonNode node, String place) {
    var entry = new BookEntry(place, node, problems);
    var id = entry.text("id", BookEntry.PRICE_ID, BookEntry.PRICE_ID_EXPECTED);
    entry.rename(id.isEmpty() ? place : id);
    var multiplier =
        new Multiplier(
            id,
            entry.amount("factor"),
            entry.optionalText("provider", PROVIDER, PROVIDER_EXPECTED),
            entry.globs("models"),
            entry.buckets("buckets"),
            entry.serviceTier(),
            entry.region(),
            entry.instant("from", Instant.MIN),
            entry.instant("to", Instant.MAX),
            entry.source());
    if (multiplier.factor().compareTo(FACTOR_MAX) > 0) {
      entry.reject("factor", multiplier.factor() + " (expected: at most " + FACTOR_MAX + ")");
    }
    entry.checkInterval(multiplier.from(), multiplier.to());
    entry.end();
    return multiplier;
  }

  List<Commitment> commitments(JsonNode nodes) {
    var commitments = new ArrayList<Commitment>();
    for (var node : nodes) {
      commitments.add(commitment(node, "commitments[" + commitments.size() + "]"));
    }
    commitments.sort(Comparator.comparing(Commitment::id));
    return List.copyOf(commitments);
  }

  private Commitment commitment(JsonNode node, String place) {
    var entry = new BookEntry(place, node, problems);
    var id = entry.text("id", WhenReader.COUNTER, "a-z 0-9 . _ / -");
    entry.rename(id.isEmpty() ? place : id);
    var buckets = entry.buckets("buckets");
    var commitment =
        new Commitment(
            id,
            entry.choice("kind", Commitment.Kind.class, Commitment.Kind.PREPAID),
            entry.optionalText("provider", PROVIDER, PROVIDER_EXPECTED),
            entry.globs("models"),
            buckets,
            buckets.isEmpty() ? credit(entry) : entry.count("units", 1, UNITS_MAX),
            picos(entry, "fee"),
            entry.instant("from", Instant.MIN),
            entry.instant("to", Instant.MAX),
            entry.has("order") ? (int) entry.count("order", 0, 1_000) : 0,
            entry.has("overage_percent") ? (int) entry.count("overage_percent", 0, 1_000) : 100,
            entry.source());
    entry.checkInterval(commitment.from(), commitment.to());
    entry.end();
    return commitment;
  }

  /* Money is drawn where no buckets are named. */
  private static long credit(BookEntry entry) {
    var credit = picos(entry, "credit");
    if (credit.equals(Picos.ZERO)) {
      entry.reject("credit", "0 (expected: more than 0)");
    }
    return Math.max(1, credit.value());
  }

  private static Picos picos(BookEntry entry, String field) {
    return Picos.of(entry.amount(field));
  }
}
