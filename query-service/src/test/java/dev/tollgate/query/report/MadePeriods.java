package dev.tollgate.query.report;

import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.outcome.Entry;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Made calls of some weeks, and what reports should say of them.
@NullMarked
final class MadePeriods {
  static final Instant FEBRUARY = Instant.parse("2027-02-01T00:00:00Z");
  static final Instant WEEK = Instant.parse("2027-02-22T00:00:00Z");

  /// When both end.
  static final Instant END = Instant.parse("2027-03-01T00:00:00Z");

  private final TestLedger ledger;
  private final String tenant;
  private final List<Call> calls = new ArrayList<>();

  MadePeriods(TestLedger ledger, String tenant) {
    this.ledger = ledger;
    this.tenant = tenant;
  }

  record Call(
      Instant time,
      String team,
      String model,
      String feature,
      String user,
      String currency,
      long nanos,
      boolean failed) {
    BigDecimal cost() {
      return BigDecimal.valueOf(nanos, 9);
    }

    boolean isIn(Instant start, Instant end) {
      return !time.isBefore(start) && time.isBefore(end);
    }
  }

  void add(Random random, Instant start, Instant end, int count) throws Exception {
    var rows = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < count; i++) {
      var call =
          new Call(
              start.plusMillis(random.nextLong(Duration.between(start, end).toMillis())),
              List.of("a", "b", "").get(random.nextInt(3)),
              "model-" + random.nextInt(25),
              random.nextInt(9) == 0 ? "" : "feature-" + random.nextInt(8),
              "user-" + random.nextInt(9),
              random.nextInt(5) == 0 ? "EUR" : "USD",
              1 + random.nextLong(3_000_000_000L),
              random.nextInt(7) == 0);
      rows.add(row(call, "call-" + calls.size()));
      calls.add(call);
    }
    ledger.insertEntries(rows);
  }

  private Map<String, Object> row(Call call, String id) {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("event_id", id);
    row.put("entry_seq", 0);
    row.put("sign", 1);
    row.put("event_time", Entry.text(call.time()));
    row.put("checked_at", Entry.text(call.time()));
    row.put("team", call.team());
    row.put("provider", "p");
    row.put("model", call.model());
    row.put("feature", call.feature());
    row.put("user", call.user());
    row.put("currency", call.currency());
    row.put("cost_picos", call.nanos() * 1_000);
    row.put("quota_nanos", call.nanos());
    row.put("charge_status", "PRICED");
    row.put("terminal_status", call.failed() ? "ERROR" : "SUCCESS");
    row.put("attempt", 1);
    return row;
  }

  private Stream<Call> calls(Predicate<Call> which, String currency, Instant start, Instant end) {
    return calls.stream()
        .filter(which)
        .filter(call -> call.currency().equals(currency) && call.isIn(start, end));
  }

  private BigDecimal cost(Predicate<Call> which, String currency, Instant start, Instant end) {
    return calls(which, currency, start, end)
        .map(Call::cost)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /// By currency; `before` is when the time before began, which ends where this one begins.
  List<String> spend(Predicate<Call> which, Instant before, Instant start, String called) {
    return Stream.of("EUR", "USD")
        .map(currency -> {
          var now = cost(which, currency, start, END);
          var then = cost(which, currency, before, start);
          var change = now.subtract(then);
          var sign = change.signum() > 0 ? "+" : "";
          return "%s %s; %s: %s %s; change: %s%s %s (%s%s %%)"
              .formatted(
                  plain(now),
                  currency,
                  called,
                  plain(then),
                  currency,
                  sign,
                  plain(change),
                  currency,
                  sign,
                  percent(change, then));
        })
        .toList();
  }

  List<String> top(Predicate<Call> which, Instant start, Function<Call, String> by, int count) {
    var lines = new ArrayList<String>();
    for (var currency : List.of("EUR", "USD")) {
      var all = cost(which, currency, start, END);
      var groups = new TreeMap<String, BigDecimal>();
      calls(which, currency, start, END)
          .forEach(call -> groups.merge(by.apply(call), call.cost(), BigDecimal::add));
      var dearest =
          groups.entrySet().stream()
              .sorted(Map.Entry.<String, BigDecimal>comparingByValue(Comparator.reverseOrder()))
              .toList();
      for (var each : dearest.subList(0, Math.min(count, dearest.size()))) {
        var name = each.getKey().isEmpty() ? "not attributed" : each.getKey();
        lines.add(line(name, each.getValue(), all, currency));
      }
      if (dearest.size() > count) {
        var others =
            dearest.stream()
                .skip(count)
                .map(Map.Entry::getValue)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        lines.add(line("all others", others, all, currency));
      }
    }
    return lines;
  }

  String surrogate(String user) {
    return TestLedger.surrogate(tenant, user);
  }

  private static String line(String name, BigDecimal part, BigDecimal all, String currency) {
    return "%s: %s %s (%s %%)".formatted(name, plain(part), currency, percent(part, all));
  }

  List<String> unattributed(Instant start) {
    return Stream.of("EUR", "USD")
        .map(currency -> {
          var part = cost(call -> call.team().isEmpty(), currency, start, END);
          var all = cost(_ -> true, currency, start, END);
          return "%s %s (%s %%)".formatted(plain(part), currency, percent(part, all));
        })
        .toList();
  }

  List<String> waste(Predicate<Call> which, Instant start) {
    return Stream.of("EUR", "USD")
        .map(currency -> {
          var part = cost(which.and(Call::failed), currency, start, END);
          var all = cost(which, currency, start, END);
          var failed = calls(which.and(Call::failed), currency, start, END).count();
          return "%s %s (%s %%), by 0 attempts that a later one followed and %d final ones that failed"
              .formatted(plain(part), currency, percent(part, all), failed);
        })
        .toList();
  }

  /// How much of a budget in USD was used in February.
  String used(String team, String limit) {
    var used = cost(call -> call.team().equals(team), "USD", FEBRUARY, END);
    return "%s of %s USD (%s %%)"
        .formatted(plain(used), limit, percent(used, new BigDecimal(limit)));
  }

  /// By all requests: one may cost something in either currency.
  String costPerRequest(Predicate<Call> which, String currency, Instant start) {
    var requests = calls.stream().filter(which).filter(call -> call.isIn(start, END)).count();
    var each =
        cost(which, currency, start, END)
            .divide(BigDecimal.valueOf(requests), 12, RoundingMode.HALF_EVEN);
    return "per request: " + plain(each) + " " + currency;
  }

  private static String plain(BigDecimal amount) {
    return amount.stripTrailingZeros().toPlainString();
  }

  private static String percent(BigDecimal part, BigDecimal whole) {
    return part.multiply(new BigDecimal(100))
        .divide(whole, 1, RoundingMode.HALF_EVEN)
        .toPlainString();
  }
}
