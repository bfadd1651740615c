package dev.tollgate.rating;

import dev.tollgate.money.Picos;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// What is paid for in advance and drawn down by calls: a prepaid pack, a commitment to spend, or
/// provisioned throughput. Each unit drawn carries its share of the fee; what is left at the end of
/// the term is idle.
///
/// @param id unique among the ids of its book; under it the position is stated
/// @param provider empty is every provider
/// @param models patterns of names, of which a model has one; empty is every model
/// @param buckets what is drawn in units; empty where money is drawn
/// @param quantity how much can be drawn: units, or picos of contract cost
/// @param fee what was paid for it, for the whole term
/// @param order the lower is drawn first; then the one that ends first
/// @param overagePercent what a call costs beyond it, in percent of the contract cost
public record Commitment(
    String id,
    Kind kind,
    String provider,
    List<Glob> models,
    Set<Bucket> buckets,
    long quantity,
    Picos fee,
    Instant from,
    Instant to,
    int order,
    int overagePercent,
    String source) {

  /// What it is to those who pay for it; all are drawn alike.
  public enum Kind {
    PREPAID,
    SPEND,
    PROVISIONED
  }

  static final Comparator<Commitment> DRAW_ORDER =
      Comparator.comparingInt(Commitment::order)
          .thenComparing(Commitment::to)
          .thenComparing(Commitment::id);

  /// Whether money is drawn, not units.
  public boolean drawsMoney() {
    return buckets.isEmpty();
  }

  boolean covers(Model model) {
    return (provider.isEmpty() || provider.equals(model.provider()))
        && (models.isEmpty() || models.stream().anyMatch(model::isNamed));
  }

  boolean covers(Bucket bucket, Instant time) {
    return (drawsMoney() || buckets.contains(bucket)) && !time.isBefore(from) && time.isBefore(to);
  }

  /// The part of the fee that the first so many units carry, rounded down: so parts that follow
  /// each other sum up to the fee, to the pico.
  Picos shareOf(long drawn) {
    var part =
        BigInteger.valueOf(fee.value())
            .multiply(BigInteger.valueOf(Math.min(drawn, quantity)))
            .divide(BigInteger.valueOf(quantity));
    return new Picos(part.longValueExact());
  }

  /// What of the fee was not carried by any call, where so much was drawn in its term.
  public Picos idle(long drawn) {
    return fee.minus(shareOf(drawn));
  }

  /// What a contract cost beyond the commitment becomes, in picos, exact.
  BigDecimal overage(long contractPicos) {
    return BigDecimal.valueOf(contractPicos).multiply(BigDecimal.valueOf(overagePercent, 2));
  }

  /// The most that a unit can cost of which the contract says that it costs at most so much: drawn,
  /// or beyond it.
  long unitPicosUp(long contractPicos) {
    var beyond = overage(contractPicos).setScale(0, RoundingMode.CEILING).toBigInteger();
    var units = BigInteger.valueOf(drawsMoney() ? contractPicos : 1);
    var drawn =
        BigInteger.valueOf(fee.value())
            .multiply(units)
            .divide(BigInteger.valueOf(quantity))
            .add(BigInteger.ONE);
    return beyond.max(drawn).max(BigInteger.valueOf(contractPicos)).longValueExact();
  }
}
