package dev.tollgate.query.cost;

import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.query.calendar.Step;
import dev.tollgate.query.calendar.WallClock;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;

/// The answer to a question about cost, found by going through all rows one by one: no SQL, no
/// rollup, and nothing of what the service does.
@NullMarked
final class Recomputed {
  /// A line of the answer as text, to be compared with what the service says.
  record Line(
      Instant start, List<String> group, String currency, BigInteger cost, List<Long> counts) {
    String text() {
      return start
          + " "
          + group
          + " "
          + new BigDecimal(cost, 12).toPlainString()
          + " "
          + currency
          + " "
          + counts;
    }
  }

  private static final List<Long> ZEROS = Collections.nCopies(8, 0L);

  private record Key(Instant start, List<String> group, String currency) {}

  private final List<LedgerRow> rows;
  private final Map<List<Object>, Instant> begins = new HashMap<>();

  Recomputed(List<LedgerRow> rows) {
    this.rows = rows;
  }

  /// The lines, dearest first within a time bucket.
  List<String> rows(String tenant, Map<String, String> pins, GetCostRequest request) {
    return lines(tenant, pins, request, true).stream()
        .sorted(
            Comparator.comparing(Line::start)
                .thenComparing(Line::cost, Comparator.reverseOrder())
                .thenComparing(line -> stored(tenant, line, request), Recomputed::compareTexts)
                .thenComparing(Line::currency))
        .map(Line::text)
        .toList();
  }

  /// One line per currency.
  List<String> totals(String tenant, Map<String, String> pins, GetCostRequest request) {
    return lines(tenant, pins, request, false).stream()
        .sorted(Comparator.comparing(Line::currency))
        .map(Line::text)
        .toList();
  }

  private List<Line> lines(
      String tenant, Map<String, String> pins, GetCostRequest request, boolean grouped) {
    var sums = new HashMap<Key, Line>();
    for (var row : rows) {
      if (row.tenant().equals(tenant) && within(row, request) && wanted(row, pins, request)) {
        var key = key(row, request, grouped);
        var line =
            sums.getOrDefault(
                key, new Line(key.start, key.group, key.currency, BigInteger.ZERO, ZEROS));
        sums.put(key, plus(line, row));
      }
    }
    return new ArrayList<>(sums.values());
  }

  private static boolean within(LedgerRow row, GetCostRequest request) {
    return !row.time().isBefore(instant(request.getStartTime()))
        && row.time().isBefore(instant(request.getEndTime()));
  }

  private static boolean wanted(LedgerRow row, Map<String, String> pins, GetCostRequest request) {
    for (var pin : pins.entrySet()) {
      if (!row.value(pin.getKey()).equals(pin.getValue())) {
        return false;
      }
    }
    for (Filter filter : request.getFiltersList()) {
      if (!kept(filter, row.value(filter.getDimension()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean kept(Filter filter, String value) {
    return switch (filter.getOperator()) {
      case FILTER_OPERATOR_NOT_IN -> !filter.getValuesList().contains(value);
      case FILTER_OPERATOR_PREFIX -> filter.getValuesList().stream().anyMatch(value::startsWith);
      case FILTER_OPERATOR_MISSING -> value.isEmpty();
      default -> filter.getValuesList().contains(value);
    };
  }

  private Key key(LedgerRow row, GetCostRequest request, boolean grouped) {
    var group =
        grouped ? request.getGroupByList().stream().map(row::value).toList() : List.<String>of();
    return new Key(grouped ? begin(row.time(), request) : Instant.EPOCH, group, row.currency());
  }

  private Instant begin(Instant time, GetCostRequest request) {
    var zone = ZoneId.of(request.getTimeZone().isEmpty() ? "UTC" : request.getTimeZone());
    return switch (request.getGranularity()) {
      case GRANULARITY_MINUTE -> begin(Step.MINUTE, zone, time);
      case GRANULARITY_QUARTER_HOUR -> begin(Step.QUARTER_HOUR, zone, time);
      case GRANULARITY_WEEK -> begin(Step.WEEK, zone, time);
      case GRANULARITY_HOUR -> begin(Step.HOUR, zone, time);
      case GRANULARITY_DAY -> begin(Step.DAY, zone, time);
      case GRANULARITY_MONTH -> begin(Step.MONTH, zone, time);
      default -> Instant.EPOCH;
    };
  }

  private Instant begin(Step step, ZoneId zone, Instant time) {
    var minute = time.getEpochSecond() / 60;
    return begins.computeIfAbsent(
        List.of(step, zone, minute), key -> WallClock.begin(step, zone, time));
  }

  private static Line plus(Line line, LedgerRow row) {
    var sign = row.sign();
    var unpriced =
        List.of("UNPRICED_MODEL", "UNPRICED_BUCKET", "USAGE_MISSING", "USAGE_INVALID")
            .contains(row.chargeStatus());
    var failed = !List.of("SUCCESS", "CANCELLED").contains(row.terminalStatus());
    var added =
        List.of(
            1L,
            failed ? 1L : 0L,
            unpriced ? 1L : 0L,
            row.tokens().input(),
            row.tokens().cacheRead(),
            row.tokens().cacheWrite(),
            row.tokens().output(),
            row.tokens().reasoning());
    var counts =
        IntStream.range(0, added.size())
            .mapToObj(i -> line.counts.get(i) + sign * added.get(i))
            .toList();
    var cost =
        line.cost.add(BigInteger.valueOf(row.costPicos()).multiply(BigInteger.valueOf(sign)));
    return new Line(line.start, line.group, line.currency, cost, counts);
  }

  /* The line's group as the ledger orders it: users by their surrogates. */
  private static List<String> stored(String tenant, Line line, GetCostRequest request) {
    var group = new ArrayList<>(line.group);
    var user = request.getGroupByList().indexOf("user");
    if (user >= 0) {
      group.set(user, TestLedger.surrogate(tenant, group.get(user)));
    }
    return group;
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
