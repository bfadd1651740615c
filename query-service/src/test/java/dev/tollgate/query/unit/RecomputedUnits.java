package dev.tollgate.query.unit;

import dev.tollgate.proto.query.v1.CostScope;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.query.cost.MadeRates;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.outcome.Said;
import dev.tollgate.query.outcome.Superseding;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/// An answer to `GetUnitEconomics`, computed from what was made up, without the product's code.
@NullMarked
public final class RecomputedUnits {
  private static final class Money {
    BigDecimal model = BigDecimal.ZERO;
    BigDecimal other = BigDecimal.ZERO;
    BigDecimal revenue = BigDecimal.ZERO;
    long unpriced;

    /* What a row says of it. */
    void addRounded(Money more) {
      model = model.add(rounded(more.model));
      other = other.add(rounded(more.other));
      revenue = revenue.add(rounded(more.revenue));
      unpriced += more.unpriced;
    }
  }

  private static final class Counts {
    long events;
    long requests;
    long successes;
    long tokens;
    final Map<String, Set<String>> distinct = new HashMap<>();

    long distinct(String name) {
      return distinct.getOrDefault(name, Set.of()).size();
    }
  }

  private final GetUnitEconomicsRequest request;
  private final Instant start;
  private final Instant end;
  private final boolean grouped;
  private final MadeRates rates;
  private final Map<List<String>, Map<String, Money>> money = new HashMap<>();
  private final Map<List<String>, Counts> counts = new HashMap<>();
  private final Map<String, Map<String, BigDecimal>> users = new TreeMap<>();

  /// @param grouped whether of groups, and not of all together
  /// @param kept whether filters and pins keep what has such dimensions
  /// @param rates by which amounts are converted
  RecomputedUnits(
      List<Entry> entries,
      List<Said> outcomes,
      List<Paid> paid,
      Predicate<Function<String, String>> kept,
      GetUnitEconomicsRequest request,
      MadeRates rates,
      boolean grouped) {
    this.request = request;
    this.rates = rates;
    this.grouped = grouped;
    this.start = instant(request.getStartTime());
    this.end = instant(request.getEndTime());
    for (var entry : entries) {
      if (isIn(entry.time()) && kept.test(entry::value)) {
        add(entry);
      }
    }
    if (request.getScope() == CostScope.COST_SCOPE_FULL) {
      for (var line : counting(paid)) {
        var part = worth(new BigDecimal(part(line)), line.currency(), line.start());
        if (kept.test(line::value) && touches(line)) {
          var into = into(line::value, line.currency());
          into.other = into.other.add(part);
        }
      }
    }
    if (!request.getRevenueKind().isEmpty()) {
      for (var said : Said.counting(outcomes)) {
        if (kept.test(said::value)
            && isIn(said.time())
            && said.kind().equals(request.getRevenueKind())
            && said.result().equals("SUCCESS")
            && !said.currency().isEmpty()) {
          var into = into(said::value, said.currency());
          var value = worth(BigDecimal.valueOf(said.valuePicos()), said.currency(), said.time());
          into.revenue = into.revenue.add(value);
        }
      }
    }
  }

  private void add(Entry entry) {
    var own = BigDecimal.valueOf(entry.costPicos()).multiply(BigDecimal.valueOf(entry.sign()));
    var cost = worth(own, entry.currency(), entry.time());
    var into = into(entry::value, entry.currency());
    into.model = into.model.add(cost);
    into.unpriced += entry.isUnpriced() ? entry.sign() : 0;
    var count = counts.computeIfAbsent(group(entry::value), any -> new Counts());
    count.events += entry.sign();
    count.requests += entry.attempt() > 1 ? 0 : entry.sign();
    count.successes += entry.terminalStatus().equals("SUCCESS") ? entry.sign() : 0;
    count.tokens += (entry.inputTokens() + entry.outputTokens()) * entry.sign();
    for (var name : List.of("interaction", "session", "user", "feature")) {
      if (entry.seq() == 0 && !entry.value(name).isEmpty()) {
        count.distinct.computeIfAbsent(name, any -> new HashSet<>()).add(entry.value(name));
      }
    }
    if (!entry.value("user").isEmpty()) {
      users
          .computeIfAbsent(rates.currency(entry.currency()), any -> new HashMap<>())
          .merge(entry.value("user"), cost, BigDecimal::add);
    }
  }

  private BigDecimal worth(BigDecimal picos, String currency, Instant time) {
    return picos.multiply(rates.worth(currency, time));
  }

  private boolean isIn(Instant time) {
    return !time.isBefore(start) && time.isBefore(end);
  }

  private boolean touches(Paid line) {
    return line.start().equals(line.end())
        ? isIn(line.start())
        : line.start().isBefore(end) && line.end().isAfter(start);
  }

  /* What falls before an instant is cut off toward zero; a part is the difference of two. */
  private BigInteger part(Paid line) {
    return line.start().equals(line.end())
        ? BigInteger.valueOf(line.amountPicos())
        : before(line, end).subtract(before(line, start));
  }

  /// What of a line lies before a time, in picos.
  public static BigInteger before(Paid line, Instant time) {
    var total = line.end().toEpochMilli() - line.start().toEpochMilli();
    var elapsed = Math.clamp(time.toEpochMilli() - line.start().toEpochMilli(), 0, total);
    return new BigDecimal(line.amountPicos())
        .multiply(BigDecimal.valueOf(elapsed))
        .divide(BigDecimal.valueOf(total), 0, RoundingMode.DOWN)
        .toBigInteger();
  }

  /// Those that are not superseded.
  public static List<Paid> counting(List<Paid> lines) {
    return Superseding.counting(
        lines, Paid::id, Paid::supersedes, Comparator.comparing(Paid::received));
  }

  private Money into(Function<String, String> value, String currency) {
    var group = request.getGroupByList().stream().map(value).toList();
    return into(money, group, rates.currency(currency));
  }

  private static Money into(
      Map<List<String>, Map<String, Money>> money, List<String> group, String currency) {
    return money
        .computeIfAbsent(group, any -> new TreeMap<>())
        .computeIfAbsent(currency, any -> new Money());
  }

  private List<String> group(Function<String, String> value) {
    return grouped ? request.getGroupByList().stream().map(value).toList() : List.of();
  }

  /// The rows, each as a text, in no order.
  List<String> rows() {
    var said = new HashMap<List<String>, Map<String, Money>>();
    money.forEach((group, byCurrency) ->
        byCurrency.forEach(
            (currency, of) -> into(said, grouped ? group : List.of(), currency).addRounded(of)));
    var rows = new ArrayList<String>();
    said.forEach((group, byCurrency) ->
        byCurrency.forEach((currency, of) ->
            rows.add(text(group, currency, of, counts.getOrDefault(group, new Counts())))));
    return rows;
  }

  /// What each group cost and brought in a currency, not rounded.
  void each(Visitor visitor) {
    money.forEach((group, byCurrency) ->
        byCurrency.forEach((currency, of) ->
            visitor.visit(group, currency, of.model, of.other, of.revenue, of.unpriced)));
  }

  /// Takes the sums of a group in a currency.
  interface Visitor {
    void visit(
        List<String> group,
        String currency,
        BigDecimal model,
        BigDecimal other,
        BigDecimal revenue,
        long unpriced);
  }

  /// What the dearest users make up in each currency.
  List<String> users() {
    var texts = new ArrayList<String>();
    users.forEach((currency, costs) -> {
      var sorted = costs.values().stream().sorted(Comparator.reverseOrder()).toList();
      var top = (sorted.size() + 99) / 100;
      texts.add(
          currency
              + " "
              + top
              + " of "
              + sorted.size()
              + ": "
              + text(rounded(sum(sorted.subList(0, top))))
              + " of "
              + text(rounded(sum(sorted))));
    });
    return texts;
  }

  private static BigDecimal sum(List<BigDecimal> amounts) {
    return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /// To whole picos.
  static BigDecimal rounded(BigDecimal picos) {
    return picos.setScale(0, RoundingMode.HALF_EVEN);
  }

  private String text(List<String> group, String currency, Money of, Counts counts) {
    var cost = of.model.add(of.other);
    var text = new ArrayList<String>();
    text.add(group + " " + currency + " " + text(cost) + " = " + text(of.model));
    if (request.getScope() == CostScope.COST_SCOPE_FULL) {
      text.add("+ " + text(of.other));
    }
    text.add("%d events".formatted(counts.events));
    text.add("request " + counts.requests + " " + per(cost, counts.requests));
    text.add("success " + counts.successes + " " + per(cost, counts.successes));
    for (var name : List.of("interaction", "session", "user", "feature")) {
      text.add(name + " " + counts.distinct(name) + " " + per(cost, counts.distinct(name)));
    }
    var thousandfold = cost.multiply(BigDecimal.valueOf(1_000));
    text.add("tokens " + counts.tokens + " " + per(thousandfold, counts.tokens));
    if (!request.getRevenueKind().isEmpty()) {
      text.add("revenue " + text(of.revenue) + " margin " + text(of.revenue.subtract(cost)));
    }
    text.add("unpriced " + of.unpriced);
    return String.join(", ", text);
  }

  private static String per(BigDecimal picos, long count) {
    return count <= 0
        ? "none"
        : picos
            .movePointLeft(12)
            .divide(BigDecimal.valueOf(count), 12, RoundingMode.HALF_EVEN)
            .toPlainString();
  }

  private static String text(BigDecimal picos) {
    return new BigDecimal(picos.toBigIntegerExact(), 12).toPlainString();
  }

  private static Instant instant(com.google.protobuf.Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
