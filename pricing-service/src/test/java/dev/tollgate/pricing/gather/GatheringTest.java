package dev.tollgate.pricing.gather;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.pricing.gather.Refusal.Rule;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Multiplier;
import dev.tollgate.rating.Price;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// What becomes of single entries of the two formats.
@NullMarked
class GatheringTest {
  @Test
  void litellm_priceOfAToken_isExactPerMillion() {
    var model = litellm("'input_cost_per_token': 1.5e-07");

    assertThat(only(model).amount()).isEqualTo("0.15");
    assertThat(only(model).unitQuantity()).isEqualTo(1_000_000);
    assertThat(only(model).source())
        .isEqualTo("litellm model_prices_and_context_window.json openai/m");
  }

  @Test
  void litellm_priceWithManyDigits_keepsThemInALargerQuantity() {
    var model = litellm("'mode': 'audio_transcription', 'input_cost_per_second': 6.1111111111e-05");

    assertThat(only(model).amount()).isEqualTo("0.061111111111");
    assertThat(only(model).unitQuantity()).isEqualTo(1_000);
  }

  @Test
  void litellm_moreDigitsThanAnyQuantityHolds_isRefused() {
    var gathered =
        gather("{'m': {'litellm_provider': 'x', 'input_cost_per_token': 1.23456789012345e-15}}");

    assertThat(gathered.report().refused())
        .contains(new Refusal("m", "input_cost_per_token", Rule.NOT_EXACT, "1.23456789012345E-15"));
    assertThat(gathered.book().models()).isEmpty();
  }

  @Test
  void litellm_fieldWithTierAndThreshold_isARowOfThem() {
    var model =
        litellm(
            "'input_cost_per_token': 1e-06,"
                + " 'input_cost_per_token_above_200k_tokens_priority': 4e-06,"
                + " 'cache_creation_input_token_cost_above_1hr_above_200k_tokens': 6e-06,"
                + " 'output_cost_per_token_batches': 5e-07");

    assertThat(model.prices())
        .extracting(Price::id)
        .containsExactlyInAnyOrder(
            "openai/m/input",
            "openai/m/input/priority/above-200000",
            "openai/m/cache_write_1h/above-200000",
            "openai/m/output/batch");
    assertThat(model.prices())
        .filteredOn(price -> price.contextTier().thresholdTokens() > 0)
        .noneMatch(price -> price.contextTier().inclusive());
  }

  @Test
  void litellm_xai_thresholdBelongsToTheTier() {
    var model =
        gather(
                "{'xai/grok': {'litellm_provider': 'xai', 'input_cost_per_token': 3e-06,"
                    + " 'input_cost_per_token_above_128k_tokens': 6e-06}}")
            .book()
            .models()
            .getFirst();

    assertThat(model.name()).isEqualTo("grok");
    assertThat(model.prices().getLast().contextTier().inclusive()).isTrue();
  }

  @Test
  void litellm_ranges_areContextTiers() {
    var model =
        litellm(
            "'tiered_pricing': [{'range': [0, 32000.0], 'input_cost_per_token': 1e-06},"
                + " {'range': [32000.0, 128000.0], 'input_cost_per_token': 2e-06}]");

    assertThat(model.prices())
        .extracting(price -> price.contextTier().thresholdTokens())
        .containsExactly(0L, 32_000L);
  }

  @Test
  void litellm_searchPrice_isTakenOnlyWhereItDoesNotDependOnTheSize() {
    var same = "{'search_context_size_low': 0.01, 'search_context_size_high': 0.01}";
    var other = "{'search_context_size_low': 0.01, 'search_context_size_high': 0.02}";

    assertThat(litellm("'search_context_cost_per_query': " + same).prices().getFirst().bucket())
        .isEqualTo(Bucket.WEB_SEARCH);
    assertThat(rules("'input_cost_per_token': 1e-06, 'search_context_cost_per_query': " + other))
        .containsExactly(Rule.DEPENDS);
  }

  @Test
  void litellm_uplift_isAMultiplierOfAllModelsThatHaveIt() {
    var entry =
        "{'litellm_provider': 'openai', 'input_cost_per_token': 1e-06,"
            + " 'regional_processing_uplift_multiplier_eu': 1.1}";
    var book = gather("{'a': %s, 'b': %s}".formatted(entry, entry)).book();

    assertThat(book.multipliers()).hasSize(1);
    assertThat(book.multipliers().getFirst().models())
        .extracting(Object::toString)
        .containsExactly("a", "b");
    assertThat(book.multipliers()).extracting(Multiplier::region).containsExactly("eu");
  }

  @Test
  void litellm_twoKeysOfOneModelThatDiffer_takeNeitherAndSayBoth() {
    var gathered =
        gather(
            "{'gemini/g': {'litellm_provider': 'gemini', 'input_cost_per_token': 1e-06,"
                + " 'output_cost_per_token': 4e-06},"
                + " 'vertex_ai/g': {'litellm_provider': 'vertex_ai', 'input_cost_per_token': 2e-06,"
                + " 'output_cost_per_token': 4e-06}}");

    assertThat(only(gathered.book().models().getFirst()).bucket()).isEqualTo(Bucket.OUTPUT);
    assertThat(gathered.report().refused())
        .containsExactly(
            new Refusal(
                "vertex_ai/g",
                "input_cost_per_token",
                Rule.CONTRADICTS,
                "2/1000000, and 1/1000000 in gemini/g input_cost_per_token"));
  }

  @Test
  void litellm_whatIsNoPriceOrAbsurd_spoilsTheEntry() {
    for (var bad : List.of("-1e-06", "'1e-06'", "true", "null", "1e-999999999", "0.0011", "[1]")) {
      var gathered =
          gather(
              "{'m': {'litellm_provider': 'x', 'output_cost_per_token': 1e-06,"
                  + " 'input_cost_per_token': %s}}".formatted(bad));

      assertThat(gathered.book().models()).as(bad).isEmpty();
      assertThat(gathered.report().refused()).as(bad).hasSize(1);
      assertThat(gathered.report().refused().getFirst().field()).isEqualTo("input_cost_per_token");
    }
  }

  @Test
  void litellm_zeroEverywhere_isNotTakenAsFree() {
    assertThat(rules("'input_cost_per_token': 0, 'output_cost_per_token': 0.0"))
        .containsExactly(Rule.ALL_ZERO);
  }

  @Test
  void litellm_fieldWithoutBucket_isNamedAndTheRestTaken() {
    assertThat(rules("'input_cost_per_token': 1e-06, 'input_cost_per_pixel': 1e-08"))
        .containsExactly(Rule.NO_BUCKET);
  }

  @Test
  void genai_startDate_dividesPricesAtMidnightUtc() {
    var model =
        genai(
            "[{'prices': {'input_mtok': 10}}, {'constraint': {'start_date': '2025-06-10'},"
                + " 'prices': {'input_mtok': 2}}]",
            "{'equals': 'm'}");

    assertThat(model.prices())
        .extracting(price -> price.amount() + " " + price.from() + " " + price.to())
        .containsExactly(
            "10 " + Instant.MIN + " 2025-06-10T00:00:00Z", "2 2025-06-10T00:00:00Z " + Instant.MAX);
  }

  @Test
  void genai_hours_areASchedule() {
    var model =
        genai(
            "[{'prices': {'input_mtok': 1}}, {'constraint': {'start_time': '00:30:00Z',"
                + " 'end_time': '16:30:00Z'}, 'prices': {'input_mtok': 2}}]",
            "{'equals': 'm'}");

    assertThat(model.prices().getFirst().schedule().hours().toString()).isEqualTo("[00:30-16:30]");
    assertThat(model.prices().getFirst().amount()).isEqualTo("2");
  }

  @Test
  void genai_tiers_areContextTiersAboveTheirStart() {
    var model =
        genai(
            "{'input_mtok': {'base': 1, 'tiers': [{'start': 200000, 'price': 2}]}}",
            "{'equals': 'm'}");

    assertThat(model.prices().getLast().contextTier().thresholdTokens()).isEqualTo(200_000);
    assertThat(model.prices().getLast().contextTier().inclusive()).isFalse();
  }

  @Test
  void genai_regexOfDigits_isAPattern() {
    var model = genai("{'input_mtok': 1}", "{'regex': '^m\\\\.x-\\\\d{4}-\\\\d{2}$'}");

    assertThat(model.patterns()).extracting(Object::toString).containsExactly("m.x-####-##");
  }

  @Test
  void genai_firstModelThatMatches_hasTheName() {
    var book =
        gather(
                "[{'id': 'x-ai', 'models': ["
                    + model("long", "{'equals': 'grok-1-long'}")
                    + ", "
                    + model("any", "{'or': [{'starts_with': 'grok-1'}, {'contains': 'beta'}]}")
                    + ", "
                    + model("late", "{'or': [{'equals': 'grok-1-late'}, {'contains': 'zeta'}]}")
                    + "]}]")
            .book();

    assertThat(book.match("xai", "grok-1-long").orElseThrow().model().name()).isEqualTo("long");
    assertThat(book.match("xai", "grok-1-late").orElseThrow().model().name()).isEqualTo("any");
    assertThat(book.match("xai", "grok-1-other").orElseThrow().model().name()).isEqualTo("any");
    assertThat(book.match("xai", "beta-2").orElseThrow().model().name()).isEqualTo("any");
    assertThat(book.match("xai", "zeta-2").orElseThrow().model().name()).isEqualTo("late");
    assertThat(book.match("xai", "my-zeta-2")).isEmpty();
  }

  @Test
  void genai_fallbackProvider_lendsItsModels() {
    var book =
        gather(
                "[{'id': 'azure', 'fallback_model_providers': ['openai'], 'models': ["
                    + model("o3", "{'equals': 'o3'}")
                    + "]}, {'id': 'openai', 'models': ["
                    + model("o3", "{'equals': 'o3'}")
                    + ", "
                    + model("gpt", "{'starts_with': 'gpt'}")
                    + "]}]")
            .book();

    assertThat(book.match("azure", "gpt-5")).isPresent();
    assertThat(book.models())
        .extracting(each -> each.provider() + "/" + each.name())
        .containsExactly("azure/gpt", "azure/o3", "openai/gpt", "openai/o3");
  }

  @Test
  void gather_namesThatNoBookHolds_areRefusedAndNothingElse() {
    var gathered =
        gather(
            "{'%s': {'litellm_provider': 'x', 'input_cost_per_token': 1e-06},"
                    .formatted("n".repeat(300))
                + " 'm\\u0007': {'litellm_provider': 'x', 'input_cost_per_token': 1e-06},"
                + " 'm': {'litellm_provider': 'Not A Provider', 'input_cost_per_token': 1e-06},"
                + " 'good': {'litellm_provider': 'x', 'input_cost_per_token': 1e-06}}");

    assertThat(gathered.report().countByRule()).containsExactly(Map.entry(Rule.NAME_UNUSABLE, 3L));
    assertThat(gathered.book().models()).extracting(Model::name).containsExactly("good");
  }

  @Test
  void genai_nameInUse_keepsItsModelWhereTheRuleIsNarrowed() {
    var json =
        ("[{'id': 'x', 'models': ["
                + model("a", "{'contains': 'alpha'}")
                + ", "
                + model("b", "{'contains': 'beta'}")
                + "]}]")
            .replace('\'', '"')
            .getBytes(UTF_8);
    var known = Gathering.gather(json, new Known("", List.of("my-alpha-beta", "unheard-of")));

    assertThat(known.book().match("x", "my-alpha-beta").orElseThrow().model().name())
        .isEqualTo("a");
    assertThat(known.book().match("x", "unheard-of")).isEmpty();
    assertThat(Gathering.gather(json, Known.NOTHING).book().match("x", "my-alpha-beta")).isEmpty();
  }

  @Test
  void gather_neitherFormat_isAFailureThatSaysSo() {
    for (var text : List.of("", "1", "'x'", "null", "{", "[NaN]", "{'a': 1, 'a': 2}", "{} {}")) {
      assertThatThrownBy(() -> gather(text)).as(text).isInstanceOf(Failure.class);
    }
    assertThatThrownBy(() -> Gathering.gather(Format.LITELLM, "[]".getBytes(UTF_8)))
        .isInstanceOf(Failure.class);
    assertThatThrownBy(() -> Gathering.gather(Format.GENAI_PRICES, new byte[50 << 20]))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("52428800 bytes");
  }

  private static String model(String id, String match) {
    return "{'id': '%s', 'match': %s, 'prices': {'input_mtok': 1}}".formatted(id, match);
  }

  private static Price only(Model model) {
    assertThat(model.prices()).hasSize(1);
    return model.prices().getFirst();
  }

  private static Model litellm(String fields) {
    return gather("{'openai/m': {'litellm_provider': 'openai', %s}}".formatted(fields))
        .book()
        .models()
        .getFirst();
  }

  private static List<Rule> rules(String fields) {
    return gather("{'m': {'litellm_provider': 'openai', %s}}".formatted(fields))
        .report()
        .refused()
        .stream()
        .map(Refusal::rule)
        .toList();
  }

  private static Model genai(String prices, String match) {
    return gather(
            "[{'id': 'x', 'models': [{'id': 'm', 'match': %s, 'prices': %s}]}]"
                .formatted(match, prices))
        .book()
        .models()
        .getFirst();
  }

  /// Of JSON with single quotes.
  private static Gathered gather(String json) {
    return Gathering.gather(json.replace('\'', '"').getBytes(UTF_8), Known.NOTHING);
  }
}
