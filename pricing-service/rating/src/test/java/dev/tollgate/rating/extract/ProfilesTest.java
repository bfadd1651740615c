package dev.tollgate.rating.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.rating.Usage;
import dev.tollgate.rating.extract.Flaw.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class ProfilesTest {
  private static final String CHAT = "{'prompt_tokens':10,'completion_tokens':4";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
"""
{'prompt_tokens':-1,'completion_tokens':4}   | prompt_tokens: -1 (expected: a whole number from 0 to 1000000000000)
{'prompt_tokens':'12','completion_tokens':4} | prompt_tokens: "12" (expected: a whole number from 0 to 1000000000000)
{'prompt_tokens':1.5,'completion_tokens':4}  | prompt_tokens: 1.5 (expected: a whole number from 0 to 1000000000000)
{'prompt_tokens':1e99,'completion_tokens':4} | prompt_tokens: 1E+99 (expected: a whole number from 0 to 1000000000000)
{'prompt_tokens':true,'completion_tokens':4} | prompt_tokens: true (expected: a whole number from 0 to 1000000000000)
{'prompt_tokens':[1],'completion_tokens':4}  | prompt_tokens: a list (expected: a whole number from 0 to 1000000000000)
{'prompt_tokens':10}                         | completion_tokens: missing (expected: a whole number from 0 to 1000000000000)
{'usage':{'completion_tokens':10}}           | usage.prompt_tokens: missing (expected: a whole number from 0 to 1000000000000)
{'usage':'none'}                             | usage: "none" (expected: an object)
[1, 2]                                       | usage: a list (expected: an object)
{'prompt_tokens':10,'completion_tokens':4,'prompt_tokens_details':7} | prompt_tokens_details: 7 (expected: an object)
{'prompt_tokens':10,'completion_tokens':4,'prompt_tokens_details':{'cached_tokens':11}} | prompt_tokens: 10 (expected: at least 11, as inside it are prompt_tokens_details.cached_tokens=11)
{'prompt_tokens':10,'completion_tokens':4,'prompt_tokens_details':{'cached_tokens':6,'audio_tokens':5,'cached_tokens_details':{}}} | prompt_tokens: 10 (expected: at least 11, as inside it are prompt_tokens_details.cached_tokens=6, prompt_tokens_details.audio_tokens=5)
{'prompt_tokens':10,'completion_tokens':4,'completion_tokens_details':{'reasoning_tokens':5}} | completion_tokens: 4 (expected: at least 5, as inside it are completion_tokens_details.reasoning_tokens=5)
""")
  void extract_bodyThatCannotBeUsed_isMissingAndSaysWhy(String body, String flaw) {
    var extraction = extract("openai", "chat", body);

    assertThat(extraction.usage()).isEqualTo(Usage.MISSING);
    assertThat(extraction.flaws()).extracting(Flaw::toString).containsExactly(flaw);
    assertThat(extraction.flaws()).extracting(Flaw::kind).containsOnly(Kind.UNUSABLE);
    assertThat(extraction.isUnusable()).isTrue();
  }

  @Test
  void extract_totalThatIsNotTheSum_isKeptAndFlagged() {
    var extraction = extract("openai", "", CHAT + ",'total_tokens':15}");

    assertThat(extraction.usage()).isEqualTo(Usage.of(Map.of("input", 10L, "output", 4L)));
    assertThat(extraction.flaws())
        .containsExactly(
            Flaw.doubtful(
                "total_tokens",
                "15 (expected: 14, the sum of prompt_tokens=10, completion_tokens=4)"));
    assertThat(extraction.isUnusable()).isFalse();
  }

  @Test
  void extract_overlapThatIsNotStated_isFlagged() {
    var body = CHAT + ",'prompt_tokens_details':{'cached_tokens':3,'audio_tokens':5}}";
    var extraction = extract("openai", "", body);

    assertThat(extraction.usage().buckets())
        .isEqualTo(
            Map.of("input_text", 2L, "cache_read_text", 3L, "input_audio", 5L, "output", 4L));
    assertThat(extraction.flaws())
        .extracting(Flaw::toString)
        .containsExactly(
            "prompt_tokens_details.cached_tokens_details.audio_tokens: missing (expected: how much"
                + " of prompt_tokens_details.cached_tokens=3 is in"
                + " prompt_tokens_details.audio_tokens=5 too)");
  }

  @Test
  void extract_onePlaceAgainstAnother_takesTheFirstAndIsFlagged() {
    var extraction =
        extract(
            "aws",
            "",
            "{'inputTokens':1,'outputTokens':2,'cacheReadInputTokens':3,"
                + "'cacheReadInputTokenCount':4}");

    assertThat(extraction.usage())
        .isEqualTo(Usage.of(Map.of("input", 1L, "output", 2L, "cache_read", 3L)));
    assertThat(extraction.flaws())
        .containsExactly(
            Flaw.doubtful(
                "cacheReadInputTokenCount", "4 (expected: 3, as cacheReadInputTokens says)"));
  }

  @Test
  void extract_partsOfACountThatIsLeftOut_standForIt() {
    var extraction =
        extract(
            "anthropic",
            "messages",
            "{'input_tokens':1,'output_tokens':2,"
                + "'cache_creation':{'ephemeral_1h_input_tokens':7}}");

    assertThat(extraction.usage())
        .isEqualTo(Usage.of(Map.of("input", 1L, "output", 2L, "cache_write_1h", 7L)));
    assertThat(extraction.flaws()).extracting(Flaw::kind).containsExactly(Kind.DOUBTFUL);
  }

  @Test
  void extract_cacheWritesThatTheSplitLeavesOut_liveFiveMinutesAndAreFlagged() {
    var extraction =
        extract(
            "anthropic",
            "",
            "{'input_tokens':0,'output_tokens':0,'cache_creation_input_tokens':10,"
                + "'cache_creation':{'ephemeral_1h_input_tokens':7}}");

    assertThat(extraction.usage())
        .isEqualTo(Usage.of(Map.of("cache_write_5m", 3L, "cache_write_1h", 7L)));
    assertThat(extraction.flaws())
        .extracting(Flaw::toString)
        .containsExactly(
            "cache_creation_input_tokens: 10 (expected: 7, the sum of"
                + " cache_creation.ephemeral_1h_input_tokens=7)");
  }

  @Test
  void extract_anthropicIterations_addsCompactionAndFlagsTheAdvisor() {
    var extraction =
        extract(
            "anthropic",
            "",
            "{'input_tokens':180,'output_tokens':8,'iterations':["
                + "{'type':'compaction','input_tokens':100,'output_tokens':82},"
                + "{'type':'message','input_tokens':180,'output_tokens':8},"
                + "{'type':'advisor_message','input_tokens':5,'output_tokens':6}]}");

    assertThat(extraction.usage()).isEqualTo(Usage.of(Map.of("input", 280L, "output", 90L)));
    assertThat(extraction.flaws())
        .extracting(Flaw::toString)
        .containsExactly(
            "iterations[2].type: \"advisor_message\" (expected: one of message, compaction; its"
                + " tokens are in no bucket)");
  }

  @Test
  void extract_geminiThoughts_areBesideUnlessTheTotalSaysOtherwise() {
    var head = "{'usageMetadata':{'promptTokenCount':10,'candidatesTokenCount':5,";

    assertThat(
            extract("google", "", head + "'thoughtsTokenCount':3,'totalTokenCount':18}}").usage())
        .isEqualTo(Usage.of(Map.of("input", 10L, "output", 5L, "reasoning", 3L)));
    assertThat(
            extract("google", "", head + "'thoughtsTokenCount':3,'totalTokenCount':15}}").usage())
        .isEqualTo(Usage.of(Map.of("input", 10L, "output", 2L, "reasoning", 3L)));
  }

  @Test
  void extract_geminiModalities_countDocumentsAsImagesAndToolResultsAsInput() {
    var extraction =
        extract(
            "gcp.vertex_ai",
            "",
            "{'usageMetadata':{'promptTokenCount':20,'promptTokensDetails':["
                + "{'modality':'DOCUMENT','tokenCount':7},{'modality':'IMAGE','tokenCount':2},"
                + "{'modality':'SMELL','tokenCount':1},{'modality':'VIDEO','tokenCount':4}],"
                + "'toolUsePromptTokenCount':6,'toolUsePromptTokensDetails':["
                + "{'modality':'AUDIO','tokenCount':5}],'trafficType':'ON_DEMAND_PRIORITY'}}");

    assertThat(extraction.usage())
        .isEqualTo(
            Usage.of(
                Map.of("input_text", 8L, "input_image", 9L, "input_video", 4L, "input_audio", 5L)));
    assertThat(extraction.serviceTier()).isEqualTo("priority");
    assertThat(extraction.flaws())
        .extracting(Flaw::field)
        .containsExactly("usageMetadata.promptTokensDetails[2].modality");
  }

  @ParameterizedTest
  @CsvSource({
    "0.000102, 1020000",
    "0, 0",
    "0.00000000005, 0",
    "0.00000000015, 2",
    "1e-999999, 0",
    "100, 1000000000000"
  })
  void extract_reportedCost_isWholeTicks(String cost, long ticks) {
    var extraction = extract("openrouter", "", CHAT + ",'cost':" + cost + "}");

    assertThat(extraction.usage().buckets().getOrDefault("provider_ticks", 0L)).isEqualTo(ticks);
    assertThat(extraction.flaws()).isEmpty();
  }

  @Test
  void extract_reportedCostThatIsWrong_leavesTheTokensUsable() {
    var extraction = extract("openrouter", "", CHAT + ",'cost':-0.5}");

    assertThat(extraction.usage()).isEqualTo(Usage.of(Map.of("input", 10L, "output", 4L)));
    assertThat(extraction.flaws())
        .containsExactly(
            Flaw.doubtful("cost", "-0.5 (expected: a number from 0 to 1000000000000)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "{}", "{'usage':null}", "{'usage':{}}", "", "{'id':1,'usage':{}}"})
  void extract_bodyThatStatesNoUsage_isMissingWithoutFlaw(String body) {
    for (var served : Profiles.shipped().served()) {
      var extraction = extract(served.provider(), "", body);
      assertThat(extraction.usage()).as(served.toString()).isEqualTo(Usage.MISSING);
      assertThat(extraction.flaws()).as(served.toString()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "{'usageMetadata':null}", "{'usageMetadata':{}}"})
  void extract_geminiBodyThatStatesNoUsage_isMissingWithoutFlaw(String body) {
    var extraction = extract("google", "", body);

    assertThat(extraction.usage()).isEqualTo(Usage.MISSING);
    assertThat(extraction.flaws()).isEmpty();
  }

  @Test
  void extract_zerosOnly_areStatedAndNotMissing() {
    var extraction = extract("openai", "", "{'prompt_tokens':0,'completion_tokens':0}");

    assertThat(extraction.usage()).isEqualTo(Usage.of(Map.of()));
    assertThat(extraction.flaws()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
"""
openai | {'usage':{'input_tokens':1,'output_tokens':2}}                                   | openai/responses
openai | {'response':{'usage':{'input_tokens':1,'output_tokens':2}}}                      | openai/responses
openai | {'type':'tokens','input_tokens':14,'input_token_details':{'audio_tokens':14},'output_tokens':4} | openai/realtime
openai | {'type':'duration','seconds':9}                                                  | openai/transcription
openai | {'images':2}                                                                     | openai/images
azure  | {'input_tokens':1,'output_tokens':2,'cache_read_input_tokens':3}                 | azure/anthropic
azure  | {'input_tokens':1,'output_tokens':2,'input_tokens_details':{'cached_tokens':1}}  | azure/responses
xai    | {'prompt_tokens':5,'completion_tokens':1,'cached_prompt_text_tokens':2}          | xai/default
x-ai   | {'prompt_tokens':5,'completion_tokens':1}                                        | xai/chat
cohere | {'meta':{'billed_units':{'search_units':1}}}                                     | cohere/rerank
cohere | {'meta':{'billed_units':{'input_tokens':1}}}                                     | cohere/embeddings
cohere | {'usage':{'billed_units':{'input_tokens':1,'output_tokens':2},'tokens':{'input_tokens':5,'output_tokens':6}}} | cohere/chat
mistral | {'usage_info':{'pages_processed':3,'doc_size_bytes':null}}                      | mistral/ocr
mistral | {'prompt_audio_seconds':203,'prompt_tokens':4,'completion_tokens':6,'total_tokens':32} | mistral/transcription
voyageai | {'usage':{'total_tokens':3}}                                                   | voyageai/embeddings
aws.bedrock | {'usage':{'inputTokens':1,'outputTokens':2}}                                | aws/converse
""")
  void extract_withoutFlavor_tellsItFromTheBody(String provider, String body, String profile) {
    var extraction = extract(provider, "", body);

    assertThat(extraction.profile()).isEqualTo(profile);
    assertThat(extraction.usage().isMissing()).isFalse();
    assertThat(extraction.flaws()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "standard,standard,,''",
    "standard,priority,not_available,priority",
    "fast,standard,global,fast",
    "standard,batch,,batch"
  })
  void extract_anthropicTier_isTheUnusualOne(
      String speed, String tier, String geo, String expected) {
    var extraction =
        extract(
            "anthropic",
            "",
            "{'input_tokens':1,'output_tokens':2,'speed':'%s','service_tier':'%s',"
                    .formatted(speed, tier)
                + "'inference_geo':"
                + (geo == null ? "null" : "'" + geo + "'")
                + "}");

    assertThat(extraction.serviceTier()).isEqualTo(expected);
    assertThat(extraction.region()).isEmpty();
    assertThat(extraction.flaws()).isEmpty();
  }

  @Test
  void extract_tierBesideTheUsage_isFound() {
    var body = "{'service_tier':'flex','usage':" + CHAT + "}}";

    assertThat(extract("openai", "", body).serviceTier()).isEqualTo("flex");
    assertThat(extract("openai", "", body.replace("flex", "a b")).flaws())
        .containsExactly(Flaw.doubtful("usage.service_tier", "\"a b\" (expected: a word)"));
  }

  @Test
  void extract_unknownProvider_isRefusedAndNamesTheKnown() {
    var failure = refusal("acme", "", "{}");

    assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(failure.violations().getFirst().field()).isEqualTo("provider");
    assertThat(failure.violations().getFirst().description())
        .startsWith("\"acme\" (expected: one of anthropic, avian, aws, ")
        .endsWith("generic serves any OpenAI-compatible one)");
  }

  @Test
  void extract_unknownFlavor_isRefusedAndNamesTheKnown() {
    assertThat(refusal("cohere", "realtime", "{}").violations().getFirst().toString())
        .contains("api_flavor")
        .contains(
            "\"realtime\" (expected: empty, or of cohere one of chat, default, embeddings, rerank,"
                + " tokens)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':1",
        "{'a':1}{",
        "{'a':1,'a':2}",
        "{'a':NaN}",
        "nul",
        "{'a':01}",
        "{'a':11111111111111111111111111111111111111111111111111111111111111111}"
      })
  void extract_textThatIsNotStrictJson_isRefused(String body) {
    assertThat(refusal("openai", "", body).violations().getFirst().description())
        .startsWith("is not JSON");
  }

  @Test
  void extract_bodyThatIsTooLargeOrTooDeep_isRefused() {
    assertThat(refusal("openai", "", " ".repeat(65_537)).violations().getFirst().description())
        .isEqualTo("65537 bytes (expected: at most 65536)");
    assertThat(refusal("openai", "", "[".repeat(33) + "]".repeat(33)).violations()).hasSize(1);
  }

  @Test
  void served_everyProvider_isThereWithItsFlavors() {
    var served = Profiles.shipped().served();

    assertThat(served)
        .contains(
            new Profiles.Served("openai", "chat"),
            new Profiles.Served("openai", "responses"),
            new Profiles.Served("openai", "realtime"),
            new Profiles.Served("openai", "embeddings"),
            new Profiles.Served("openai", "images"),
            new Profiles.Served("aws", "converse"))
        .doesNotHaveDuplicates();
    assertThat(served.stream().map(Profiles.Served::provider).distinct().toList())
        .hasSizeGreaterThanOrEqualTo(37);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
"""
'counts':{'a':{'path':'x','bucket':'inputs','required':true}}               | t.counts.a.bucket: inputs
'counts':{'a':{'path':'x','bucket':'input_text','required':true}}           | t.counts.a.bucket: input_text
'counts':{'a':{'path':'x y','bucket':'input','required':true}}              | t.counts.a.path: ~x y~
'counts':{'a':{'bucket':'input','required':true}}                           | t.counts.a.path: missing
'counts':{'a':{'path':'x','bucket':'input','need':true}}                    | t.counts.a.need: unknown field
'counts':{'a':{'path':'x','bucket':'input'}}                                | t.counts: none is required
'counts':{'a':{'path':'x','bucket':'input','required':1}}                   | t.counts.a.required: expected: true or false
'counts':{'a':{'path':'x','bucket':'input','inside':['a'],'required':true}} | t.counts.a.inside: names a count
'counts':{'a':{'path':'x','bucket':'input','inside':['b'],'required':true}} | t.counts.a.inside: b (expected
'counts':{'a':{'path':'x','required':true}},'sums':[{'total':'z','of':['a']}] | t.sums.total: z
'counts':{'a':{'path':'x','required':true}},'sums':[{'total':'a'}]          | t.sums.of: empty
'counts':{'a':{'path':'x','required':true}},'like':'nothing'                | t.like: nothing
""")
  void parse_profileThatIsWrong_namesPlaceAndRule(String counts, String problem) {
    var file =
        "{'aliases':{},'service_tiers':{},'regions':{},'profiles':[{'name':'t',"
            + "'serves':{'p':['f']},"
            + counts
            + "}]}";

    assertThatThrownBy(() -> Profiles.parse(bytes(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(problem.replace('~', '"'));
  }

  @Test
  void parse_aliasOfNothing_isRefused() {
    var file =
        "{'aliases':{'q':'r'},'service_tiers':{},'regions':{},'profiles':[{'name':'t',"
            + "'serves':{'p':['f']},'counts':{'a':{'path':'x','required':true}}}]}";

    assertThatThrownBy(() -> Profiles.parse(bytes(file)))
        .hasMessageStartingWith("profiles.aliases.q: r (expected: a provider that is served");
    assertThat(Profiles.parse(bytes(file.replace("'r'", "'p'"))).served())
        .isEqualTo(List.of(new Profiles.Served("p", "f")));
  }

  private static Failure refusal(String provider, String flavor, String body) {
    return catchThrowableOfType(Failure.class, () -> extract(provider, flavor, body));
  }

  private static Extraction extract(String provider, String flavor, String body) {
    return Profiles.shipped().extract(provider, flavor, bytes(body));
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
