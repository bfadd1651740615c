package dev.tollgate.query.burn;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How far off forecasts of one length were in the past: each was made from what was known before
/// it.
///
/// @param tries how many were made
/// @param error by how much of what was used they were off
/// @param low the tenth of what was used over what was forecast; empty where they are too few
/// @param high nine tenths of it
record BackTest(
    int tries, Optional<BigDecimal> error, Optional<BigDecimal> low, Optional<BigDecimal> high) {
  private static final int TRIES_MAX = 56;
  private static final int TRIES_MIN = 10;
  private static final int WEEKS_MIN = 2;

  /// @param past whole buckets, the latest last
  /// @param length of the forecasts, in buckets; above 0
  /// @param places of a week
  static BackTest of(List<Used> past, int length, int places) {
    var earliest = Rhythm.firstUse(past) + WEEKS_MIN * places;
    var latest = past.size() - length;
    var stride = Math.max(1, (latest - earliest + 1) / TRIES_MAX);
    var missed = BigDecimal.ZERO;
    var used = BigDecimal.ZERO;
    var tries = 0;
    var ratios = new ArrayList<BigDecimal>();
    for (var at = latest; at >= earliest && tries < TRIES_MAX; at -= stride) {
      var actual = past.subList(at, at + length);
      var forecast = forecast(past.subList(0, at), actual, places);
      var sum = new BigDecimal(Rhythm.sum(actual));
      missed = missed.add(sum.subtract(forecast).abs());
      used = used.add(sum);
      tries++;
      if (forecast.signum() > 0) {
        ratios.add(sum.divide(forecast, Rhythm.PRECISION));
      }
    }
    var error =
        used.signum() == 0
            ? Optional.<BigDecimal>empty()
            : Optional.of(missed.divide(used, Rhythm.PRECISION));
    if (ratios.size() < TRIES_MIN) {
      return new BackTest(tries, error, Optional.empty(), Optional.empty());
    }
    ratios.sort(BigDecimal::compareTo);
    var tenth = (ratios.size() - 1) / 10;
    return new BackTest(
        tries,
        error,
        Optional.of(ratios.get(tenth)),
        Optional.of(ratios.get(ratios.size() - 1 - tenth)));
  }

  private static BigDecimal forecast(List<Used> known, List<Used> next, int places) {
    return Rhythm.of(known, places)
        .map(rhythm ->
            next.stream()
                .map(each -> rhythm.expected(each.place()))
                .reduce(BigDecimal.ZERO, BigDecimal::add))
        .orElse(BigDecimal.ZERO);
  }
}
