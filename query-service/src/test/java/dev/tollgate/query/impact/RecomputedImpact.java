package dev.tollgate.query.impact;

import dev.tollgate.query.health.MadeCall;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/// An answer to `GetDeploymentImpact`, computed from what was made up, without the product's code.
@NullMarked
final class RecomputedImpact {
  private final List<MadeCall> seen;
  private final Instant deployed;

  /// The entries of each request, of those that have a call in the time that is compared.
  private final Map<String, List<MadeCall>> requests = new HashMap<>();

  RecomputedImpact(
      List<MadeCall> entries, Instant deployed, long window, long rollout, Instant now) {
    this.deployed = deployed;
    var resumed = deployed.plusSeconds(rollout);
    var wanted = resumed.plusSeconds(window);
    var end = wanted.isAfter(now) ? now : wanted;
    this.seen =
        entries.stream()
            .filter(each -> !each.time().isBefore(deployed.minusSeconds(window)))
            .filter(each -> each.time().isBefore(end))
            .filter(each -> each.time().isBefore(deployed) || !each.time().isBefore(resumed))
            .toList();
    for (var entry : seen) {
      var request = entry.logical().isEmpty() ? "event " + entry.id() : entry.logical();
      requests.computeIfAbsent(request, any -> new ArrayList<>()).add(entry);
    }
    requests.values().removeIf(each -> each.stream().allMatch(entry -> entry.seq() > 0));
  }

  private boolean isAfter(List<MadeCall> request) {
    return request.stream()
        .filter(each -> each.seq() == 0)
        .noneMatch(each -> each.time().isBefore(deployed));
  }

  Side side(boolean after) {
    return new Side(
        requests.values().stream().filter(each -> isAfter(each) == after).toList(),
        seen.stream()
            .filter(each -> each.seq() == 0 && each.time().isBefore(deployed) != after)
            .toList());
  }

  /// What a side is: its requests, and the calls of its time.
  record Side(List<List<MadeCall>> requests, List<MadeCall> calls) {
    String text() {
      var all = requests.stream().flatMap(List::stream).toList();
      var made = all.stream().filter(each -> each.seq() == 0).toList();
      var tokens = all.stream().mapToLong(each -> each.sign() * each.tokens()).sum();
      var count = requests.size();
      return "%d requests, %d attempts (%s), %d errors, %d tokens, %s each, %d unpriced"
          .formatted(
              count,
              made.size(),
              count == 0 ? "none" : "%.9f".formatted((double) made.size() / count - 1),
              made.stream().filter(MadeCall::failed).count(),
              tokens,
              count == 0 ? "none" : per(BigDecimal.valueOf(tokens), count),
              all.stream().filter(MadeCall::isUnpriced).mapToInt(MadeCall::sign).sum());
    }

    List<Integer> times(boolean firstToken) {
      return calls.stream()
          .map(each -> firstToken ? each.firstToken() : each.latency())
          .filter(millis -> millis > 0)
          .sorted()
          .toList();
    }

    private BigInteger cost(String currency) {
      return requests.stream()
          .map(each -> cost(each, currency))
          .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static BigInteger cost(List<MadeCall> request, String currency) {
      var sum = BigInteger.ZERO;
      for (var each : request) {
        if (each.currency().equals(currency)) {
          sum =
              sum.add(
                  BigInteger.valueOf(each.costPicos()).multiply(BigInteger.valueOf(each.sign())));
        }
      }
      return sum;
    }

    private double mean(String currency) {
      return requests.stream()
          .mapToDouble(each -> cost(each, currency).doubleValue())
          .average()
          .orElse(0);
    }

    private double variance(String currency) {
      var mean = mean(currency);
      return requests.stream()
              .mapToDouble(each -> Math.pow(cost(each, currency).doubleValue() - mean, 2))
              .sum()
          / (requests.size() - 1);
    }
  }

  /// Change and the ends of its interval; nothing where there are too few requests.
  double[] change(String currency) {
    var before = side(false);
    var after = side(true);
    if (before.requests().size() < 30
        || after.requests().size() < 30
        || before.mean(currency) <= 0
        || after.mean(currency) <= 0) {
      return new double[0];
    }
    var ratio = after.mean(currency) / before.mean(currency);
    var error =
        Math.sqrt(
            before.variance(currency)
                    / before.requests().size()
                    / Math.pow(before.mean(currency), 2)
                + after.variance(currency)
                    / after.requests().size()
                    / Math.pow(after.mean(currency), 2));
    return new double[] {
      ratio - 1,
      ratio * Math.exp(-1.959963984540054 * error) - 1,
      ratio * Math.exp(1.959963984540054 * error) - 1
    };
  }

  /// What requests cost, one text per currency in which a request costs something.
  List<String> costs() {
    var currencies = new TreeSet<String>();
    for (var request : requests.values()) {
      var costs = new TreeMap<String, BigInteger>();
      request.forEach(each -> costs.put(each.currency(), Side.cost(request, each.currency())));
      costs.forEach((currency, cost) -> {
        if (cost.signum() != 0) {
          currencies.add(currency);
        }
      });
    }
    return currencies.stream().map(this::cost).toList();
  }

  private String cost(String currency) {
    var before = side(false);
    var after = side(true);
    return "%s %s -> %s, a request %s -> %s"
        .formatted(
            currency,
            units(before.cost(currency)),
            units(after.cost(currency)),
            each(before, currency),
            each(after, currency));
  }

  private static String each(Side side, String currency) {
    return side.requests().isEmpty()
        ? "none"
        : per(new BigDecimal(side.cost(currency), 12), side.requests().size());
  }

  private static String per(BigDecimal amount, long count) {
    return amount.divide(BigDecimal.valueOf(count), 12, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String units(BigInteger picos) {
    return new BigDecimal(picos, 12).toPlainString();
  }
}
