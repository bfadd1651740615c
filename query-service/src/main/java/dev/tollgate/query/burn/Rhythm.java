package dev.tollgate.query.burn;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// How much is used in a time bucket: a rate, and what each place in a week has of it.
///
/// @param rate in the mean of the last week, per bucket
/// @param factors by place, 1 in the mean
record Rhythm(BigDecimal rate, List<BigDecimal> factors) {
  static final MathContext PRECISION = MathContext.DECIMAL64;

  private static final int WEEKS_MIN = 2;
  private static final int WEEKS_MAX = 8;

  Rhythm {
    factors = List.copyOf(factors);
  }

  /// That of whole buckets, the latest last; empty where nothing was used. What is before the first
  /// use says nothing.
  ///
  /// @param places of a week
  static Optional<Rhythm> of(List<Used> past, int places) {
    var first = firstUse(past);
    if (first == past.size()) {
      return Optional.empty();
    }
    var used = past.subList(first, past.size());
    var week = used.subList(Math.max(0, used.size() - places), used.size());
    var rate = new BigDecimal(sum(week)).divide(BigDecimal.valueOf(week.size()), PRECISION);
    return Optional.of(new Rhythm(rate, factors(used, places)));
  }

  private static List<BigDecimal> factors(List<Used> used, int places) {
    var weeks = Math.min(WEEKS_MAX, used.size() / places);
    var known = used.subList(used.size() - weeks * places, used.size());
    var total = sum(known);
    if (weeks < WEEKS_MIN || total.signum() == 0) {
      return Collections.nCopies(places, BigDecimal.ONE);
    }
    var sums = new ArrayList<>(Collections.nCopies(places, BigInteger.ZERO));
    known.forEach(each -> sums.set(each.place(), sums.get(each.place()).add(each.amount())));
    var mean = new BigDecimal(total).divide(BigDecimal.valueOf(places), PRECISION);
    return sums.stream().map(sum -> new BigDecimal(sum).divide(mean, PRECISION)).toList();
  }

  /// What a bucket at a place of the week will have.
  BigDecimal expected(int place) {
    return rate.multiply(factors.get(place), PRECISION);
  }

  /// Where the first bucket is in which something was used; the size where there is none.
  static int firstUse(List<Used> past) {
    var first = 0;
    while (first < past.size() && past.get(first).amount().signum() == 0) {
      first++;
    }
    return first;
  }

  static BigInteger sum(List<Used> used) {
    return used.stream().map(Used::amount).reduce(BigInteger.ZERO, BigInteger::add);
  }
}
