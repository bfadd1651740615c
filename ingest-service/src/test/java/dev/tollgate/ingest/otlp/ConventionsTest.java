package dev.tollgate.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// One span of each convention, as its libraries write it.
class ConventionsTest {
  @Test
  void openTelemetryCurrent_chat_isReadWhole() {
    var translated =
        Translated.of(
            Spans.span(
                1,
                0,
                "gen_ai.operation.name",
                "chat",
                "gen_ai.provider.name",
                "azure.ai.openai",
                "gen_ai.request.model",
                "gpt-4o",
                "gen_ai.response.model",
                "gpt-4o-2024-08-06",
                "gen_ai.response.id",
                "chatcmpl-9J3uIL87gldCFtiIbyaOvTeYBRA3l",
                "gen_ai.response.finish_reasons",
                List.of("length", "stop"),
                "gen_ai.response.time_to_first_chunk",
                0.12,
                "gen_ai.request.max_tokens",
                200,
                "gen_ai.usage.input_tokens",
                1200,
                "gen_ai.usage.cache_read.input_tokens",
                1000,
                "gen_ai.usage.audio.input_tokens",
                50,
                "gen_ai.usage.output_tokens",
                300,
                "gen_ai.usage.reasoning.output_tokens",
                100,
                "gen_ai.conversation.id",
                "conv-1",
                "gen_ai.agent.name",
                "Math Tutor",
                "gen_ai.workflow.name",
                "tutoring",
                "gen_ai.input.messages",
                "[{\"role\": \"user\", \"content\": \"very private\"}]",
                "enduser.id",
                "u-7",
                "openai.response.service_tier",
                "default",
                "server.address",
                "acme.openai.azure.com"));

    var event = translated.event;
    assertThat(event.getDimensions())
        .isEqualTo(
            Dimensions.newBuilder()
                .setProvider("azure")
                .setModel("gpt-4o-2024-08-06")
                .setEndpoint("acme.openai.azure.com")
                .setOperation("chat")
                .setSession("conv-1")
                .setAgent("Math Tutor")
                .setWorkflow("tutoring")
                .setUser("u-7")
                .setProject("support-bot")
                .setRelease("1.4.2")
                .setEnvironment("prod")
                .setTrace(Spans.TRACE)
                .setRequest("chatcmpl-9J3uIL87gldCFtiIbyaOvTeYBRA3l")
                .build());
    assertThat(event.getUsage().getBucketsMap())
        .isEqualTo(
            Map.of(
                "input",
                150L,
                "cache_read",
                1000L,
                "input_audio",
                50L,
                "output",
                200L,
                "reasoning",
                100L));
    assertThat(event.getEventId())
        .isEqualTo("otlp/response/chatcmpl-9J3uIL87gldCFtiIbyaOvTeYBRA3l");
    assertThat(event.getEventTime().getSeconds()).isEqualTo(1_790_000_000L);
    assertThat(event.getEventTime().getNanos()).isEqualTo(250_000_000);
    assertThat(event.getLatency()).isEqualTo(Duration.newBuilder().setNanos(250_000_000).build());
    assertThat(event.getTimeToFirstToken())
        .isEqualTo(Duration.newBuilder().setNanos(120_000_000).build());
    assertThat(event.getFinishReason()).isEqualTo("length");
    assertThat(event.getRequestedMaxOutputTokens()).isEqualTo(200);
    assertThat(event.getServiceTier()).isEmpty();
    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_SUCCESS);
    assertThat(event.toString()).as("what people said stays outside").doesNotContain("private");
    assertThat(translated.remarks).isEmpty();
  }

  @Test
  void openTelemetryBeforeProviderName_promptTokens_areInput() {
    var event =
        Translated.of(
                Spans.span(
                    1,
                    0,
                    "gen_ai.operation.name",
                    "text_completion",
                    "gen_ai.system",
                    "vertex_ai",
                    "gen_ai.request.model",
                    "gemini-2.5-flash",
                    "gen_ai.usage.prompt_tokens",
                    12,
                    "gen_ai.usage.completion_tokens",
                    3))
            .event;

    assertThat(event.getDimensions().getProvider()).isEqualTo("google");
    assertThat(event.getDimensions().getModel()).isEqualTo("gemini-2.5-flash");
    assertThat(event.getUsage().getBucketsMap()).isEqualTo(Map.of("input", 12L, "output", 3L));
    assertThat(event.getEventId()).isEqualTo("otlp/span/" + Spans.TRACE + "/0000000000000001");
  }

  @Test
  void openInference_llm_isReadWhole() {
    var event =
        Translated.of(
                Spans.span(
                    1,
                    0,
                    "openinference.span.kind",
                    "LLM",
                    "llm.system",
                    "anthropic",
                    "llm.provider",
                    "aws",
                    "llm.model_name",
                    "anthropic.claude-haiku-4-5-20251001-v1:0",
                    "llm.token_count.prompt",
                    900,
                    "llm.token_count.prompt_details.cache_read",
                    500,
                    "llm.token_count.prompt_details.cache_write",
                    300,
                    "llm.token_count.completion",
                    40,
                    "llm.token_count.completion_details.reasoning",
                    10,
                    "llm.token_count.total",
                    940,
                    "llm.finish_reason",
                    "end_turn",
                    "llm.prompt_template.version",
                    "v3",
                    "session.id",
                    "s-1",
                    "user.id",
                    "u-1",
                    "input.value",
                    "hello",
                    "metadata",
                    "{\"secret\": 1}"))
            .event;

    assertThat(event.getDimensions().getProvider()).isEqualTo("aws");
    assertThat(event.getDimensions().getSession()).isEqualTo("s-1");
    assertThat(event.getDimensions().getUser()).isEqualTo("u-1");
    assertThat(event.getDimensions().getPromptVersion()).isEqualTo("v3");
    assertThat(event.getDimensions().getOperation()).isEqualTo("chat");
    assertThat(event.getFinishReason()).isEqualTo("end_turn");
    assertThat(event.getUsage().getBucketsMap())
        .isEqualTo(
            Map.of(
                "input",
                100L,
                "cache_read",
                500L,
                "cache_write",
                300L,
                "output",
                30L,
                "reasoning",
                10L));
  }

  @Test
  void openInference_embedding_needsNoOutput() {
    var translated =
        Translated.of(
            Spans.span(
                1,
                0,
                "openinference.span.kind",
                "EMBEDDING",
                "llm.provider",
                "openai",
                "embedding.model_name",
                "text-embedding-3-small",
                "llm.token_count.total",
                8));

    assertThat(translated.event.getUsage().getBucketsMap()).isEqualTo(Map.of("input", 8L));
    assertThat(translated.event.getDimensions().getOperation()).isEqualTo("embeddings");
    assertThat(translated.remarks).isEmpty();
  }

  @Test
  void traceloop_chatInAWorkflow_isReadWhole() {
    var event =
        Translated.of(
                Spans.span(
                    1,
                    0,
                    "llm.request.type",
                    "chat",
                    "gen_ai.system",
                    "Anthropic",
                    "gen_ai.request.model",
                    "claude-sonnet-4-5",
                    "gen_ai.response.model",
                    "claude-sonnet-4-5-20250929",
                    "gen_ai.usage.prompt_tokens",
                    70,
                    "gen_ai.usage.completion_tokens",
                    20,
                    "gen_ai.usage.cache_read_input_tokens",
                    30,
                    "gen_ai.usage.cache_creation_input_tokens",
                    10,
                    "llm.usage.total_tokens",
                    90,
                    "gen_ai.completion.0.finish_reason",
                    "stop",
                    "gen_ai.prompt.0.content",
                    "hello",
                    "traceloop.workflow.name",
                    "joke_pipeline",
                    "traceloop.association.properties.user_id",
                    "u-3",
                    "traceloop.association.properties.session_id",
                    "s-3"))
            .event;

    assertThat(event.getDimensions().getProvider()).isEqualTo("anthropic");
    assertThat(event.getDimensions().getWorkflow()).isEqualTo("joke_pipeline");
    assertThat(event.getDimensions().getUser()).isEqualTo("u-3");
    assertThat(event.getDimensions().getSession()).isEqualTo("s-3");
    assertThat(event.getUsage().getBucketsMap())
        .isEqualTo(Map.of("input", 30L, "cache_read", 30L, "cache_write", 10L, "output", 20L));
    assertThat(event.toString()).doesNotContain("hello");
  }

  @Test
  void vercelAiSdk_innerSpan_isReadWhole() {
    var event =
        Translated.of(
                Spans.span(
                    1,
                    0,
                    "ai.operationId",
                    "ai.streamText.doStream",
                    "gen_ai.system",
                    "openai.responses",
                    "gen_ai.request.model",
                    "gpt-4o-mini",
                    "gen_ai.response.id",
                    "resp_1",
                    "gen_ai.usage.input_tokens",
                    10.0,
                    "gen_ai.usage.output_tokens",
                    5.0,
                    "ai.response.msToFirstChunk",
                    45.5))
            .event;

    assertThat(event.getDimensions().getProvider()).isEqualTo("openai");
    assertThat(event.getUsage().getBucketsMap()).isEqualTo(Map.of("input", 10L, "output", 5L));
    assertThat(event.getTimeToFirstToken())
        .isEqualTo(Duration.newBuilder().setNanos(45_500_000).build());
  }
}
