package dev.tollgate.pricing;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.money.Picos;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import dev.tollgate.shared.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The default book and the engine against charges that were computed by hand.
@NullMarked
class GoldenTest {
  /// Rows that the default book or the engine does not price yet, each with the reason.
  private static final Map<String, String> NOT_YET =
      Map.ofEntries(
          entry("G19", "regional uplift is listed as a multiplier"),
          entry("G40", "regional uplift is listed as a multiplier"),
          entry("G44", "of this model only the price of cache reads is known"),
          entry("G53", "free allotment that depends on the month's position"),
          entry("G55", "illustrative price: a book of one's own supplies it"),
          entry("G56", "daily schedule"),
          entry("G58", "weekly schedule"),
          entry("G59", "weekly schedule"),
          entry("G64", "cost reported by the provider"),
          entry("G70", "stacked multipliers"));

  private static final Map<String, ChargeStatus> WITHOUT_COST =
      Map.of("G71", ChargeStatus.UNPRICED_MODEL, "G73", ChargeStatus.USAGE_MISSING);

  private final PriceStack book = PriceStack.of(DefaultBook.read());

  @Test
  void rate_goldenPrices_areExact() throws IOException {
    var exact = new ArrayList<String>();
    var left = new TreeMap<String, String>();
    for (var row : csv("golden-prices.csv")) {
      var id = row.get("case_id");
      var charge = rate(row);
      if (WITHOUT_COST.containsKey(id)) {
        assertThat(charge.status()).as(id).isEqualTo(WITHOUT_COST.get(id));
        assertThat(charge.cost()).as(id).isEqualTo(Picos.ZERO);
        exact.add(id);
      } else if (isExact(row, charge)) {
        exact.add(id);
      } else {
        left.put(id, charge.status() + " " + charge.cost());
      }
    }
    System.out.println("[golden prices] exact: " + exact.size() + " " + exact);
    System.out.println("[golden prices] left: " + new TreeMap<>(NOT_YET));
    assertThat(left.keySet()).as(left.toString()).isEqualTo(NOT_YET.keySet());
    assertThat(exact).hasSizeGreaterThanOrEqualTo(39);
  }

  private static boolean isExact(Row row, Charge charge) {
    return charge.status() == ChargeStatus.PRICED
        && !charge.rounded()
        && charge.cost().value() == Long.parseLong(row.get("expected_pico_usd"));
  }

  private Charge rate(Row row) {
    return book.rate(
        new Call(
            row.get("provider"),
            row.get("model"),
            Instant.parse(row.get("effective_at")),
            row.get("service_tier"),
            region(row.get("native_usage")),
            usage(row.get("buckets"))));
  }

  private static String region(String nativeUsage) {
    return nativeUsage.contains("\"data_residency\":\"eu\"")
        ? "eu"
        : nativeUsage.contains("\"inference_geo\":\"us\"") ? "us" : "";
  }

  private static Usage usage(String buckets) {
    if (buckets.isEmpty()) {
      return Usage.MISSING;
    }
    var quantities = new HashMap<String, Long>();
    for (var part : buckets.split(";", -1)) {
      var at = part.indexOf('=');
      quantities.put(part.substring(0, at), Long.parseLong(part.substring(at + 1)));
    }
    return Usage.of(quantities);
  }

  @Test
  void rate_everyRequestOfTheTrace_sumsToTheGoldenTotals() throws IOException {
    var requests = csv("traces/azure-llm-2023-code.csv");
    for (var golden : csv("golden-aggregates.csv")) {
      assertThat(requests).hasSize(Integer.parseInt(golden.get("rows")));
      var total = Picos.ZERO;
      for (var request : requests) {
        total = total.plus(rate(golden.get("model"), request).cost());
      }
      assertThat(total.value())
          .as(golden.get("case_id"))
          .isEqualTo(Long.parseLong(golden.get("expected_pico_usd")));
      System.out.println("[golden aggregates] " + golden.get("model") + ": " + total + " USD");
    }
  }

  /// The model is a name, `name@<date` or `name@>=date`.
  private Charge rate(String model, Row request) {
    var at = model.indexOf('@');
    var name = at < 0 ? model : model.substring(0, at);
    var time =
        model.contains("@<")
            ? Instant.parse(model.substring(at + 2) + "T00:00:00Z").minusNanos(1)
            : Instant.parse("2026-08-01T00:00:00Z");
    var usage =
        Usage.of(
            Map.of(
                "input", Long.parseLong(request.get("ContextTokens")),
                "output", Long.parseLong(request.get("GeneratedTokens"))));
    var provider = name.startsWith("claude") ? "anthropic" : "openai";
    return book.rate(new Call(provider, name, time, "", "", usage));
  }

  private record Row(Map<String, String> values) {
    String get(String column) {
      return Objects.requireNonNull(values.get(column), column);
    }
  }

  private static List<Row> csv(String name) throws IOException {
    var rows = new ArrayList<Row>();
    var header = List.<String>of();
    for (var line : Files.readAllLines(SharedData.file(name))) {
      var values = values(line);
      if (header.isEmpty()) {
        header = values;
        continue;
      }
      var row = new HashMap<String, String>();
      for (int i = 0; i < header.size(); i++) {
        row.put(header.get(i), values.get(i));
      }
      rows.add(new Row(row));
    }
    return rows;
  }

  /// Values of a line; a quoted one may hold commas and doubled quotes.
  private static List<String> values(String line) {
    var values = new ArrayList<String>();
    var value = new StringBuilder();
    var quoted = false;
    for (int i = 0; i < line.length(); i++) {
      var c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        value.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    values.add(value.toString());
    return values;
  }
}
