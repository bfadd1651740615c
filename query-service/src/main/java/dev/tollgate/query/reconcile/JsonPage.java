package dev.tollgate.query.reconcile;

import dev.tollgate.money.Picos;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/// A page of Anthropic's or OpenAI's usage or cost report, read into what they say.
final class JsonPage {
  private static final String ANTHROPIC = "anthropic";
  private static final String OPENAI = "openai";
  private static final int CENT_DIGITS = 2;
  private static final BigDecimal COST_MAX = BigDecimal.valueOf(1_000_000_000_000L);
  private static final List<String> ANTHROPIC_COUNTS =
      List.of("cache_read_input_tokens", "output_tokens");
  private static final List<String> ANTHROPIC_WRITES =
      List.of("ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens");
  private static final List<String> OPENAI_COUNTS =
      List.of("output_tokens", "input_audio_tokens", "output_audio_tokens");

  private final Theirs theirs;

  JsonPage(Theirs theirs) {
    this.theirs = theirs;
  }

  void read(Place place, String text) {
    var buckets = JsonField.read(place, text).get("data").elements();
    var costs =
        buckets.stream()
            .flatMap(bucket -> bucket.get("results").elements().stream())
            .findFirst()
            .map(result -> result.has("amount"));
    // Of what kind a report without results is, it does not say: it says nothing.
    costs.ifPresent(isCosts -> buckets.forEach(bucket -> bucket(bucket, isCosts)));
  }

  private void bucket(JsonField bucket, boolean isCosts) {
    var isAnthropic = bucket.has("starting_at");
    var end = bucket.get(isAnthropic ? "ending_at" : "end_time");
    var day =
        isAnthropic
            ? day(end, bucket.get("starting_at").time(), end.time())
            : day(end, bucket.get("start_time").seconds(), end.seconds());
    if (isCosts) {
      theirs.saysCosts(day, isAnthropic ? ANTHROPIC : OPENAI);
    } else {
      theirs.saysTokens(day, isAnthropic ? ANTHROPIC : OPENAI);
    }
    for (var result : bucket.get("results").elements()) {
      if (isAnthropic && isCosts) {
        anthropicCost(day, result);
      } else if (isAnthropic) {
        anthropicUsage(day, result);
      } else if (isCosts) {
        openAiCost(day, result);
      } else {
        openAiUsage(day, result);
      }
    }
  }

  private static LocalDate day(JsonField end, Instant from, Instant to) {
    var day = LocalDate.ofInstant(from, ZoneOffset.UTC);
    var next = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    if (!to.isAfter(from) || to.isAfter(next)) {
      throw end.bad("after " + from + ", at most " + next);
    }
    return day;
  }

  private void anthropicCost(LocalDate day, JsonField result) {
    var type = result.get("cost_type").textIfAny().orElse("tokens");
    var model =
        type.equals("tokens")
            ? result.get("model").text("a model: ask for group_by[]=description")
            : type;
    var amount = result.get("amount");
    theirs.addCost(
        day,
        ANTHROPIC,
        model,
        currency(result.get("currency")),
        picos(amount, amount.decimal().movePointLeft(CENT_DIGITS)));
  }

  private void anthropicUsage(LocalDate day, JsonField result) {
    theirs.addTokens(
        day,
        ANTHROPIC,
        result.get("model").text("a model: ask for group_by[]=model"),
        result.get("api_key_id").textIfAny().orElse(""),
        result.get("uncached_input_tokens").count()
            + sum(result, ANTHROPIC_COUNTS)
            + sum(result.get("cache_creation"), ANTHROPIC_WRITES));
  }

  /* The line item is the model and what of it: `gpt-4o, input`. */
  private void openAiCost(LocalDate day, JsonField result) {
    var item = result.get("line_item").text("a line item: ask for group_by=line_item");
    var amount = result.get("amount").get("value");
    theirs.addCost(
        day,
        OPENAI,
        item.split(",", 2)[0].strip(),
        currency(result.get("amount").get("currency")),
        picos(amount, amount.decimal()));
  }

  private void openAiUsage(LocalDate day, JsonField result) {
    theirs.addTokens(
        day,
        OPENAI,
        result.get("model").text("a model: ask for group_by=model"),
        result.get("api_key_id").textIfAny().orElse(""),
        result.get("input_tokens").count() + sum(result, OPENAI_COUNTS));
  }

  private static BigInteger picos(JsonField field, BigDecimal amount) {
    if (amount.abs().compareTo(COST_MAX) > 0) {
      throw field.bad("at most " + COST_MAX);
    }
    return amount.setScale(Picos.SCALE, RoundingMode.HALF_EVEN).unscaledValue();
  }

  private static String currency(JsonField field) {
    var code = field.text("a currency").toUpperCase(Locale.ROOT);
    if (!code.matches("[A-Z]{3}")) {
      throw field.bad("a currency as ISO 4217 has it");
    }
    return code;
  }

  private static long sum(JsonField result, List<String> names) {
    return names.stream().mapToLong(name -> result.get(name).countIfAny()).sum();
  }
}
