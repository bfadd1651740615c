package dev.tollgate.query.anomaly;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.NullMarked;

/// What the rules say, recomputed from the calls by loops, as texts.
@NullMarked
final class RecomputedAnomalies {
  private static final long HOUR = 3_600;
  private static final long DAY = 24 * HOUR;
  private static final List<String> CAUSES = List.of("team", "feature", "model", "environment");

  private final List<Used> calls;
  private final Map<String, String> open = new TreeMap<>();
  private final Map<String, String> all = new TreeMap<>();

  RecomputedAnomalies(List<Used> calls) {
    this.calls = calls;
  }

  /// By id: the figures, and when it was over.
  Map<String, String> all() {
    return all;
  }

  /// A complete hour, after all before it.
  void hour(long hour) {
    var before = new TreeMap<>(open);
    for (var dimension : List.of("", "team", "feature", "model")) {
      var values = new TreeSet<String>();
      within(hour).forEach(each -> values.add(each.value(dimension)));
      for (var value : values) {
        subject(hour, dimension, value, before);
      }
    }
    before.forEach((key, id) -> over(key, id, hour));
  }

  private List<Used> within(long hour) {
    return calls.stream()
        .filter(each -> second(each) >= hour - 28 * DAY && second(each) < hour + HOUR)
        .toList();
  }

  private static long second(Used used) {
    return used.time().getEpochSecond();
  }

  private void subject(long hour, String dimension, String value, Map<String, String> before) {
    var mine = within(hour).stream().filter(each -> each.value(dimension).equals(value)).toList();
    var first = mine.stream().mapToLong(each -> second(each) / HOUR * HOUR).min().orElse(hour);
    var usual = hours(hour, 7, 4, first);
    if (usual.size() < 3) {
      usual = hours(hour, 1, 7, first);
    }
    var now = mine.stream().filter(each -> second(each) >= hour).toList();
    var subject = dimension + "/" + value;
    var money = new TreeSet<String>();
    mine.forEach(each -> money.add(each.currency()));
    for (var currency : money) {
      Predicate<Used> in = each -> each.currency().equals(currency);
      if (usual.size() >= 3) {
        cost(hour, subject, currency, mine.stream().filter(in).toList(), usual, now.size(), before);
      }
      if (!dimension.isEmpty()) {
        newSpend(hour, subject, currency, first, mine.stream().filter(in).toList(), now, before);
      }
    }
    if (usual.size() >= 3) {
      tokens(hour, subject, mine, usual, before);
    }
    retries(hour, subject, mine, usual, before);
  }

  private static List<Long> hours(long hour, int days, int count, long first) {
    var hours = new ArrayList<Long>();
    for (var i = 1; i <= count; i++) {
      if (hour - (long) i * days * DAY >= first) {
        hours.add(hour - (long) i * days * DAY);
      }
    }
    return hours;
  }

  private static long sum(List<Used> calls, long hour, ToLongFunction<Used> of) {
    return calls.stream().filter(each -> second(each) / HOUR * HOUR == hour).mapToLong(of).sum();
  }

  private void cost(
      long hour,
      String subject,
      String currency,
      List<Used> mine,
      List<Long> usual,
      int events,
      Map<String, String> before) {
    var now = BigDecimal.valueOf(sum(mine, hour, Used::picos), 12);
    var costs = usual.stream().map(each -> sum(mine, each, Used::picos)).sorted().toList();
    var middle = costs.size() / 2;
    var median =
        costs.size() % 2 == 1
            ? BigDecimal.valueOf(costs.get(middle), 12)
            : BigDecimal.valueOf(costs.get(middle - 1) + costs.get(middle), 12)
                .divide(new BigDecimal(2));
    var floor = now.subtract(median).compareTo(BigDecimal.ONE) >= 0;
    var fires = floor && now.doubleValue() > median.doubleValue() * 1.3;
    var ends = !floor || now.doubleValue() <= median.doubleValue() * 1.15;
    var critical = now.doubleValue() > 2 * median.doubleValue();
    judge(
        hour,
        "HOURLY_COST/" + currency + "/" + subject,
        fires,
        ends,
        (critical ? "CRITICAL " : "WARNING ")
            + said(now, median, events)
            + cause(mine, hour, usual, subject, Used::picos),
        before);
  }

  private void newSpend(
      long hour,
      String subject,
      String currency,
      long first,
      List<Used> mine,
      List<Used> now,
      Map<String, String> before) {
    var spent = BigDecimal.valueOf(mine.stream().mapToLong(Used::picos).sum(), 12);
    var isNew = first > hour - DAY;
    judge(
        hour,
        "NEW_SPEND/" + currency + "/" + subject,
        isNew && spent.compareTo(BigDecimal.ONE) >= 0,
        !isNew,
        "WARNING " + said(spent, BigDecimal.ZERO, now.size()),
        before);
  }

  private void tokens(
      long hour, String subject, List<Used> mine, List<Long> usual, Map<String, String> before) {
    ToLongFunction<Used> requests = each -> each.attempt() > 1 ? 0 : 1;
    var now = sum(mine, hour, Used::tokens);
    var count = sum(mine, hour, requests);
    var past = usual.stream().mapToLong(each -> sum(mine, each, Used::tokens)).sum();
    var pastCount = usual.stream().mapToLong(each -> sum(mine, each, requests)).sum();
    var enough = count >= 50 && pastCount >= 50;
    var ratio = enough ? ((double) now / count) / ((double) past / pastCount) : 0;
    judge(
        hour,
        "TOKEN_INFLATION//" + subject,
        enough && ratio > 1.25,
        !enough || ratio <= 1.125,
        "WARNING "
            + said(per(now, count), per(past, pastCount), count)
            + cause(mine, hour, usual, subject, Used::tokens),
        before);
  }

  private void retries(
      long hour, String subject, List<Used> mine, List<Long> usual, Map<String, String> before) {
    ToLongFunction<Used> retry = each -> each.attempt() > 1 ? 1 : 0;
    var retries = sum(mine, hour, retry);
    var attempts = sum(mine, hour, each -> 1);
    judge(
        hour,
        "RETRY_RATE//" + subject,
        attempts >= 50 && retries * 20 > attempts,
        attempts < 50 || retries * 25 <= attempts,
        "WARNING "
            + said(per(retries, attempts), new BigDecimal("0.05"), attempts)
            + (usual.size() >= 3 ? cause(mine, hour, usual, subject, retry) : ""),
        before);
  }

  private static BigDecimal per(long part, long whole) {
    return whole == 0
        ? BigDecimal.ZERO
        : new BigDecimal(part).divide(new BigDecimal(whole), 6, RoundingMode.HALF_EVEN);
  }

  static String said(BigDecimal current, BigDecimal baseline, long sample) {
    return current.stripTrailingZeros().toPlainString()
        + " for "
        + baseline.stripTrailingZeros().toPlainString()
        + " of "
        + sample;
  }

  private String cause(
      List<Used> mine, long hour, List<Long> usual, String subject, ToLongFunction<Used> of) {
    var best = "";
    var most = 0.0;
    for (var dimension : CAUSES) {
      if (subject.startsWith(dimension + "/")) {
        continue;
      }
      var values = new TreeSet<String>();
      mine.forEach(each -> values.add(each.value(dimension)));
      var all = mine.stream().toList();
      double change = sum(all, hour, of) * usual.size() - total(all, usual, of);
      for (var value : values) {
        var part = all.stream().filter(each -> each.value(dimension).equals(value)).toList();
        var share = (sum(part, hour, of) * usual.size() - total(part, usual, of)) / change;
        var past = total(all, usual, of);
        var surprise =
            share - (past > 0 ? (double) total(part, usual, of) / past : 1.0 / values.size());
        if (change > 0 && surprise > most + 1e-9) {
          most = surprise;
          best = " by %s=%s %.6f".formatted(dimension, value, share);
        }
      }
    }
    return best;
  }

  private static long total(List<Used> calls, List<Long> hours, ToLongFunction<Used> of) {
    return hours.stream().mapToLong(each -> sum(calls, each, of)).sum();
  }

  private void judge(
      long hour, String key, boolean fires, boolean ends, String text, Map<String, String> before) {
    var id = before.remove(key);
    if (fires && id == null) {
      var begun = Instant.ofEpochSecond(hour) + "/" + key;
      open.put(key, begun);
      all.put(begun, text);
    } else if (id != null && ends) {
      over(key, id, hour);
    }
  }

  private void over(String key, String id, long hour) {
    open.remove(key);
    all.computeIfPresent(id, (_, text) -> text + " until " + Instant.ofEpochSecond(hour));
  }
}
