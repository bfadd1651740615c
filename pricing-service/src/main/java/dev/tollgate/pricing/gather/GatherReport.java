package dev.tollgate.pricing.gather;

import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What was taken from a collection, and what was not.
///
/// @param entries how many models the collection lists
/// @param models how many the book has
/// @param prices how many the book has
/// @param refused in the order of the collection; every one, however many
public record GatherReport(
    Format format, int entries, int models, int prices, int multipliers, List<Refusal> refused) {
  public GatherReport {
    refused = List.copyOf(refused);
  }

  /// How many were refused by each rule.
  public SequencedMap<Refusal.Rule, Long> countByRule() {
    var counts = new TreeMap<Refusal.Rule, Long>();
    refused.forEach(each -> counts.merge(each.rule(), 1L, Long::sum));
    return Collections.unmodifiableSequencedMap(counts);
  }

  @Override
  public String toString() {
    return "%s: %d entries; taken: %d models, %d prices, %d multipliers; refused: %d"
        .formatted(format, entries, models, prices, multipliers, refused.size());
  }
}
