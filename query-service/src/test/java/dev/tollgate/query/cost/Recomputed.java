package dev.tollgate.query.cost;

import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.calendar.Step;
import dev.tollgate.query.calendar.WallClock;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// The answer to a question about cost, found by going through all rows one by one: no SQL, no
/// rollup, and nothing of what the service does. Only when the time compared with begins and ends
/// it takes from the answer; another test is about that.
@NullMarked
final class Recomputed {
  private record Key(Instant start, boolean other, List<String> group, String currency) {
    Key withoutCurrency() {
      return new Key(start, other, group, "");
    }
  }

  private final List<LedgerRow> rows;
  private final String tenant;
  private final Map<String, String> pins;
  private final GetCostRequest request;
  private final GetCostResponse answer;
  private final ZoneId zone;
  private final Set<List<String>> own = new HashSet<>();
  private final Map<List<Object>, Instant> begins;
  private final MadeRates rates;

  /// Of a question that converts nothing.
  ///
  /// @param begins what was found before, of which there is much to find
  Recomputed(
      List<LedgerRow> rows,
      String tenant,
      Map<String, String> pins,
      GetCostRequest request,
      GetCostResponse answer,
      Map<List<Object>, Instant> begins) {
    this(rows, tenant, pins, request, answer, begins, MadeRates.NONE);
  }

  Recomputed(
      List<LedgerRow> rows,
      String tenant,
      Map<String, String> pins,
      GetCostRequest request,
      GetCostResponse answer,
      Map<List<Object>, Instant> begins,
      MadeRates rates) {
    this.rates = rates;
    this.rows = rows;
    this.tenant = tenant;
    this.pins = pins;
    this.request = request;
    this.answer = answer;
    this.begins = begins;
    this.zone = ZoneId.of(request.getTimeZone().isEmpty() ? "UTC" : request.getTimeZone());
    if (request.getTop() > 0) {
      findOwn();
    }
  }

  /// The lines as text, dearest first within a time bucket.
  List<String> rows() {
    return lines().entrySet().stream().sorted(order()).map(each -> text(each, true)).toList();
  }

  /// One line per currency: what the lines say, added up.
  List<String> totals() {
    var totals = new HashMap<Key, ExactSums>();
    lines()
        .forEach((key, line) ->
            totals
                .computeIfAbsent(
                    new Key(Instant.EPOCH, false, List.of(), key.currency), k -> new ExactSums())
                .plus(line));
    return totals.entrySet().stream()
        .sorted(Comparator.comparing(each -> each.getKey().currency))
        .map(each -> text(each, false))
        .toList();
  }

  /// What lines say that have no value of the dimension in that place, added up; without `top`.
  String unattributed(int group) {
    return lines().entrySet().stream()
        .filter(each -> each.getKey().group.get(group).isEmpty())
        .map(each -> each.getValue().get("cost"))
        .reduce(BigInteger::add)
        .map(Recomputed::money)
        .orElse(money(BigInteger.ZERO));
  }

  /// How long the calls of each row took that have a known time; ascending.
  ///
  /// @param grouped whether of the rows, and not of the totals
  Times times(boolean grouped, boolean firstToken) {
    var times = new HashMap<Key, List<Integer>>();
    for (var row : rows) {
      var attempt = row.attempt();
      var millis = firstToken ? attempt.firstTokenMillis() : attempt.latencyMillis();
      if (millis > 0 && wanted(row) && isNow(row) && row.isCharge()) {
        var begin = grouped ? begin(row.time()) : Instant.EPOCH;
        var key = key(row, grouped, begin).withoutCurrency();
        times.computeIfAbsent(key, any -> new ArrayList<>()).add(millis);
      }
    }
    times.values().forEach(Collections::sort);
    return row -> {
      var start = Instant.ofEpochSecond(row.getStartTime().getSeconds());
      return times.getOrDefault(new Key(start, row.getOther(), row.getGroupList(), ""), List.of());
    };
  }

  /// What was found of the row of an answer.
  interface Times {
    List<Integer> of(CostRow row);
  }

  private Comparator<Map.Entry<Key, ExactSums>> order() {
    return Comparator.comparing((Map.Entry<Key, ExactSums> each) -> each.getKey().start)
        .thenComparing(each -> each.getKey().other)
        .thenComparing(each -> each.getValue().get("cost"), Comparator.reverseOrder())
        .thenComparing(each -> stored(each.getKey().group), Recomputed::compareTexts)
        .thenComparing(each -> each.getKey().currency);
  }

  private void findOwn() {
    var costs = new HashMap<String, Map<List<String>, BigDecimal>>();
    for (var row : rows) {
      if (wanted(row) && isNow(row)) {
        var cost = amount(row, row.costPicos()).multiply(BigDecimal.valueOf(row.sign()));
        costs
            .computeIfAbsent(rates.currency(row.currency()), each -> new HashMap<>())
            .merge(group(row), cost, BigDecimal::add);
      }
    }
    for (var ofCurrency : costs.values()) {
      ofCurrency.entrySet().stream()
          .sorted(
              Comparator.comparing(
                      (Map.Entry<List<String>, BigDecimal> each) ->
                          ExactSums.rounded(each.getValue()),
                      Comparator.reverseOrder())
                  .thenComparing(each -> stored(each.getKey()), Recomputed::compareTexts))
          .limit(request.getTop())
          .forEach(each -> own.add(each.getKey()));
    }
  }

  private Map<Key, ExactSums> lines() {
    var lines = new HashMap<Key, ExactSums>();
    for (var row : rows) {
      if (!wanted(row)) {
        continue;
      }
      if (isNow(row)) {
        add(lines.computeIfAbsent(key(row, true, begin(row.time())), k -> new ExactSums()), row);
      } else if (isEarlier(row)) {
        var line = lines.computeIfAbsent(key(row, true, beginNow(row)), k -> new ExactSums());
        line.add("previous_cost", amount(row, row.costPicos()), row.sign());
        line.add("previous_events", 1, row.sign());
        line.add("previous_unpriced", isUnpriced(row) ? 1 : 0, row.sign());
      }
    }
    return lines;
  }

  private boolean isNow(LedgerRow row) {
    return isWithin(row, instant(request.getStartTime()), instant(request.getEndTime()));
  }

  private boolean isEarlier(LedgerRow row) {
    return answer.hasPreviousStartTime()
        && isWithin(
            row, instant(answer.getPreviousStartTime()), instant(answer.getPreviousEndTime()));
  }

  private static boolean isWithin(LedgerRow row, Instant start, Instant end) {
    return !row.time().isBefore(start) && row.time().isBefore(end);
  }

  private boolean wanted(LedgerRow row) {
    return row.tenant().equals(tenant)
        && pins.entrySet().stream().allMatch(pin -> row.value(pin.getKey()).equals(pin.getValue()))
        && request.getFiltersList().stream()
            .allMatch(filter -> kept(filter, row.value(filter.getDimension())));
  }

  private static boolean kept(Filter filter, String value) {
    return switch (filter.getOperator()) {
      case FILTER_OPERATOR_NOT_IN -> !filter.getValuesList().contains(value);
      case FILTER_OPERATOR_PREFIX -> filter.getValuesList().stream().anyMatch(value::startsWith);
      case FILTER_OPERATOR_MISSING -> value.isEmpty();
      default -> filter.getValuesList().contains(value);
    };
  }

  private Key key(LedgerRow row, boolean grouped, Instant begin) {
    if (!grouped) {
      return new Key(Instant.EPOCH, false, List.of(), rates.currency(row.currency()));
    }
    var group = group(row);
    var other = request.getTop() > 0 && !own.contains(group);
    return new Key(
        begin,
        other,
        other ? group.stream().map(any -> "").toList() : group,
        rates.currency(row.currency()));
  }

  private List<String> group(LedgerRow row) {
    return request.getGroupByList().stream().map(row::value).toList();
  }

  private Instant begin(Instant time) {
    return switch (request.getGranularity()) {
      case GRANULARITY_MINUTE -> begin(Step.MINUTE, time);
      case GRANULARITY_QUARTER_HOUR -> begin(Step.QUARTER_HOUR, time);
      case GRANULARITY_HOUR -> begin(Step.HOUR, time);
      case GRANULARITY_DAY -> begin(Step.DAY, time);
      case GRANULARITY_WEEK -> begin(Step.WEEK, time);
      case GRANULARITY_MONTH -> begin(Step.MONTH, time);
      default -> Instant.EPOCH;
    };
  }

  private Instant begin(Step step, Instant time) {
    var minute = time.getEpochSecond() / 60;
    return begins.computeIfAbsent(
        List.of(step, zone, minute), key -> WallClock.begin(step, zone, time));
  }

  /* The bucket that an entry of the time compared with is compared with. */
  private Instant beginNow(LedgerRow row) {
    var first = LocalDate.ofInstant(instant(request.getStartTime()), zone);
    var last = LocalDate.ofInstant(instant(request.getEndTime()).minusNanos(1), zone);
    var date = LocalDate.ofInstant(row.time(), zone);
    var days = ChronoUnit.DAYS.between(first, last) + 1;
    var months = ChronoUnit.MONTHS.between(YearMonth.from(first), YearMonth.from(last)) + 1;
    return switch (request.getGranularity()) {
      case GRANULARITY_UNSPECIFIED -> Instant.EPOCH;
      case GRANULARITY_DAY, GRANULARITY_WEEK ->
          leavesNothing(Period.ofDays((int) days))
              ? begin(row.time().plus(length()))
              : begin(noon(date.plusDays(days)));
      case GRANULARITY_MONTH ->
          leavesNothing(Period.ofMonths((int) months))
              ? begin(row.time().plus(length()))
              : begin(noon(date.withDayOfMonth(2).plusMonths(months)));
      default -> begin(row.time().plus(length()));
    };
  }

  private Duration length() {
    return Duration.between(instant(request.getStartTime()), instant(request.getEndTime()));
  }

  private boolean leavesNothing(Period back) {
    var start = instant(request.getStartTime()).atZone(zone).toLocalDateTime().minus(back);
    var end = instant(request.getEndTime()).atZone(zone).toLocalDateTime().minus(back);
    return !end.atZone(zone).toInstant().isAfter(start.atZone(zone).toInstant());
  }

  private Instant noon(LocalDate date) {
    return date.atTime(12, 0).atZone(zone).toInstant();
  }

  private static boolean isUnpriced(LedgerRow row) {
    return List.of("UNPRICED_MODEL", "UNPRICED_BUCKET", "USAGE_MISSING", "USAGE_INVALID")
        .contains(row.chargeStatus());
  }

  private BigDecimal amount(LedgerRow row, long picos) {
    return picos == 0
        ? BigDecimal.ZERO
        : BigDecimal.valueOf(picos).multiply(rates.worth(row.currency(), row.time()));
  }

  private void add(ExactSums line, LedgerRow row) {
    var sign = row.sign();
    line.add("cost", amount(row, row.costPicos()), sign);
    line.add("list_cost", amount(row, row.listCostPicos()), sign);
    line.add("events", 1, sign);
    line.add("retries", row.attempt().number() > 1 ? 1 : 0, sign);
    line.add("requests", row.attempt().number() > 1 ? 0 : 1, sign);
    line.add(
        "errors", List.of("SUCCESS", "CANCELLED").contains(row.terminalStatus()) ? 0 : 1, sign);
    line.add("unpriced", isUnpriced(row) ? 1 : 0, sign);
    line.add("input", row.tokens().input(), sign);
    line.add("cache_read", row.tokens().cacheRead(), sign);
    line.add("cache_write", row.tokens().cacheWrite(), sign);
    line.add("output", row.tokens().output(), sign);
    line.add("reasoning", row.tokens().reasoning(), sign);
    row.attempt()
        .usage()
        .forEach((name, quantity) -> line.usage().merge(name, quantity * sign, Long::sum));
    line.usage().values().removeIf(quantity -> quantity == 0);
  }

  private String text(Map.Entry<Key, ExactSums> each, boolean grouped) {
    var key = each.getKey();
    var line = each.getValue();
    var text = new ArrayList<String>();
    text.add(key.start + (key.other ? " other " : " ") + (grouped ? key.group : List.of()));
    text.add(key.currency);
    text.add("cost " + money(line.get("cost")));
    counts(text, line, "events", "unpriced");
    if (asks(Measure.MEASURE_ERRORS, true)) {
      counts(text, line, "errors");
    }
    if (asks(Measure.MEASURE_TOKENS, true)) {
      counts(text, line, "input", "cache_read", "cache_write", "output", "reasoning");
    }
    if (asks(Measure.MEASURE_LIST_COST, false)) {
      text.add("list " + money(line.get("list_cost")));
    }
    if (asks(Measure.MEASURE_REQUESTS, false)) {
      counts(text, line, "requests", "retries");
    }
    if (asks(Measure.MEASURE_USAGE, false)) {
      text.add(line.usage().toString());
    }
    if (asks(Measure.MEASURE_COST_PER_1000_TOKENS, false)) {
      var tokens = line.get("input").add(line.get("output"));
      text.add("per 1000 " + per(line.get("cost").multiply(BigInteger.valueOf(1_000)), tokens));
    }
    if (asks(Measure.MEASURE_COST_PER_REQUEST, false)) {
      text.add("per request " + per(line.get("cost"), line.get("requests")));
    }
    if (answer.hasPreviousStartTime()) {
      text.add("previous " + money(line.get("previous_cost")));
      counts(text, line, "previous_events", "previous_unpriced");
    }
    return String.join(" ", text);
  }

  private boolean asks(Measure measure, boolean byDefault) {
    return request.getMeasuresCount() == 0
        ? byDefault
        : request.getMeasuresList().contains(measure);
  }

  private static void counts(List<String> text, ExactSums line, String... names) {
    Stream.of(names).forEach(name -> text.add(name + " " + line.get(name)));
  }

  private static String money(BigInteger picos) {
    return new BigDecimal(picos, 12).toPlainString();
  }

  private static String per(BigInteger picos, BigInteger divisor) {
    return divisor.signum() <= 0
        ? "none"
        : new BigDecimal(picos, 12)
            .divide(new BigDecimal(divisor), 12, RoundingMode.HALF_EVEN)
            .toPlainString();
  }

  /* A group as the ledger orders it: users by their surrogates. */
  private List<String> stored(List<String> group) {
    var stored = new ArrayList<>(group);
    var user = request.getGroupByList().indexOf("user");
    if (user >= 0) {
      stored.set(user, TestLedger.surrogate(tenant, stored.get(user)));
    }
    return stored;
  }

  /* As ClickHouse compares: by bytes. */
  private static int compareTexts(List<String> one, List<String> other) {
    for (var i = 0; i < one.size(); i++) {
      var difference =
          Arrays.compareUnsigned(
              one.get(i).getBytes(StandardCharsets.UTF_8),
              other.get(i).getBytes(StandardCharsets.UTF_8));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static Instant instant(com.google.protobuf.Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
