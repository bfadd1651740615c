package dev.tollgate.rating.extract;

import static dev.tollgate.rating.extract.Bodies.extract;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.rating.Usage;
import dev.tollgate.rating.extract.Flaw.Kind;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class ExtractionTest {
  private static final String CHAT = "{'prompt_tokens':10,'completion_tokens':4";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
"""
{'@p':-1,'@c':4}               | @p: -1 #
{'@p':'12','@c':4}             | @p: "12" #
{'@p':1.5,'@c':4}              | @p: 1.5 #
{'@p':1e99,'@c':4}             | @p: 1E+99 #
{'@p':1000000000001,'@c':4}    | @p: 1000000000001 #
{'@p':true,'@c':4}             | @p: true #
{'@p':[1],'@c':4}              | @p: a list #
{'@p':10}                      | @c: missing #
{'usage':{'@c':10}}            | usage.@p: missing #
{'usage':'none'}               | usage: "none" (expected: an object)
[1, 2]                         | usage: a list (expected: an object)
{'@p':9,'@c':4,'@p_details':7} | @p_details: 7 (expected: an object)
{'@p':9,'@c':4,'@p_details':{'cached_tokens':'x'}}   | @p_details.cached_tokens: "x" #
{'@p':9,'@c':4,'@p_details':{'cached_tokens':11}}    \
  | @p: 9 (expected: at least 11, as inside it are @p_details.cached_tokens=11)
{'@p':9,'@c':4,'@c_details':{'reasoning_tokens':5}}  \
  | @c: 4 (expected: at least 5, as inside it are @c_details.reasoning_tokens=5)
{'@p':9,'@c':4,'@p_details':{'cached_tokens':6,'audio_tokens':5,'cached_tokens_details':{}}} \
  | @p: 9 (expected: at least 11, as inside it are @p_details.cached_tokens=6, \
@p_details.audio_tokens=5)
""")
  void extract_bodyThatCannotBeUsed_isMissingAndSaysWhy(String shortBody, String shortFlaw) {
    var body = written(shortBody);
    var flaw = written(shortFlaw);
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

  @Test
  void extract_zerosOnly_areStatedAndNotMissing() {
    var extraction = extract("openai", "", "{'prompt_tokens':0,'completion_tokens':0}");

    assertThat(extraction.usage()).isEqualTo(Usage.of(Map.of()));
    assertThat(extraction.flaws()).isEmpty();
  }

  private static String written(String text) {
    return text.replace("@p", "prompt_tokens")
        .replace("@c", "completion_tokens")
        .replace("#", "(expected: a whole number from 0 to 1000000000000)");
  }
}
