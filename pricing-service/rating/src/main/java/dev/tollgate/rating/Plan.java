package dev.tollgate.rating;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The prices of one model for calls of one service tier and region.
final class Plan {
  /*
   * Rows lie by bucket, in the order in which they are to be tried: those of an upper book before
   * those of a lower one, of the region before those of every region, higher context tiers before
   * lower ones, listed ones before derived ones, scheduled ones before those of every hour. The
   * first that holds is the price; but where any row of its book lists a context tier that the
   * input reaches and the found one does not, there is no price: the book is silent about it.
   * A bucket without a row has the price of its fallback, if it has one.
   */
  private static final Comparator<Row> FIRST_MATCH_FIRST =
      Comparator.comparingInt(Row::level)
          .thenComparing(row -> row.price().region().isEmpty())
          .thenComparing(Comparator.comparingLong(Row::firstTokens).reversed())
          .thenComparing(Row::derived)
          .thenComparing(row -> row.price().schedule().isAlways());

  private static final Row[] NONE = {};

  private final Row[][] rows = new Row[Bucket.values().length][];

  Plan(List<Row> all) {
    Arrays.fill(rows, NONE);
    for (var bucket : Bucket.values()) {
      var own =
          all.stream()
              .filter(row -> row.price().bucket() == bucket)
              .sorted(FIRST_MATCH_FIRST)
              .toArray(Row[]::new);
      if (own.length > 0) {
        rows[bucket.slot()] = own;
      }
    }
  }

  /// The price of a bucket for a call with this total input; null where there is none.
  @Nullable Row find(Bucket bucket, Instant time, long inputTokens) {
    for (Bucket at = bucket; at != null; at = at.fallback()) {
      var candidates = rows[at.slot()];
      for (int i = 0; i < candidates.length; i++) {
        var row = candidates[i];
        if (inputTokens >= row.firstTokens() && row.applies() && row.holdsAt(time)) {
          return isHighest(row, candidates, time, inputTokens) ? row : null;
        }
      }
    }
    return null;
  }

  private static boolean isHighest(Row found, Row[] candidates, Instant time, long inputTokens) {
    for (var row : candidates) {
      if (row.firstTokens() > found.firstTokens()
          && row.level() == found.level()
          && inputTokens >= row.firstTokens()
          && row.holdsAt(time)) {
        return false;
      }
    }
    return true;
  }

  /// Whether any price of the bucket itself is listed, whenever it holds.
  boolean lists(Bucket bucket) {
    return rows[bucket.slot()].length > 0;
  }

  /// The total inputs up to a limit above which a price may change, and the limit.
  List<Long> largestInputs(long limit) {
    var largest = new ArrayList<Long>(2);
    for (var ofBucket : rows) {
      for (var row : ofBucket) {
        var first = row.firstTokens();
        if (first > 0 && first <= limit && !largest.contains(first - 1)) {
          largest.add(first - 1);
        }
      }
    }
    largest.add(limit);
    return largest;
  }

  /// The sizes above the first up to the last from which on a bucket may have another price.
  List<Long> firstTokens(Bucket bucket, long first, long last) {
    var sizes = new ArrayList<Long>();
    for (Bucket at = bucket; at != null; at = at.fallback()) {
      for (var row : rows[at.slot()]) {
        if (row.firstTokens() > first && row.firstTokens() <= last) {
          sizes.add(row.firstTokens());
        }
      }
    }
    return sizes.stream().distinct().sorted().toList();
  }

  /// The instants from the first to the last at which a price may change, the first included.
  List<Instant> instants(Instant first, Instant last) {
    var instants = new ArrayList<Instant>(2);
    instants.add(first);
    for (var ofBucket : rows) {
      for (var row : ofBucket) {
        add(instants, row.from(), first, last);
        add(instants, row.to(), first, last);
        for (var change : row.price().schedule().changes(first, last)) {
          add(instants, change, first, last);
        }
      }
    }
    return instants;
  }

  private static void add(List<Instant> instants, Instant change, Instant first, Instant last) {
    if (change.isAfter(first) && !change.isAfter(last) && !instants.contains(change)) {
      instants.add(change);
    }
  }
}
