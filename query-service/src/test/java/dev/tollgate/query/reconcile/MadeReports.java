package dev.tollgate.query.reconcile;

import dev.tollgate.proto.query.v1.ProviderReport;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/// What providers are made to say, and the files in which they say it.
@NullMarked
record MadeReports(
    List<Used> used,
    List<Paid> paid,
    List<Day> usageDays,
    List<Day> costDays,
    List<ProviderReport> files) {
  static final LocalDate START = LocalDate.of(2026, 11, 1);
  static final int DAYS = 4;
  static final List<String> MODELS = List.of("m1", "m2", "m3");
  static final List<String> KEYS = List.of("", "k1", "k2", "k3");

  record Day(LocalDate day, String provider) {}

  record Used(LocalDate day, String provider, String model, String key, long tokens) {}

  /// @param amount in units, of at most 12 digits after the point
  record Paid(LocalDate day, String provider, String model, String currency, String amount) {}

  static MadeReports of(RandomGenerator random) {
    var made =
        new MadeReports(
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    for (var provider : List.of("anthropic", "openai")) {
      if (random.nextInt(4) > 0) {
        made.usage(random, provider);
      }
      if (random.nextInt(4) > 0) {
        made.costs(random, provider);
      }
    }
    made.sheet(random);
    return made;
  }

  private void usage(RandomGenerator random, String provider) {
    var buckets = new ArrayList<String>();
    for (var day : days(random)) {
      var results = new ArrayList<String>();
      for (var i = random.nextInt(4); i > 0 || (buckets.isEmpty() && results.isEmpty()); i--) {
        var parts = new long[] {count(random), count(random), count(random), count(random)};
        var use =
            new Used(day, provider, one(random, MODELS), one(random, KEYS), sum(provider, parts));
        used.add(use);
        results.add(result(use, parts));
      }
      usageDays.add(new Day(day, provider));
      buckets.add(bucket(day, provider, results));
    }
    file(provider + " usage", buckets);
  }

  private static long sum(String provider, long[] parts) {
    // OpenAI's cached tokens are among its input tokens.
    return parts[0] + parts[1] + (provider.equals("anthropic") ? parts[2] + parts[3] : 0);
  }

  private static String result(Used use, long[] parts) {
    var key = use.key().isEmpty() ? "null" : "\"" + use.key() + "\"";
    return use.provider().equals("anthropic")
        ? """
        {"uncached_input_tokens": %d, "output_tokens": %d, "cache_read_input_tokens": %d,
         "cache_creation": {"ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": %d},
         "server_tool_use": {"web_search_requests": 1}, "api_key_id": %s, "workspace_id": null,
         "model": "%s", "service_tier": "standard", "context_window": "0-200k"}\
        """
            .formatted(parts[0], parts[1], parts[2], parts[3], key, use.model())
        : """
        {"object": "organization.usage.completions.result", "input_tokens": %d,
         "output_tokens": %d, "input_cached_tokens": %d, "input_audio_tokens": 0,
         "output_audio_tokens": 0, "num_model_requests": %d, "project_id": null, "user_id": null,
         "api_key_id": %s, "model": "%s", "batch": null}\
        """
            .formatted(parts[0], parts[1], parts[0] / 2, parts[3], key, use.model());
  }

  private void costs(RandomGenerator random, String provider) {
    var buckets = new ArrayList<String>();
    for (var day : days(random)) {
      var results = new ArrayList<String>();
      for (var i = random.nextInt(4); i > 0 || (buckets.isEmpty() && results.isEmpty()); i--) {
        var model = one(random, MODELS);
        var digits = "%d".formatted(random.nextLong(1_000_000_000));
        var currency = random.nextInt(6) == 0 ? "EUR" : "USD";
        if (provider.equals("anthropic")) {
          paid.add(new Paid(day, provider, model, currency, digits + "E-8"));
          results.add(
              """
              {"currency": "%s", "amount": "%sE-6", "workspace_id": null, "cost_type": "tokens",
               "description": "x", "model": "%s", "token_type": "output_tokens"}\
              """
                  .formatted(currency, digits, model));
        } else {
          paid.add(new Paid(day, provider, model, currency, digits + "E-9"));
          results.add(
              """
              {"object": "organization.costs.result", "line_item": "%s, input",
               "amount": {"value": %sE-9, "currency": "%s"}, "project_id": null}\
              """
                  .formatted(model, digits, currency.toLowerCase(java.util.Locale.ROOT)));
        }
      }
      costDays.add(new Day(day, provider));
      buckets.add(bucket(day, provider, results));
    }
    file(provider + " costs", buckets);
  }

  private void sheet(RandomGenerator random) {
    var lines = new ArrayList<String>();
    lines.add(
        "BilledCost,\"BillingCurrency\",ChargePeriodStart,ConsumedQuantity,ConsumedUnit,"
            + "ProviderName,ServiceCategory,SkuMeter,x_Key");
    lines.add("5,USD,2026-11-01T00:00:00Z,1,Hours,Microsoft,Compute,\"vm, \"\"big\"\"\",");
    for (var i = random.nextInt(1, 8); i > 0; i--) {
      var day = START.plusDays(random.nextInt(DAYS));
      var model = one(random, MODELS);
      var key = one(random, KEYS);
      var thousands = random.nextLong(1_000);
      var amount = random.nextLong(1_000_000) + "E-6";
      lines.add(
          "%s,USD,%s 00:00:00,%d.5,1K Tokens,Microsoft,AI and Machine Learning,\"meter %s\",%s"
              .formatted(amount, day, thousands, model, key));
      used.add(new Used(day, "azure", model, key, thousands * 1_000 + 500));
      paid.add(new Paid(day, "azure", model, "USD", amount));
      usageDays.add(new Day(day, "azure"));
      costDays.add(new Day(day, "azure"));
    }
    files.add(
        ProviderReport.newBuilder()
            .setName("azure.csv")
            .setContent(String.join("\r\n", lines) + "\r\n")
            .build());
  }

  /// What the sheet calls models, and what the ledger does.
  static Map<String, String> models() {
    return MODELS.stream().collect(Collectors.toMap(model -> "meter " + model, model -> model));
  }

  private void file(String name, List<String> buckets) {
    var page =
        """
        {"object": "page", "data": [%s], "has_more": false, "next_page": null}
        """
            .formatted(String.join(",\n", buckets));
    files.add(ProviderReport.newBuilder().setName(name).setContent(page).build());
  }

  private static String bucket(LocalDate day, String provider, List<String> results) {
    var seconds = day.toEpochDay() * 86_400;
    var times =
        provider.equals("anthropic")
            ? "\"starting_at\": \"%sT00:00:00Z\", \"ending_at\": \"%sT00:00:00Z\""
                .formatted(day, day.plusDays(1))
            : "\"start_time\": %d, \"end_time\": %d".formatted(seconds, seconds + 86_400);
    return "{%s, \"results\": [%s]}".formatted(times, String.join(",", results));
  }

  private static List<LocalDate> days(RandomGenerator random) {
    var first = random.nextInt(DAYS);
    return START
        .plusDays(first)
        .datesUntil(START.plusDays(random.nextInt(first + 1, DAYS + 1)))
        .toList();
  }

  private static long count(RandomGenerator random) {
    return random.nextInt(5) == 0 ? 0 : random.nextLong(1_000_000);
  }

  private static String one(RandomGenerator random, List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
