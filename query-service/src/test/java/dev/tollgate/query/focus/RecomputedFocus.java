package dev.tollgate.query.focus;

import dev.tollgate.proto.query.v1.FocusRow;
import dev.tollgate.query.unit.Paid;
import dev.tollgate.query.unit.RecomputedUnits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// What an export must hold, from what was stored: rows as texts, in no order.
@NullMarked
final class RecomputedFocus {
  private final LocalDate start;
  private final LocalDate end;
  private final List<String> groups;

  RecomputedFocus(LocalDate start, LocalDate end, List<String> groups) {
    this.start = start;
    this.end = end;
    this.groups = groups;
  }

  private static final class Sum {
    BigInteger cost = BigInteger.ZERO;
    BigInteger list = BigInteger.ZERO;
    long calls;
    long unpriced;
    final Map<String, Long> tokens = new TreeMap<>();

    boolean isNothing() {
      return cost.signum() == 0
          && list.signum() == 0
          && calls == 0
          && tokens.values().stream().allMatch(each -> each == 0);
    }
  }

  List<String> usage(List<Map<String, Object>> entries, Predicate<Map<String, Object>> kept) {
    var sums = new HashMap<String, Sum>();
    for (var entry : entries) {
      var day = LocalDate.parse(text(entry, "event_time").substring(0, 10));
      if (!day.isBefore(start) && day.isBefore(end) && kept.test(entry)) {
        add(sums.computeIfAbsent(key(entry, day), any -> new Sum()), entry);
      }
    }
    return sums.entrySet().stream()
        .filter(each -> !each.getValue().isNothing())
        .map(each -> each.getKey() + written(each.getValue()))
        .toList();
  }

  private String key(Map<String, Object> entry, LocalDate day) {
    var correction = !text(entry, "origin_time").startsWith("1970");
    var key =
        new ArrayList<>(
            List.of(
                day.toString(),
                named(text(entry, "provider")),
                named(text(entry, "model")),
                text(entry, "region"),
                text(entry, "service_tier"),
                text(entry, "currency"),
                text(entry, "price_book"),
                text(entry, "charge_status"),
                correction ? "Correction" : ""));
    return key + tags(group -> value(entry, group));
  }

  private String tags(Function<String, String> value) {
    var tags = new TreeMap<String, String>();
    for (var group : groups) {
      if (!value.apply(group).isEmpty()) {
        tags.put(
            group.startsWith("tags.") ? group.substring(5) : "tollgate:" + group,
            value.apply(group));
      }
    }
    return tags.toString();
  }

  private static String value(Map<String, Object> entry, String group) {
    return group.equals("tags.k")
        ? ((Map<?, ?>) entry.getOrDefault("tags", Map.of())).values().iterator().next().toString()
        : text(entry, group);
  }

  private static void add(Sum sum, Map<String, Object> entry) {
    var sign = Long.parseLong(text(entry, "sign"));
    sum.cost = sum.cost.add(picos(entry, "cost_picos", sign));
    sum.list = sum.list.add(picos(entry, "list_cost_picos", sign));
    sum.calls += sign;
    sum.unpriced += text(entry, "charge_status").startsWith("UNPRICED") ? sign : 0;
    for (var name : List.of("input", "cache_read", "cache_write", "output", "reasoning")) {
      sum.tokens.merge(name, Long.parseLong(text(entry, name + "_tokens")) * sign, Long::sum);
    }
  }

  private static String written(Sum sum) {
    return "%s of %s; %d calls, %d unpriced, %s"
        .formatted(units(sum.cost), units(sum.list), sum.calls, sum.unpriced, sum.tokens);
  }

  /// A row of calls as it was answered, in the same words.
  static String usage(FocusRow row) {
    var sku = row.getSkuId();
    var tier = row.getSkuPriceId().equals(sku) ? "" : row.getSkuPriceId().substring(sku.length());
    return List.of(
            row.getChargePeriodStart().substring(0, 10),
            row.getProviderName(),
            row.getServiceName(),
            row.getRegionId(),
            tier.isEmpty() ? "" : tier.substring(1),
            row.getBillingCurrency(),
            row.getXPriceBook(),
            row.getXChargeStatus(),
            row.getChargeClass())
        + FocusRules.tags(row).toString()
        + "%s of %s; %d calls, %d unpriced, %s"
            .formatted(
                row.getBilledCost(),
                row.getListCost(),
                row.getXRequests(),
                row.getXUnpricedRequests(),
                new TreeMap<>(
                    Map.of(
                        "input", row.getXInputTokens(),
                        "cache_read", row.getXCacheReadTokens(),
                        "cache_write", row.getXCacheWriteTokens(),
                        "output", row.getXOutputTokens(),
                        "reasoning", row.getXReasoningTokens())));
  }

  List<String> lines(List<Paid> lines, Predicate<Paid> kept) {
    return RecomputedUnits.counting(lines).stream().filter(kept).flatMap(this::days).toList();
  }

  private Stream<String> days(Paid line) {
    return start
        .datesUntil(end)
        .flatMap(day -> {
          var from = Instant.parse(day + "T00:00:00Z");
          var part = part(line, from, from.plus(Duration.ofDays(1)));
          return part.signum() == 0
              ? Stream.empty()
              : Stream.of(
                  "%s %s: %s %s %s"
                      .formatted(day, line.id(), units(part), line.currency(), tags(line::value)));
        });
  }

  private static BigInteger part(Paid line, Instant from, Instant to) {
    if (line.start().equals(line.end())) {
      var isIn = !line.start().isBefore(from) && line.start().isBefore(to);
      return isIn ? BigInteger.valueOf(line.amountPicos()) : BigInteger.ZERO;
    }
    return RecomputedUnits.before(line, to).subtract(RecomputedUnits.before(line, from));
  }

  /// A row of another cost as it was answered, in the same words.
  static String line(FocusRow row) {
    return "%s %s: %s %s %s"
        .formatted(
            row.getChargePeriodStart().substring(0, 10),
            row.getXCostId(),
            row.getBilledCost(),
            row.getBillingCurrency(),
            FocusRules.tags(row));
  }

  private static BigInteger picos(Map<String, Object> entry, String name, long sign) {
    return new BigInteger(text(entry, name)).multiply(BigInteger.valueOf(sign));
  }

  private static String units(BigInteger picos) {
    return new BigDecimal(picos, 12).toPlainString();
  }

  private static String named(String text) {
    return text.isEmpty() ? "Unattributed" : text;
  }

  private static String text(Map<String, Object> entry, String name) {
    return entry.getOrDefault(name, "").toString();
  }
}
