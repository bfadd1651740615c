package dev.tollgate.rating.extract;

import static dev.tollgate.rating.extract.Bodies.extract;
import static dev.tollgate.rating.extract.Bodies.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Reason;
import dev.tollgate.rating.Usage;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class ProfilesTest {
  private static final String CHAT = "{'prompt_tokens':10,'completion_tokens':4";

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
  void extract_bodyThatTellsNothing_isOfTheProvidersOwnShape() {
    assertThat(extract("anthropic", "", "").profile()).isEqualTo("anthropic/messages");
    assertThat(extract("google", "", "{}").profile()).isEqualTo("google/generate");
    assertThat(extract("aws", "", "{}").profile()).isEqualTo("aws/converse");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
"""
openai | {'usage':{'input_tokens':1,'output_tokens':2}} | openai/responses
openai | {'response':{'usage':{'input_tokens':1,'output_tokens':2}}} | openai/responses
openai | {'type':'tokens','input_tokens':4,'input_token_details':{'audio_tokens':4},\
'output_tokens':4} | openai/realtime
openai | {'type':'duration','seconds':9} | openai/transcription
openai | {'images':2} | openai/images
azure | {'input_tokens':1,'output_tokens':2,'cache_read_input_tokens':3} | azure/anthropic
azure | {'input_tokens':1,'output_tokens':2,'total_tokens':3} | azure/responses
xai | {'prompt_tokens':5,'completion_tokens':1,'cached_prompt_text_tokens':2} | xai/default
x-ai   | {'prompt_tokens':5,'completion_tokens':1}                                        | xai/chat
cohere | {'meta':{'billed_units':{'search_units':1}}} | cohere/rerank
cohere | {'meta':{'billed_units':{'input_tokens':1}}} | cohere/embeddings
cohere | {'usage':{'billed_units':{'input_tokens':1,'output_tokens':2},\
'tokens':{'input_tokens':5,'output_tokens':6}}} | cohere/chat
mistral | {'usage_info':{'pages_processed':3,'doc_size_bytes':null}} | mistral/ocr
mistral | {'prompt_audio_seconds':2,'prompt_tokens':4,'completion_tokens':6,'total_tokens':32}\
 | mistral/transcription
voyageai|{'usage':{'total_tokens':3}} | voyageai/embeddings
aws.bedrock | {'usage':{'inputTokens':1,'outputTokens':2}} | aws/converse
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
        "{'a':9e9999999937}",
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
}
