package dev.tollgate.rating.extract;

import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Usage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Divides stated counts, which contain each other, into disjoint buckets.
final class Division {
  /*
   * Every unit belongs to the innermost counts that contain it. So a count keeps what is left of it
   * when all that lies within it, at any depth and by any way, has taken its own. Going through
   * counts from the innermost outwards, each is final when it is reached. Cached audio lies within
   * the audio and within the cached tokens, and both within the input: it is subtracted from all
   * three, once from each. What is left below zero is a contradiction of the body, never clamped.
   */
  private static final Set<Bucket> INPUT_MODALITIES =
      Set.of(
          Bucket.INPUT_AUDIO,
          Bucket.INPUT_IMAGE,
          Bucket.INPUT_VIDEO,
          Bucket.CACHE_READ_AUDIO,
          Bucket.CACHE_READ_IMAGE,
          Bucket.CACHE_READ_VIDEO);

  private static final Set<Bucket> OUTPUT_MODALITIES =
      Set.of(Bucket.OUTPUT_AUDIO, Bucket.OUTPUT_IMAGE, Bucket.OUTPUT_VIDEO);

  private static final Map<Bucket, Bucket> TEXT_OF =
      Map.of(
          Bucket.INPUT, Bucket.INPUT_TEXT,
          Bucket.CACHE_READ, Bucket.CACHE_READ_TEXT,
          Bucket.OUTPUT, Bucket.OUTPUT_TEXT);

  private final Profile profile;
  private final Body body;
  private final long[] stated;
  private final Consumer<Flaw> flaws;

  /// By count, a bit for each count that contains it, at any height.
  private final long[] within;

  Division(Profile profile, Body body, long[] stated, Consumer<Flaw> flaws) {
    this.profile = profile;
    this.body = body;
    this.stated = stated;
    this.flaws = flaws;
    this.within = new long[stated.length];
    for (int i = 0; i < stated.length; i++) {
      for (int container : inside(count(i))) {
        within[i] |= 1L << container | within[container];
      }
    }
  }

  /// The buckets above zero, by name; not to be used where an unusable flaw was found.
  Map<String, Long> buckets() {
    var left = left();
    checkOverlaps();
    profile.sums().forEach(this::checkSum);
    var buckets = new EnumMap<Bucket, Long>(Bucket.class);
    for (int i = 0; i < left.length; i++) {
      var bucket = count(i).bucket();
      if (bucket != null && left[i] > 0) {
        buckets.merge(bucket, left[i], Long::sum);
      }
    }
    return named(buckets);
  }

  private Count count(int i) {
    return profile.counts().get(i);
  }

  private List<Integer> inside(Count count) {
    return count.insideIf().isEmpty() || count.insideIf().stream().anyMatch(this::holds)
        ? count.inside()
        : List.of();
  }

  private boolean holds(Sum sum) {
    return isStated(sum.total())
        && sum.of().stream().allMatch(this::isStated)
        && stated[sum.total()] == operands(sum).mapToLong(this::amount).sum();
  }

  private boolean isStated(int i) {
    return stated[i] != Counting.ABSENT;
  }

  private long amount(int i) {
    return Math.max(0, stated[i]);
  }

  private static IntStream operands(Sum sum) {
    return IntStream.concat(
        sum.of().stream().mapToInt(Integer::intValue),
        sum.plus().stream().mapToInt(Integer::intValue));
  }

  private long[] left() {
    var left = IntStream.range(0, stated.length).mapToLong(this::amount).toArray();
    for (int i = stated.length - 1; i >= 0; i--) {
      if (left[i] < 0) {
        flaws.accept(exceeded(i, -left[i]));
        left[i] = 0;
      }
      for (int container = 0; container < i; container++) {
        if (isWithin(i, container)) {
          left[container] -= left[i];
        }
      }
    }
    return left;
  }

  private boolean isWithin(int i, int container) {
    return (within[i] & 1L << container) != 0;
  }

  /// A count that the body leaves out while it states parts of it is as large as they are; one that
  /// it states must not be smaller.
  private Flaw exceeded(int i, long by) {
    var parts = new ArrayList<String>();
    for (int part = i + 1; part < stated.length; part++) {
      if (isWithin(part, i) && amount(part) > 0) {
        parts.add(count(part).where() + "=" + stated[part]);
      }
    }
    var rule = " (expected: at least %d, as inside it are %s)";
    return isStated(i)
        ? Flaw.unusable(count(i).where(), rule(stated[i] + rule, amount(i) + by, parts))
        : Flaw.doubtful(count(i).where(), rule("missing" + rule, by, parts));
  }

  private static String rule(String format, long number, List<String> parts) {
    return format.formatted(number, String.join(", ", parts));
  }

  /// Where a body states two counts that overlap and not by how much, it is taken as not at all.
  private void checkOverlaps() {
    for (int i = 0; i < stated.length; i++) {
      var containers = count(i).inside();
      if (containers.size() > 1
          && !isStated(i)
          && containers.stream().allMatch(container -> amount(container) > 0)
          && count(i).paths().stream().noneMatch(p -> p.isContainerStated(body.usage()))) {
        flaws.accept(
            Flaw.doubtful(
                count(i).where(),
                "missing (expected: how much of " + shown(containers, " is in ") + " too)"));
      }
    }
  }

  private String shown(List<Integer> counts, String between) {
    return String.join(
        between, counts.stream().map(i -> count(i).where() + "=" + amount(i)).toList());
  }

  /// A part of another operand is in the sum already.
  private void checkSum(Sum sum) {
    if (!isStated(sum.total())
        || !sum.of().stream().allMatch(this::isStated)
        || operands(sum).noneMatch(this::isStated)) {
      return;
    }
    var added =
        operands(sum)
            .filter(i -> operands(sum).noneMatch(other -> isWithin(i, other)))
            .filter(this::isStated)
            .boxed()
            .toList();
    var expected = added.stream().mapToLong(this::amount).sum();
    if (expected != stated[sum.total()]) {
      flaws.accept(
          Flaw.doubtful(
              count(sum.total()).where(),
              "%d (expected: %d, the sum of %s)"
                  .formatted(stated[sum.total()], expected, shown(added, ", "))));
    }
  }

  /// What is left of a direction is text: named so where there is another modality to tell it from.
  private Map<String, Long> named(EnumMap<Bucket, Long> buckets) {
    var named = new HashMap<String, Long>();
    var mixedInput = buckets.keySet().stream().anyMatch(INPUT_MODALITIES::contains);
    var mixedOutput = buckets.keySet().stream().anyMatch(OUTPUT_MODALITIES::contains);
    buckets.forEach((bucket, quantity) -> {
      if (quantity > Usage.QUANTITY_MAX) {
        flaws.accept(
            Flaw.unusable(
                bucket.bucketName(), quantity + " in all (expected: " + Quantity.WHOLE + ")"));
      }
      var mixed = bucket == Bucket.OUTPUT ? mixedOutput : mixedInput;
      var name = mixed ? TEXT_OF.getOrDefault(bucket, bucket) : bucket;
      named.merge(name.bucketName(), quantity, Long::sum);
    });
    return named;
  }
}
