package dev.tollgate.rating;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What one call consumed, as disjoint buckets; or the fact that its provider did not say.
public final class Usage {
  private static final Bucket[] BUCKETS = Bucket.values();

  /// The most that one bucket may hold.
  public static final long QUANTITY_MAX = 1_000_000_000_000L;

  /// The most buckets that a caller may send.
  public static final int BUCKETS_MAX = 32;

  /// The provider stated no usage: not the same as none consumed.
  public static final Usage MISSING = new Usage(new long[Bucket.values().length], true);

  /* One text for all: a request may hold millions of unknown names. */
  private static final String UNKNOWN =
      "unknown bucket (expected: one of " + Arrays.asList(BUCKETS) + ")";

  private final long[] quantities;
  private final boolean missing;
  private final int used;
  private final long inputTokens;

  private Usage(long[] quantities, boolean missing) {
    this.quantities = quantities;
    this.missing = missing;
    var count = 0;
    for (var quantity : quantities) {
      count += quantity > 0 ? 1 : 0;
    }
    this.used = count;
    this.inputTokens = sum(Bucket.Kind.INPUT) + cacheReadTokens() + cacheWriteTokens();
  }

  /// A stated usage, by the names of buckets.
  ///
  /// @throws Failure FIELD_INVALID naming every unknown bucket and every quantity out of range, or
  ///   that there are too many
  public static Usage of(Map<String, Long> buckets) {
    if (!isValid(buckets)) {
      throw Failure.invalid(violations("usage.buckets", buckets));
    }
    var quantities = new long[BUCKETS.length];
    buckets.forEach(
        (name, quantity) -> quantities[Bucket.of(name).orElseThrow().slot()] = quantity);
    return new Usage(quantities, false);
  }

  /// What is wrong with buckets that a caller sent under the given field; empty where nothing is.
  public static List<Violation> violations(String field, Map<String, Long> buckets) {
    if (isValid(buckets)) {
      return List.of();
    }
    if (buckets.size() > BUCKETS_MAX) {
      return List.of(
          new Violation(
              field, buckets.size() + " buckets (expected: at most " + BUCKETS_MAX + ")"));
    }
    var violations = new ArrayList<Violation>();
    for (var entry : new TreeMap<>(buckets).entrySet()) {
      var name = entry.getKey();
      var path = field + "[" + (name.length() > 64 ? name.substring(0, 64) + "..." : name) + "]";
      if (Bucket.of(name).isEmpty()) {
        violations.add(new Violation(path, UNKNOWN));
      } else if (entry.getValue() < 0 || entry.getValue() > QUANTITY_MAX) {
        violations.add(
            new Violation(path, entry.getValue() + " (expected: 0 to " + QUANTITY_MAX + ")"));
      }
    }
    return violations;
  }

  private static boolean isValid(Map<String, Long> buckets) {
    return buckets.size() <= BUCKETS_MAX
        && buckets.entrySet().stream()
            .allMatch(entry ->
                Bucket.of(entry.getKey()).isPresent()
                    && entry.getValue() >= 0
                    && entry.getValue() <= QUANTITY_MAX);
  }

  public boolean isMissing() {
    return missing;
  }

  public long quantity(Bucket bucket) {
    return quantities[bucket.slot()];
  }

  /// The buckets that were used, by name.
  public SequencedMap<String, Long> buckets() {
    var used = new TreeMap<String, Long>();
    for (var bucket : BUCKETS) {
      if (quantity(bucket) > 0) {
        used.put(bucket.bucketName(), quantity(bucket));
      }
    }
    return Collections.unmodifiableSequencedMap(used);
  }

  /// Input tokens of every kind, cached ones included.
  public long inputTokens() {
    return inputTokens;
  }

  /// How many buckets were used.
  int used() {
    return used;
  }

  /// The part of the input that was read from the provider's cache.
  public long cacheReadTokens() {
    return sum(Bucket.Kind.CACHE_READ);
  }

  /// The part of the input that was written to the provider's cache.
  public long cacheWriteTokens() {
    return sum(Bucket.Kind.CACHE_WRITE);
  }

  /// Output tokens of every kind, reasoning included.
  public long outputTokens() {
    return sum(Bucket.Kind.OUTPUT) + reasoningTokens();
  }

  /// The part of the output that was reasoning.
  public long reasoningTokens() {
    return sum(Bucket.Kind.REASONING);
  }

  public long totalTokens() {
    return inputTokens() + outputTokens();
  }

  private long sum(Bucket.Kind kind) {
    long sum = 0;
    for (var bucket : BUCKETS) {
      if (bucket.kind() == kind) {
        sum += quantities[bucket.slot()];
      }
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Usage usage
        && missing == usage.missing
        && Arrays.equals(quantities, usage.quantities);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(quantities);
  }

  @Override
  public String toString() {
    return missing ? "missing" : buckets().toString();
  }
}
