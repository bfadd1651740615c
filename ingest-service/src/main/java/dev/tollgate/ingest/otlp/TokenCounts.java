package dev.tollgate.ingest.otlp;

import dev.tollgate.ingest.otlp.Aliases.Count;
import dev.tollgate.rating.Usage;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The numbers of tokens that a record states, which contain each other, and the disjoint buckets
/// that they make.
final class TokenCounts {
  /*
   * The conventions say that cached and audio tokens lie inside the input, and reasoning inside the
   * output; many libraries report what a provider said, whose API may count them beside. What the
   * sender says of itself decides, then a stated total, then the convention. A bucket that would be
   * negative means that the reading is wrong: nothing is clamped, the usage is not known.
   */

  /// What was found out.
  sealed interface Division {
    /// The buckets above zero, by name.
    record Buckets(Map<String, Long> buckets) implements Division {}

    /// The record states no counts.
    record None() implements Division {}

    /// It states some that can't be divided.
    record Contradiction(String field, String description) implements Division {}
  }

  /// How the sender says that it counts.
  ///
  /// @param cacheBeside cached tokens are not in the input
  /// @param reasoningBeside reasoning is not in the output
  record Reading(boolean cacheBeside, boolean reasoningBeside) {}

  private static final List<Reading> READINGS =
      List.of(
          new Reading(false, false),
          new Reading(true, false),
          new Reading(false, true),
          new Reading(true, true));
  private static final List<Count> CACHE = List.of(Count.CACHE_READ, Count.CACHE_WRITE);
  private static final List<Count> MODALITIES =
      List.of(Count.INPUT_AUDIO, Count.INPUT_IMAGE, Count.INPUT_VIDEO);
  private static final BigDecimal COUNT_MAX = BigDecimal.valueOf(Usage.QUANTITY_MAX);

  private final Map<Count, Long> stated;
  private final boolean hasOutput;

  private TokenCounts(Map<Count, Long> stated, boolean hasOutput) {
    this.stated = stated;
    this.hasOutput = hasOutput;
  }

  /// Whether there is a count at all.
  static boolean areStated(Attributes attributes, Aliases aliases) {
    return List.of(Count.INPUT, Count.OUTPUT, Count.TOTAL).stream()
        .flatMap(count -> aliases.names(count).stream())
        .anyMatch(attributes::has);
  }

  /// @param hasOutput whether the operation has output tokens at all: embeddings have not
  static Division divide(
      Attributes attributes, Aliases aliases, Reading reading, boolean hasOutput) {
    var stated = new EnumMap<Count, Long>(Count.class);
    for (var count : Count.values()) {
      for (var name : aliases.names(count)) {
        if (attributes.has(name) && !stated.containsKey(count)) {
          var value = read(attributes, name);
          if (value.isEmpty()) {
            return new Division.Contradiction(
                name,
                attributes.text(name).map(TokenCounts::clipped).orElse("no number")
                    + " (expected: a whole number from 0 to "
                    + Usage.QUANTITY_MAX
                    + ")");
          }
          stated.put(count, value.get());
        }
      }
    }
    return stated.isEmpty()
        ? new Division.None()
        : new TokenCounts(stated, hasOutput).divide(reading);
  }

  private static String clipped(String text) {
    return text.length() <= 32 ? text : text.substring(0, 32) + "...";
  }

  private static Optional<Long> read(Attributes attributes, String name) {
    try {
      return attributes
          .number(name)
          .filter(number -> number.signum() >= 0 && number.compareTo(COUNT_MAX) <= 0)
          .map(BigDecimal::longValueExact);
    } catch (ArithmeticException noCount) {
      return Optional.empty();
    }
  }

  private Division divide(Reading said) {
    fillIn();
    if (!stated.containsKey(Count.INPUT)) {
      return new Division.Contradiction("usage", "no input tokens (expected: how many there were)");
    }
    if (hasOutput && !stated.containsKey(Count.OUTPUT)) {
      return new Division.Contradiction(
          "usage", "no output tokens (expected: how many there were)");
    }
    var reading = reading(said);
    var buckets = new EnumMap<Count, Long>(Count.class);
    CACHE.forEach(count -> put(buckets, count));
    MODALITIES.forEach(count -> put(buckets, count));
    put(buckets, Count.REASONING);
    put(buckets, Count.OUTPUT_AUDIO);
    var inInput = sum(MODALITIES) + (reading.cacheBeside() ? 0 : sum(CACHE));
    var inOutput =
        count(Count.OUTPUT_AUDIO) + (reading.reasoningBeside() ? 0 : count(Count.REASONING));
    if (inInput > count(Count.INPUT)) {
      return new Division.Contradiction(
          "usage.input_tokens",
          count(Count.INPUT)
              + ", with "
              + inInput
              + " cached or of a modality inside (expected: at least as many; where the cached ones"
              + " are not among them, send tollgate.input_tokens_exclude_cache = true)");
    }
    if (inOutput > count(Count.OUTPUT)) {
      return new Division.Contradiction(
          "usage.output_tokens",
          count(Count.OUTPUT)
              + ", with "
              + inOutput
              + " of reasoning or audio inside (expected: at least as many; where the reasoning is"
              + " not among them, send tollgate.output_tokens_exclude_reasoning = true)");
    }
    buckets.put(Count.INPUT, count(Count.INPUT) - inInput);
    buckets.put(Count.OUTPUT, count(Count.OUTPUT) - inOutput);
    return new Division.Buckets(named(buckets));
  }

  /// One that is not stated follows from the total, where the other one is.
  private void fillIn() {
    var total = stated.get(Count.TOTAL);
    if (total == null) {
      return;
    }
    fillIn(Count.INPUT, total, Count.OUTPUT);
    fillIn(Count.OUTPUT, total, Count.INPUT);
  }

  private void fillIn(Count missing, long total, Count other) {
    var known = stated.containsKey(other) || (other == Count.OUTPUT && !hasOutput);
    if (!stated.containsKey(missing) && known && total >= count(other)) {
      stated.put(missing, total - count(other));
    }
  }

  private Reading reading(Reading said) {
    var total = stated.get(Count.TOTAL);
    if (total == null) {
      return said;
    }
    return READINGS.stream()
        .filter(reading -> reading.cacheBeside() || !said.cacheBeside())
        .filter(reading -> reading.reasoningBeside() || !said.reasoningBeside())
        .filter(reading -> total == total(reading))
        .findFirst()
        .orElse(said);
  }

  private long total(Reading reading) {
    return count(Count.INPUT)
        + count(Count.OUTPUT)
        + (reading.cacheBeside() ? sum(CACHE) : 0)
        + (reading.reasoningBeside() ? count(Count.REASONING) : 0);
  }

  private void put(Map<Count, Long> buckets, Count count) {
    buckets.put(count, count(count));
  }

  private long count(Count count) {
    return stated.getOrDefault(count, 0L);
  }

  private long sum(List<Count> counts) {
    return counts.stream().mapToLong(this::count).sum();
  }

  private static Map<String, Long> named(Map<Count, Long> buckets) {
    var named = new TreeMap<String, Long>();
    buckets.forEach((count, quantity) -> {
      if (quantity > 0) {
        named.put(count.name().toLowerCase(Locale.ROOT), quantity);
      }
    });
    return named;
  }
}
