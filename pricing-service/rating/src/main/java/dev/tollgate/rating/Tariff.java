package dev.tollgate.rating;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The prices of one model, arranged so that the first row that matches a call is its price.
final class Tariff {
  /*
   * Rows lie by bucket: those of a region before those of every region, higher context tiers before
   * lower ones. So the first match is the most specific region, then the highest tier that the
   * input reaches. A bucket without a match has the price of its fallback, if it has one. A service
   * tier that lists nothing for a context tier, where the standard one does, has no price there.
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
    var row = match(bucket, serviceTier, region, time, inputTokens);
    if (row != null && !serviceTier.isEmpty()) {
      var standard = match(bucket, "", region, time, inputTokens);
      // The input is in a context tier for which this service tier lists nothing.
      return standard != null && standard.firstTokens > row.firstTokens ? null : row;
    }
    var fallback = bucket.fallback();
    return row == null && fallback != null
        ? find(fallback, serviceTier, region, time, inputTokens)
        : row;
  }

  private @Nullable Row match(
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
    return null;
  }

  /// The service tier as books name it: standard is empty.
  static String tier(String serviceTier) {
    return serviceTier.equals("standard") ? "" : serviceTier;
  }

  /// The regions that have a price of their own, and the empty one.
  List<String> regions() {
    return Stream.concat(Stream.of(""), rows().map(Row::region)).distinct().toList();
  }

  /// The total inputs up to a limit above which a price may change, and the limit.
  List<Long> largestInputs(long limit) {
    var changes = rows().map(Row::firstTokens).filter(first -> first > 0 && first <= limit);
    return Stream.concat(changes.map(first -> first - 1), Stream.of(limit)).distinct().toList();
  }

  /// The instants from the first to the last at which a price may change, the first included.
  List<Instant> instants(Instant first, Instant last) {
    var changes =
        rows()
            .flatMap(row -> Stream.of(row.from, row.to))
            .filter(change -> change.isAfter(first) && !change.isAfter(last));
    return Stream.concat(Stream.of(first), changes).distinct().toList();
  }

  private Stream<Row> rows() {
    return Arrays.stream(rows).flatMap(Arrays::stream);
  }
}
