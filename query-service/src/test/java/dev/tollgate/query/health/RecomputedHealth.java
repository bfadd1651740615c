package dev.tollgate.query.health;

import dev.tollgate.proto.query.v1.GetEndpointHealthRequest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/// An answer to `GetEndpointHealth`, computed from what was made up, without the product's code.
@NullMarked
final class RecomputedHealth {
  private static final long HOUR = 3_600;

  private final GetEndpointHealthRequest request;
  private final List<String> groupBy;
  private final List<MadeCall> entries;

  /// Of each endpoint its calls, and of these those of each hour.
  private final Map<List<String>, List<MadeCall>> calls = new HashMap<>();

  private final Map<List<String>, TreeMap<Long, List<MadeCall>>> hours = new HashMap<>();

  /// @param entries those that the question is about
  RecomputedHealth(GetEndpointHealthRequest request, List<String> groupBy, List<MadeCall> entries) {
    this.request = request;
    this.groupBy = groupBy;
    this.entries = entries;
    for (var entry : entries) {
      if (entry.seq() == 0) {
        calls.computeIfAbsent(group(entry), any -> new ArrayList<>()).add(entry);
        hours
            .computeIfAbsent(group(entry), any -> new TreeMap<>())
            .computeIfAbsent(hour(entry), any -> new ArrayList<>())
            .add(entry);
      }
    }
  }

  List<String> group(MadeCall call) {
    return groupBy.stream().map(call::value).toList();
  }

  private static long hour(MadeCall call) {
    return Math.floorDiv(call.time().getEpochSecond(), HOUR) * HOUR;
  }

  /// The rows but for quantiles, each as a text, in no order.
  List<String> rows() {
    var currencies = new HashMap<List<String>, TreeSet<String>>();
    entries.forEach(each ->
        currencies.computeIfAbsent(group(each), any -> new TreeSet<>()).add(each.currency()));
    var rows = new ArrayList<String>();
    currencies.forEach((group, all) -> all.forEach(currency -> rows.add(row(group, currency))));
    return rows;
  }

  private String row(List<String> group, String currency) {
    var of = calls.getOrDefault(group, List.of());
    var paid =
        entries.stream()
            .filter(each -> group(each).equals(group) && each.currency().equals(currency))
            .toList();
    var failed = paid.stream().filter(MadeCall::failed).toList();
    return ("%s %s: %d calls, %d errors, %d limited, %d timeouts, %d cancelled; %s, of errors %s;"
            + " %d ill, %d unpriced")
        .formatted(
            group,
            currency,
            of.size(),
            of.stream().filter(MadeCall::failed).count(),
            ended(of, "RATE_LIMITED"),
            ended(of, "TIMEOUT"),
            ended(of, "CANCELLED"),
            cost(paid),
            cost(failed),
            hours.getOrDefault(group, new TreeMap<>()).keySet().stream()
                .filter(hour -> !broken(group, hour).isEmpty())
                .count(),
            paid.stream().filter(MadeCall::isUnpriced).mapToInt(MadeCall::sign).sum());
  }

  private static long ended(List<MadeCall> calls, String end) {
    return calls.stream().filter(each -> each.end().equals(end)).count();
  }

  static String cost(List<MadeCall> entries) {
    var sum = BigInteger.ZERO;
    for (var each : entries) {
      var cost = BigInteger.valueOf(each.costPicos());
      sum = sum.add(cost.multiply(BigInteger.valueOf(each.sign())));
    }
    return new BigDecimal(sum, 12).toPlainString();
  }

  /// The times of an endpoint's calls, sorted.
  List<Integer> times(List<String> group, boolean firstToken) {
    return sorted(calls.getOrDefault(group, List.of()), firstToken);
  }

  private static List<Integer> sorted(List<MadeCall> calls, boolean firstToken) {
    return calls.stream()
        .map(each -> firstToken ? each.firstToken() : each.latency())
        .filter(millis -> millis > 0)
        .sorted()
        .toList();
  }

  /// By which rules an hour is ill.
  private Set<String> broken(List<String> group, long hour) {
    var of = hours.getOrDefault(group, new TreeMap<>()).getOrDefault(hour, List.of());
    var enough = request.getHourCallsMin() == 0 ? 20 : request.getHourCallsMin();
    var rules = new TreeSet<String>();
    if (of.size() >= enough) {
      var errors = request.hasErrorRateMax() ? request.getErrorRateMax() : 0.05;
      var limited = request.hasRateLimitedShareMax() ? request.getRateLimitedShareMax() : 0.05;
      if (of.stream().filter(MadeCall::failed).count() > errors * of.size()) {
        rules.add("ERROR_RATE");
      }
      if (ended(of, "RATE_LIMITED") > limited * of.size()) {
        rules.add("RATE_LIMITED");
      }
    }
    var factor = request.hasLatencyFactorMax() ? request.getLatencyFactorMax() : 2;
    if (sorted(of, false).size() >= enough && p90(of) > factor * usual(group, enough)) {
      rules.add("LATENCY");
    }
    return rules;
  }

  private double usual(List<String> group, long enough) {
    var usual =
        hours.getOrDefault(group, new TreeMap<>()).values().stream()
            .filter(each -> sorted(each, false).size() >= enough)
            .map(RecomputedHealth::p90)
            .sorted()
            .toList();
    return usual.get(usual.size() / 2);
  }

  private static double p90(List<MadeCall> calls) {
    var times = sorted(calls, false);
    return times.get((int) (0.9 * (times.size() - 1)));
  }

  /// The incidents, each as a text, earliest first: by joining whatever belongs together until
  /// nothing does.
  List<String> incidents() {
    var parts = new ArrayList<Set<Map.Entry<Long, List<String>>>>();
    hours.forEach((group, byHour) ->
        byHour
            .keySet()
            .forEach(hour -> {
              if (!broken(group, hour).isEmpty()) {
                parts.add(new HashSet<>(Set.of(Map.entry(hour, group))));
              }
            }));
    while (joinOnce(parts)) {
      // Until nothing is left to join.
    }
    return parts.stream()
        .sorted((one, other) -> Long.compare(first(one), first(other)))
        .map(this::incident)
        .toList();
  }

  private static boolean joinOnce(List<Set<Map.Entry<Long, List<String>>>> parts) {
    for (var one : parts) {
      for (var other : parts) {
        if (!one.equals(other)
            && one.stream().anyMatch(a -> other.stream().anyMatch(b -> near(a, b)))) {
          one.addAll(other);
          parts.remove(other);
          return true;
        }
      }
    }
    return false;
  }

  private static boolean near(
      Map.Entry<Long, List<String>> one, Map.Entry<Long, List<String>> other) {
    var apart = Math.abs(one.getKey() - other.getKey());
    return apart == 0 || (apart == HOUR && one.getValue().equals(other.getValue()));
  }

  private static long first(Set<Map.Entry<Long, List<String>>> incident) {
    return incident.stream().mapToLong(Map.Entry::getKey).min().orElseThrow();
  }

  private String incident(Set<Map.Entry<Long, List<String>>> hoursOfIt) {
    var end = hoursOfIt.stream().mapToLong(Map.Entry::getKey).max().orElseThrow() + HOUR;
    var endpoints = new TreeMap<String, String>();
    var rules = new TreeSet<String>();
    for (var group : new HashSet<>(hoursOfIt.stream().map(Map.Entry::getValue).toList())) {
      var ill = new TreeSet<Long>();
      hoursOfIt.stream()
          .filter(each -> each.getValue().equals(group))
          .forEach(each -> ill.add(each.getKey()));
      var of =
          entries.stream()
              .filter(each -> group(each).equals(group) && ill.contains(hour(each)))
              .toList();
      var made = of.stream().filter(each -> each.seq() == 0).toList();
      var why = new TreeSet<String>();
      ill.forEach(hour -> why.addAll(broken(group, hour)));
      rules.addAll(why);
      var costs = new TreeMap<String, String>();
      of.forEach(each ->
          costs.computeIfAbsent(
              each.currency(),
              currency ->
                  cost(of.stream().filter(other -> other.currency().equals(currency)).toList())));
      endpoints.put(
          group.toString(),
          "%s %s %d hours, %d calls, %d errors, %d limited, %s"
              .formatted(
                  group,
                  why,
                  ill.size(),
                  made.size(),
                  made.stream().filter(MadeCall::failed).count(),
                  ended(made, "RATE_LIMITED"),
                  costs));
    }
    return first(hoursOfIt) + "-" + end + " " + rules + " " + endpoints.values();
  }
}
