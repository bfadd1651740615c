package dev.tollgate.query.reconcile;

import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.ReconcileKey;
import dev.tollgate.proto.query.v1.ReconcileRow;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/// What a reconciliation must say, from what was stored and what was made up, as texts.
@NullMarked
final class RecomputedGaps {
  private final MadeReports reports;
  private final List<Map<String, Object>> ours;
  private final Map<Cell, List<Map<String, Object>>> byCell;
  private final List<String> rows = new ArrayList<>();

  RecomputedGaps(MadeReports reports, List<Map<String, Object>> entries) {
    this.reports = reports;
    this.ours =
        entries.stream()
            .filter(entry -> {
              var day = new MadeReports.Day(day(entry), text(entry, "provider"));
              return reports.usageDays().contains(day) || reports.costDays().contains(day);
            })
            .toList();
    this.byCell =
        ours.stream()
            .collect(
                Collectors.groupingBy(
                    entry -> new Cell(day(entry), text(entry, "provider"), text(entry, "model"))));
    for (var day : MadeReports.START.datesUntil(MadeReports.START.plusDays(9)).toList()) {
      for (var provider : List.of("anthropic", "azure", "openai")) {
        MadeReports.MODELS.forEach(model -> cell(day, provider, model));
      }
    }
  }

  private record Cell(LocalDate day, String provider, String model) {}

  List<String> rows() {
    return rows;
  }

  List<String> keys() {
    var sums = new TreeMap<String, String>();
    for (var provider : List.of("anthropic", "azure", "openai")) {
      for (var key : List.of("k1", "k2", "k3")) {
        if (reports.used().stream()
            .anyMatch(use -> use.provider().equals(provider) && use.key().equals(key))) {
          key(provider, key, sums);
        }
      }
    }
    return List.copyOf(sums.values());
  }

  private void cell(LocalDate day, String provider, String model) {
    var mine = mine(day, provider, model);
    var used = used(day, provider, model, use -> true);
    var isUsed =
        reports.used().stream()
            .anyMatch(use ->
                use.day().equals(day)
                    && use.provider().equals(provider)
                    && use.model().equals(model));
    var currencies = currencies(day, provider, model);
    if (currencies.isEmpty()) {
      if (isUsed) {
        rows.add(
            "%s %s %s: theirs none, ours none; %d of theirs, 0 of ours, 0 events; gaps none"
                .formatted(day, provider, model, used));
      }
      return;
    }
    var where = new MadeReports.Day(day, provider);
    var knowsTokens = reports.usageDays().contains(where) && currencies.size() == 1;
    for (var currency : currencies) {
      var entries =
          mine.stream().filter(entry -> text(entry, "currency").equals(currency)).toList();
      var cost = cost(entries);
      var tokens = tokens(entries);
      var theirs = paid(day, provider, model, currency);
      var knowsCosts = reports.costDays().contains(where);
      rows.add(
          "%s %s %s: theirs %s, ours %s; %s of theirs, %d of ours, %d events; gaps %s"
              .formatted(
                  day,
                  provider,
                  model,
                  knowsCosts ? shown(theirs, currency) : "none",
                  shown(cost, currency),
                  knowsTokens ? used : "none",
                  tokens,
                  entries.size(),
                  knowsCosts && knowsTokens ? gaps(theirs, used, cost, tokens) : "none"));
    }
  }

  private static String gaps(BigDecimal theirs, long used, BigDecimal cost, long tokens) {
    var rate =
        used == 0 || tokens == 0 ? BigDecimal.ZERO : part(theirs, tokens, used).subtract(cost);
    var coverage = theirs.subtract(cost).subtract(rate);
    return coverage.setScale(12).toPlainString() + " and " + rate.setScale(12).toPlainString();
  }

  private static BigDecimal part(BigDecimal amount, long part, long whole) {
    return amount
        .multiply(BigDecimal.valueOf(part))
        .divide(BigDecimal.valueOf(whole), 12, RoundingMode.HALF_EVEN);
  }

  private void key(String provider, String key, Map<String, String> into) {
    var theirs = new TreeMap<String, BigDecimal>();
    var known = new TreeSet<String>();
    var tokens = new TreeMap<String, Long>();
    for (var day : MadeReports.START.datesUntil(MadeReports.START.plusDays(9)).toList()) {
      for (var model : MadeReports.MODELS) {
        var currencies = currencies(day, provider, model);
        var isOfKey =
            reports.used().stream()
                .anyMatch(use ->
                    use.day().equals(day)
                        && use.provider().equals(provider)
                        && use.model().equals(model)
                        && use.key().equals(key));
        if (isOfKey && currencies.size() < 2) {
          var currency = currencies.isEmpty() ? "" : currencies.first();
          var part = used(day, provider, model, use -> use.key().equals(key));
          var all = used(day, provider, model, use -> true);
          tokens.merge(currency, part, Long::sum);
          if (!currency.isEmpty()
              && all > 0
              && reports.costDays().contains(new MadeReports.Day(day, provider))) {
            known.add(currency);
            theirs.merge(
                currency, part(paid(day, provider, model, currency), part, all), BigDecimal::add);
          }
        }
      }
    }
    var mine =
        ours.stream()
            .filter(entry ->
                text(entry, "provider").equals(provider) && text(entry, "api_key").equals(key))
            .toList();
    var currencies = new TreeSet<>(tokens.keySet());
    mine.forEach(entry -> currencies.add(text(entry, "currency")));
    for (var currency : currencies) {
      var entries = mine.stream().filter(e -> text(e, "currency").equals(currency)).toList();
      into.put(
          provider + " " + key + " " + currency,
          "%s %s %s: %d of theirs, %d of ours, %s and %s"
              .formatted(
                  provider,
                  key,
                  mine.isEmpty() ? "unseen" : "seen",
                  tokens.getOrDefault(currency, 0L),
                  tokens(entries),
                  known.contains(currency)
                      ? shown(theirs.getOrDefault(currency, BigDecimal.ZERO), currency)
                      : "none",
                  currency.isEmpty() ? "none" : shown(cost(entries), currency)));
    }
  }

  private SortedSet<String> currencies(LocalDate day, String provider, String model) {
    var currencies = new TreeSet<String>();
    mine(day, provider, model).forEach(entry -> currencies.add(text(entry, "currency")));
    reports.paid().stream()
        .filter(paid ->
            paid.day().equals(day)
                && paid.provider().equals(provider)
                && paid.model().equals(model))
        .forEach(paid -> currencies.add(paid.currency()));
    return currencies;
  }

  private List<Map<String, Object>> mine(LocalDate day, String provider, String model) {
    return byCell.getOrDefault(new Cell(day, provider, model), List.of());
  }

  private long used(
      LocalDate day, String provider, String model, Predicate<MadeReports.Used> kept) {
    return reports.used().stream()
        .filter(use ->
            use.day().equals(day)
                && use.provider().equals(provider)
                && use.model().equals(model)
                && kept.test(use))
        .mapToLong(MadeReports.Used::tokens)
        .sum();
  }

  private BigDecimal paid(LocalDate day, String provider, String model, String currency) {
    return reports.paid().stream()
        .filter(paid ->
            paid.day().equals(day)
                && paid.provider().equals(provider)
                && paid.model().equals(model)
                && paid.currency().equals(currency))
        .map(paid -> new BigDecimal(paid.amount()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal cost(List<Map<String, Object>> entries) {
    return entries.stream()
        .map(entry -> new BigDecimal(text(entry, "cost_picos")).movePointLeft(12))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static long tokens(List<Map<String, Object>> entries) {
    return entries.stream()
        .mapToLong(entry ->
            Long.parseLong(text(entry, "input_tokens"))
                + Long.parseLong(text(entry, "output_tokens")))
        .sum();
  }

  private static LocalDate day(Map<String, Object> entry) {
    return LocalDate.parse(text(entry, "event_time").substring(0, 10));
  }

  private static String text(Map<String, Object> entry, String name) {
    return entry.getOrDefault(name, "").toString();
  }

  private static String shown(BigDecimal amount, String currency) {
    return currency + " " + amount.setScale(12).toPlainString();
  }

  private static String shown(boolean has, Money money) {
    return has ? money.getCurrencyCode() + " " + money.getAmount() : "none";
  }

  /// A row as it was answered, in the same words.
  static String row(ReconcileRow row) {
    return "%s %s %s: theirs %s, ours %s; %s of theirs, %d of ours, %d events; gaps %s"
        .formatted(
            row.getDay(),
            row.getProvider(),
            row.getModel(),
            shown(row.hasTheirCost(), row.getTheirCost()),
            shown(row.hasOurCost(), row.getOurCost()),
            row.hasTheirTokens() ? row.getTheirTokens() : "none",
            row.getOurTokens(),
            row.getOurEvents(),
            row.hasRateGap()
                ? row.getCoverageGap().getAmount() + " and " + row.getRateGap().getAmount()
                : "none");
  }

  /// A key as it was answered, in the same words.
  static String key(ReconcileKey key) {
    return "%s %s %s: %d of theirs, %d of ours, %s and %s"
        .formatted(
            key.getProvider(),
            key.getApiKey(),
            key.getSeen() ? "seen" : "unseen",
            key.getTheirTokens(),
            key.getOurTokens(),
            shown(key.hasTheirCost(), key.getTheirCost()),
            shown(key.hasOurCost(), key.getOurCost()));
  }
}
