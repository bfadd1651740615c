package dev.tollgate.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TranslationTest {
  @Test
  void bedrock_requestedModel_isTheOneBilled() {
    var event =
        Translated.of(
                Spans.span(
                    1,
                    0,
                    "gen_ai.operation.name",
                    "chat",
                    "gen_ai.provider.name",
                    "aws.bedrock",
                    "gen_ai.request.model",
                    "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
                    "gen_ai.response.model",
                    "claude-haiku-4-5",
                    "gen_ai.usage.input_tokens",
                    1,
                    "gen_ai.usage.output_tokens",
                    1))
            .event;

    assertThat(event.getDimensions().getModel())
        .isEqualTo("eu.anthropic.claude-haiku-4-5-20251001-v1:0");
  }

  @Test
  void provider_knownHost_winsOverWhatTheLibrarySays() {
    assertThat(provider("gen_ai.system", "openai", "server.address", "api.deepseek.com"))
        .isEqualTo("deepseek");
    assertThat(
            provider("gen_ai.system", "openai", "gen_ai.openai.api_base", "https://api.x.ai/v1/"))
        .isEqualTo("xai");
    assertThat(provider("gen_ai.system", "openai", "server.address", "localhost"))
        .isEqualTo("openai");
    assertThat(provider("gen_ai.system", "langchain", "llm.provider", "Mistral_AI"))
        .isEqualTo("mistral");
  }

  @Test
  void provider_notStated_isUnknownAndSaysSo() {
    var translated =
        Translated.of(
            Spans.span(
                1,
                0,
                "gen_ai.operation.name",
                "chat",
                "gen_ai.request.model",
                "gpt-4o",
                "gen_ai.usage.input_tokens",
                1,
                "gen_ai.usage.output_tokens",
                1));

    assertThat(translated.event.getDimensions().getProvider()).isEqualTo("unknown");
    assertThat(translated.remarks)
        .containsExactly(
            "provider: missing, counted as unpriced (expected: gen_ai.provider.name, or"
                + " tollgate.provider)");
  }

  @Test
  void tollgatePrefix_anyDimension_isSetAndWinsOverConventions() {
    var lineage =
        Spans.export(
            new Object[] {"tollgate.team", "platform", "tollgate.cost_center", "cc-1"},
            Spans.span(1, 0, "gen_ai.operation.name", "invoke_agent", "tollgate.team", "search"),
            Spans.span(
                2,
                1,
                "gen_ai.operation.name",
                "chat",
                "gen_ai.provider.name",
                "openai",
                "gen_ai.request.model",
                "gpt-4o",
                "user.id",
                "u-1",
                "tollgate.user",
                "u-2",
                "tollgate.tags.shift",
                "night",
                "tollgate.reservation_id",
                "hold-1",
                "tollgate.attempt",
                2,
                "tollgate.taem",
                "x"));

    var translated = Translated.of(lineage, Set.of()).getFirst();

    assertThat(translated.event.getDimensions().getTeam()).isEqualTo("search");
    assertThat(translated.event.getDimensions().getCostCenter()).isEqualTo("cc-1");
    assertThat(translated.event.getDimensions().getUser()).isEqualTo("u-2");
    assertThat(translated.event.getDimensions().getTagsMap()).isEqualTo(Map.of("shift", "night"));
    assertThat(translated.event.getReservationId()).isEqualTo("hold-1");
    assertThat(translated.event.getAttempt()).isEqualTo(2);
    assertThat(translated.remarks)
        .containsExactly(
            "tollgate.taem: unknown (expected: a dimension like tollgate.team, or"
                + " tollgate.tags.<key>)");
  }

  @Test
  void conventionalDimension_thatTheCredentialPins_isLeftToIt() {
    var export =
        Spans.export(
            Translated.RESOURCE,
            Spans.span(1, 0, "gen_ai.operation.name", "chat", "tollgate.team", "search"));

    var dimensions =
        Translated.of(export, Set.of("environment", "team")).getFirst().event.getDimensions();

    assertThat(dimensions.getEnvironment()).isEmpty();
    assertThat(dimensions.getTeam()).as("said to us: the parser refuses it").isEqualTo("search");
  }

  @Test
  void attribution_tooLongOrWithControls_isMadeToFit() {
    var event =
        Translated.of(
                Spans.span(
                    1,
                    0,
                    "gen_ai.operation.name",
                    "chat",
                    "gen_ai.agent.name",
                    "a\nb" + "x".repeat(300),
                    "gen_ai.response.finish_reasons",
                    List.of("y".repeat(80))))
            .event;

    assertThat(event.getDimensions().getAgent()).startsWith("a bxx").hasSize(256);
    assertThat(event.getFinishReason()).hasSize(64);
  }

  @Test
  void failedCall_ofEachKind_hasItsStatus() {
    assertThat(ended("429")).isEqualTo(TerminalStatus.TERMINAL_STATUS_RATE_LIMITED);
    assertThat(ended("openai.RateLimitError"))
        .isEqualTo(TerminalStatus.TERMINAL_STATUS_RATE_LIMITED);
    assertThat(ended("ThrottlingException")).isEqualTo(TerminalStatus.TERMINAL_STATUS_RATE_LIMITED);
    assertThat(ended("timeout")).isEqualTo(TerminalStatus.TERMINAL_STATUS_TIMEOUT);
    assertThat(ended("java.net.http.HttpTimeoutException"))
        .isEqualTo(TerminalStatus.TERMINAL_STATUS_TIMEOUT);
    assertThat(ended("CancelledError")).isEqualTo(TerminalStatus.TERMINAL_STATUS_CANCELLED);
    assertThat(ended("1429")).isEqualTo(TerminalStatus.TERMINAL_STATUS_ERROR);
    assertThat(ended("InternalServerError")).isEqualTo(TerminalStatus.TERMINAL_STATUS_ERROR);
  }

  @Test
  void failedCall_onlyItsExceptionNamed_hasThatAsErrorCode() {
    var span =
        Spans.span(1, 0, "gen_ai.operation.name", "chat")
            .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
            .addEvents(
                Span.Event.newBuilder()
                    .setName("exception")
                    .addAllAttributes(
                        Spans.attributes(
                            "exception.type", "APIConnectionError",
                            "exception.message", "said in private")));

    var event = Translated.of(span).event;

    assertThat(event.getErrorCode()).isEqualTo("APIConnectionError");
    assertThat(event.toString()).doesNotContain("private");
  }

  @Test
  void failedCall_withoutUsage_isUnknownUnlessItWasRefusedForNothing() {
    assertThat(withError("503").hasUsage()).isFalse();
    assertThat(withError("400").hasUsage()).as("some bill a filtered prompt").isFalse();
    assertThat(withError("429").hasUsage()).isTrue();
    assertThat(withError("429").getUsage().getBucketsMap()).isEmpty();
  }

  private String provider(String... attributes) {
    var span = Spans.span(1, 0, "gen_ai.operation.name", "chat", "gen_ai.request.model", "m");
    span.addAllAttributes(Spans.attributes((Object[]) attributes));
    return Translated.of(span).event.getDimensions().getProvider();
  }

  private TerminalStatus ended(String errorType) {
    return withError(errorType).getTerminalStatus();
  }

  private UsageEvent withError(String errorType) {
    return Translated.of(Spans.span(1, 0, "gen_ai.operation.name", "chat", "error.type", errorType))
        .event;
  }
}
