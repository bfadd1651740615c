package dev.tollgate.query.chargeback;

import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.org.MadeTree;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// A tenant's calls and cost lines as a test makes them up.
@NullMarked
final class MadeMonths {
  /// A call.
  record Call(
      Instant at,
      String team,
      String costCenter,
      String provider,
      String currency,
      long picos,
      long listPicos) {}

  /// A cost line.
  record Paid(
      Instant start,
      Instant end,
      String team,
      String costCenter,
      String category,
      String currency,
      long picos) {
    /// What of it lies before a time.
    BigInteger until(Instant time) {
      var total = Duration.between(start, end).toMillis();
      if (total == 0) {
        return time.isAfter(start) ? BigInteger.valueOf(picos) : BigInteger.ZERO;
      }
      var elapsed = Math.clamp(Duration.between(start, time).toMillis(), 0, total);
      return BigInteger.valueOf(picos)
          .multiply(BigInteger.valueOf(elapsed))
          .divide(BigInteger.valueOf(total));
    }
  }

  static final List<String> TEAMS = List.of("search", "chat", "ads");
  static final List<String> CATEGORIES = List.of("gpu", "licence", "training", "other");

  private static final List<String> CENTERS = List.of("", "", "a", "b", "=c,\"d\"");
  private static final List<String> PROVIDERS = List.of("openai", "anthropic");

  final List<Call> calls = new ArrayList<>();
  final List<Paid> paid = new ArrayList<>();
  private final TestLedger ledger;
  private final String tenant;

  MadeMonths(TestLedger ledger, String tenant) {
    this.ledger = ledger;
    this.tenant = tenant;
  }

  /// Stores more calls and cost lines of a range; lines may reach beyond it.
  void add(RandomGenerator random, Instant start, Instant end, int size) throws Exception {
    var entries = new ArrayList<Map<String, Object>>();
    var lines = new ArrayList<Map<String, Object>>();
    var length = Duration.between(start, end).toMillis();
    for (var i = 0; i < size; i++) {
      var at = start.plusMillis(random.nextLong(length));
      var call =
          new Call(
              at,
              one(random, List.of("", "search", "chat", "ads")),
              one(random, CENTERS),
              one(random, PROVIDERS),
              random.nextInt(5) == 0 ? "EUR" : "USD",
              random.nextLong(1_000_000_000_000L),
              random.nextLong(2_000_000_000_000L));
      calls.add(call);
      entries.add(entry(call));
      if (i % 4 == 0) {
        var line =
            new Paid(
                at,
                random.nextBoolean() ? at : at.plus(Duration.ofDays(random.nextLong(90))),
                one(random, List.of("", "", "search")),
                one(random, CENTERS),
                one(random, CATEGORIES),
                random.nextInt(5) == 0 ? "EUR" : "USD",
                random.nextLong(-1_000_000_000_000L, 9_000_000_000_000L));
        paid.add(line);
        lines.add(row(line));
      }
    }
    ledger.insertEntries(entries);
    ledger.insert("cost_lines", lines);
  }

  private Map<String, Object> entry(Call call) {
    var row = row(call.team(), call.costCenter(), call.currency());
    row.put("event_id", "e" + calls.size());
    row.put("sign", 1);
    row.put("event_time", text(call.at()));
    row.put("provider", call.provider());
    row.put("cost_picos", call.picos());
    row.put("list_cost_picos", call.listPicos());
    row.put("charge_status", "PRICED");
    return row;
  }

  private Map<String, Object> row(Paid line) {
    var row = row(line.team(), line.costCenter(), line.currency());
    row.put("cost_id", "c" + paid.size());
    row.put("category", line.category());
    row.put("start_time", text(line.start()));
    row.put("end_time", text(line.end()));
    row.put("amount_picos", line.picos());
    return row;
  }

  private Map<String, Object> row(String team, String costCenter, String currency) {
    var row = new HashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("team", team);
    row.put("cost_center", costCenter);
    row.put("currency", currency);
    return row;
  }

  /// What a range cost, by cost centre, `category|currency`; calls are of no category.
  Map<String, Map<String, BigInteger>> costs(MadeTree tree, Instant start, Instant end) {
    var costs = new TreeMap<String, Map<String, BigInteger>>();
    for (var call : calls) {
      if (!call.at().isBefore(start) && call.at().isBefore(end)) {
        var center = center(tree, call.team(), call.costCenter(), call.at());
        add(costs, center, "|" + call.currency(), BigInteger.valueOf(call.picos()));
      }
    }
    for (var line : paid) {
      var part = line.until(end).subtract(line.until(start));
      var at = line.start().isBefore(start) ? start : line.start();
      var center = center(tree, line.team(), line.costCenter(), at);
      add(costs, center, line.category() + "|" + line.currency(), part);
    }
    return costs;
  }

  /// What cost centres used of a provider at list cost, in dollars.
  Map<String, BigInteger> used(MadeTree tree, String provider, Instant start, Instant end) {
    var used = new TreeMap<String, BigInteger>();
    for (var call : calls) {
      var center = center(tree, call.team(), call.costCenter(), call.at());
      if (!call.at().isBefore(start)
          && call.at().isBefore(end)
          && call.provider().equals(provider)
          && call.currency().equals("USD")
          && !center.isEmpty()) {
        used.merge(center, BigInteger.valueOf(call.listPicos()), BigInteger::add);
      }
    }
    return used;
  }

  private static String center(MadeTree tree, String team, String stated, Instant at) {
    return tree.places(team, stated, at).getOrDefault("cost_center", "");
  }

  private static void add(
      Map<String, Map<String, BigInteger>> costs, String center, String of, BigInteger picos) {
    costs.computeIfAbsent(center, _ -> new TreeMap<>()).merge(of, picos, BigInteger::add);
  }

  private static <T> T one(RandomGenerator random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static String text(Instant instant) {
    return instant.toString().replace("T", " ").replace("Z", "");
  }
}
