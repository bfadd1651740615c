package dev.tollgate.query.search;

import dev.tollgate.proto.query.v1.SearchOrder;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/// The answer to a search, found by going through all made events one by one: no SQL, and nothing
/// of what the service does.
@NullMarked
final class Searched {
  private static final Set<String> UNPRICED = Set.of("UNPRICED_MODEL", "USAGE_INVALID");

  /// An event in one currency, with its entries in the range.
  record Line(MadeEvent event, String currency, List<MadeEvent.Entry> entries) {
    BigInteger cost(String kind) {
      return entries.stream()
          .filter(entry -> kind.isEmpty() || entry.kind().equals(kind))
          .map(entry ->
              BigInteger.valueOf(entry.costPicos()).multiply(BigInteger.valueOf(entry.sign())))
          .reduce(BigInteger.ZERO, BigInteger::add);
    }

    BigInteger cost() {
      return cost("");
    }

    int events() {
      return entries.stream().mapToInt(MadeEvent.Entry::sign).sum();
    }

    int unpriced() {
      return entries.stream()
          .filter(entry -> UNPRICED.contains(entry.chargeStatus()))
          .mapToInt(MadeEvent.Entry::sign)
          .sum();
    }

    MadeEvent.Entry latest() {
      return entries.stream().max(Comparator.comparingInt(MadeEvent.Entry::seq)).orElseThrow();
    }
  }

  private final List<MadeEvent> events;
  private final String tenant;
  private final Map<String, String> pins;
  private final SearchUsageRequest request;
  private final List<String> ends;

  Searched(
      List<MadeEvent> events, String tenant, Map<String, String> pins, SearchUsageRequest request) {
    this.events = events;
    this.tenant = tenant;
    this.pins = pins;
    this.request = request;
    this.ends =
        request.getTerminalStatusesList().stream()
            .map(status -> status.name().replace("TERMINAL_STATUS_", ""))
            .toList();
  }

  /// In the order of the answer.
  List<Line> lines() {
    var lines = new ArrayList<Line>();
    for (var event : events) {
      if (wanted(event)) {
        var byCurrency = new TreeMap<String, List<MadeEvent.Entry>>();
        event.entries().stream()
            .filter(entry -> isInRange(entry.counted()))
            .forEach(entry ->
                byCurrency.computeIfAbsent(entry.currency(), any -> new ArrayList<>()).add(entry));
        byCurrency.forEach((currency, entries) -> lines.add(new Line(event, currency, entries)));
      }
    }
    return lines.stream().filter(this::wanted).sorted(order()).toList();
  }

  private Comparator<Line> order() {
    var newest = Comparator.comparing((Line line) -> line.event.time()).reversed();
    var byId =
        (Comparator<Line>)
            (one, other) ->
                Arrays.compareUnsigned(
                    one.event.id().getBytes(StandardCharsets.UTF_8),
                    other.event.id().getBytes(StandardCharsets.UTF_8));
    var byCurrency = Comparator.comparing(Line::currency);
    return request.getOrder() == SearchOrder.SEARCH_ORDER_DEAREST_FIRST
        ? byCurrency
            .thenComparing(Comparator.comparing((Line line) -> line.cost()).reversed())
            .thenComparing(newest)
            .thenComparing(byId)
        : newest.thenComparing(byId).thenComparing(byCurrency);
  }

  private boolean isInRange(Instant time) {
    return !time.isBefore(Instant.ofEpochSecond(request.getStartTime().getSeconds()))
        && time.isBefore(Instant.ofEpochSecond(request.getEndTime().getSeconds()));
  }

  private boolean wanted(MadeEvent event) {
    return event.tenant().equals(tenant)
        && pins.entrySet().stream()
            .allMatch(pin -> pin.getValue().equals(event.dimensions().get(pin.getKey())))
        && request.getFiltersList().stream()
            .allMatch(
                filter -> filter.getValuesList().contains(value(event, filter.getDimension())))
        && (ends.isEmpty() || ends.contains(event.terminalStatus()));
  }

  private static String value(MadeEvent event, String dimension) {
    return event
        .dimensions()
        .getOrDefault(dimension.equals("tags.tier") ? "feature" : dimension, "");
  }

  private boolean wanted(Line line) {
    var statuses =
        request.getChargeStatusesList().stream()
            .map(status -> status.name().replace("CHARGE_STATUS_", ""))
            .toList();
    var floor = request.getMinCost();
    return (statuses.isEmpty() || statuses.contains(line.latest().chargeStatus()))
        && (!request.hasMinCost()
            || (line.currency.equals(floor.getCurrencyCode())
                && new BigDecimal(line.cost(), 12).compareTo(new BigDecimal(floor.getAmount()))
                    >= 0));
  }
}
