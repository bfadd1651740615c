package dev.tollgate.rating;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The prices of one model, arranged so that the first row that matches a call is its price.
final class Tariff {
  /*
   * Rows lie by bucket: those of a region before those of every region, higher context tiers before
   * lower ones. So the first match is the most specific region, then the highest tier that the
   * input reaches. A bucket without a match has the price of its fallback, if it has one.
   */

  /// One price, in whole picos per unit where it can be said so.
  ///
  /// @param unitPicos the price of one unit; used only where `whole`
  record Row(
      String priceId,
      String serviceTier,
      String region,
      Instant from,
      Instant to,
      long firstTokens,
      long amountPicos,
      long unitQuantity,
      long unitPicos,
      boolean whole) {

    static Row of(Price price) {
      var amountPicos = price.amount().movePointRight(12).longValueExact();
      return new Row(
          price.id(),
          price.serviceTier(),
          price.region(),
          price.from(),
          price.to(),
          price.contextTier().firstTokens(),
          amountPicos,
          price.unitQuantity(),
          amountPicos / price.unitQuantity(),
          amountPicos % price.unitQuantity() == 0);
    }

    /// What the quantity costs in picos, without a fraction.
    ///
    /// @throws ArithmeticException where it is too large to hold
    long picos(long quantity) {
      return whole
          ? Math.multiplyExact(quantity, unitPicos)
          : exactPicos(quantity).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    }

    /// Whether `picos` of this quantity leaves a fraction behind.
    boolean rounds(long quantity) {
      return !whole && exactProduct(quantity).mod(BigInteger.valueOf(unitQuantity)).signum() != 0;
    }

    /// The least whole number of picos that no unit costs more than, rounding of lines included.
    long unitPicosUp() {
      return whole ? unitPicos : unitPicos + 1;
    }

    private BigDecimal exactPicos(long quantity) {
      return new BigDecimal(exactProduct(quantity))
          .divide(BigDecimal.valueOf(unitQuantity), 0, RoundingMode.HALF_EVEN);
    }

    private BigInteger exactProduct(long quantity) {
      return BigInteger.valueOf(quantity).multiply(BigInteger.valueOf(amountPicos));
    }
  }

  private static final Comparator<Row> FIRST_MATCH_FIRST =
      Comparator.comparing((Row row) -> row.region().isEmpty())
          .thenComparing(Comparator.comparingLong(Row::firstTokens).reversed());

  private static final Row[] NONE = {};

  private final Row[][] rows = new Row[Bucket.values().length][];

  Tariff(Model model) {
    for (var bucket : Bucket.values()) {
      rows[bucket.slot()] =
          model.prices().stream()
              .filter(price -> price.bucket() == bucket)
              .map(Row::of)
              .sorted(FIRST_MATCH_FIRST)
              .toArray(Row[]::new);
      if (rows[bucket.slot()].length == 0) {
        rows[bucket.slot()] = NONE;
      }
    }
  }

  /// The price of a bucket for a call with this total input; null where there is none.
  @Nullable Row find(
      Bucket bucket, String serviceTier, String region, Instant time, long inputTokens) {
    for (var row : rows[bucket.slot()]) {
      if (inputTokens >= row.firstTokens
          && row.serviceTier.equals(serviceTier)
          && (row.region.isEmpty() || row.region.equals(region))
          && !time.isBefore(row.from)
          && time.isBefore(row.to)) {
        return row;
      }
    }
    var fallback = bucket.fallback();
    return fallback == null ? null : find(fallback, serviceTier, region, time, inputTokens);
  }

  /// The smallest total inputs at which a price may change, ascending, from 0.
  List<Long> firstTokens() {
    var steps = new ArrayList<Long>();
    steps.add(0L);
    for (var bucket : rows) {
      for (var row : bucket) {
        steps.add(row.firstTokens);
      }
    }
    return steps.stream().distinct().sorted().toList();
  }

  /// The instants from the first to the last at which a price may change, the first included.
  List<Instant> instants(Instant first, Instant last) {
    var instants = new ArrayList<Instant>();
    instants.add(first);
    for (var bucket : rows) {
      for (var row : bucket) {
        for (var change : List.of(row.from, row.to)) {
          if (change.isAfter(first) && !change.isAfter(last)) {
            instants.add(change);
          }
        }
      }
    }
    return instants.stream().distinct().toList();
  }
}
