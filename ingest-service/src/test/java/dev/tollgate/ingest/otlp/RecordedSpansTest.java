package dev.tollgate.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What released instrumentations say of known answers of a server, attribute by attribute.
class RecordedSpansTest {
  /* The servers answered: OpenAI's with 2,006 prompt tokens, 1,920 of them cached, and 300 completion
  tokens, 100 of them reasoning; Anthropic's with 50 input tokens, 1,920 read from the cache and 30
  written to it beside those, and 300 output tokens. */
  private static final Map<String, Long> OF_OPENAI =
      Map.of("input", 86L, "cache_read", 1_920L, "output", 200L, "reasoning", 100L);
  private static final Map<String, Long> OF_ANTHROPIC =
      Map.of("input", 50L, "cache_read", 1_920L, "cache_write", 30L, "output", 300L);

  private final Aliases aliases = Aliases.shipped();

  /// openinference-instrumentation-openai 0.1.66.
  @Test
  void openInference_chatOfOpenAi_isDividedAsItsServerSaid() {
    var event =
        event(
            "input.value", "{\"model\": \"gpt-4o\"}",
            "llm.finish_reason", "stop",
            "llm.input_messages.0.message.content", "secret question",
            "llm.invocation_parameters", "{\"model\": \"gpt-4o\", \"max_tokens\": 400}",
            "llm.model_name", "gpt-4o-2024-08-06",
            "llm.system", "openai",
            "llm.token_count.completion", 300,
            "llm.token_count.completion_details.reasoning", 100,
            "llm.token_count.prompt", 2_006,
            "llm.token_count.prompt_details.cache_read", 1_920,
            "llm.token_count.total", 2_306,
            "openinference.span.kind", "LLM");

    assertThat(event.getUsage().getBucketsMap()).isEqualTo(OF_OPENAI);
    assertThat(event.getDimensions().getProvider()).isEqualTo("openai");
    assertThat(event.getDimensions().getModel()).isEqualTo("gpt-4o-2024-08-06");
    assertThat(event.getFinishReason()).isEqualTo("stop");
  }

  /// openinference-instrumentation-openai 0.1.66.
  @Test
  void openInference_embeddingOfOpenAi_isInput() {
    var event =
        event(
            "embedding.embeddings.0.embedding.text", "secret",
            "embedding.embeddings.0.embedding.vector", List.of(0.1),
            "embedding.model_name", "text-embedding-3-small",
            "llm.system", "openai",
            "llm.token_count.prompt", 8,
            "llm.token_count.total", 8,
            "openinference.span.kind", "EMBEDDING");

    assertThat(event.getUsage().getBucketsMap()).isEqualTo(Map.of("input", 8L));
    assertThat(event.getDimensions().getModel()).isEqualTo("text-embedding-3-small");
  }

  /// opentelemetry-instrumentation-openai 0.62.4, OpenLLMetry's.
  @Test
  void openLlmetry_chatOfOpenAi_isDividedAsItsServerSaid() {
    var event =
        event(
            "gen_ai.input.messages",
            "[{\"role\": \"user\"}]",
            "gen_ai.is_streaming",
            false,
            "gen_ai.openai.api_base",
            "http://127.0.0.1:40717/v1/",
            "gen_ai.operation.name",
            "chat",
            "gen_ai.provider.name",
            "openai",
            "gen_ai.request.max_tokens",
            400,
            "gen_ai.request.model",
            "gpt-4o",
            "gen_ai.response.finish_reasons",
            List.of("stop"),
            "gen_ai.response.id",
            "chatcmpl-real",
            "gen_ai.response.model",
            "gpt-4o-2024-08-06",
            "gen_ai.usage.cache_read.input_tokens",
            1_920,
            "gen_ai.usage.input_tokens",
            2_006,
            "gen_ai.usage.output_tokens",
            300,
            "gen_ai.usage.reasoning_tokens",
            100,
            "gen_ai.usage.total_tokens",
            2_306,
            "openai.response.service_tier",
            "default");

    assertThat(event.getUsage().getBucketsMap()).isEqualTo(OF_OPENAI);
    assertThat(event.getDimensions().getEndpoint()).isEqualTo("127.0.0.1");
    assertThat(event.getEventId()).isEqualTo("otlp/response/chatcmpl-real");
    assertThat(event.getRequestedMaxOutputTokens()).isEqualTo(400);
    assertThat(event.getServiceTier()).isEmpty();
  }

  /// openinference-instrumentation-anthropic 3.1.0.
  @Test
  void openInference_messageOfAnthropic_isDividedAsItsServerSaid() {
    var event =
        event(
            "llm.finish_reason", "end_turn",
            "llm.model_name", "claude-sonnet-4-5-20250929",
            "llm.provider", "anthropic",
            "llm.request.model_name", "claude-sonnet-4-5",
            "llm.response.model_name", "claude-sonnet-4-5-20250929",
            "llm.system", "anthropic",
            "llm.token_count.completion", 300,
            "llm.token_count.prompt", 2_000,
            "llm.token_count.prompt_details.cache_read", 1_920,
            "llm.token_count.prompt_details.cache_write", 30,
            "llm.token_count.total", 2_300,
            "openinference.span.kind", "LLM");

    assertThat(event.getUsage().getBucketsMap()).isEqualTo(OF_ANTHROPIC);
    assertThat(event.getDimensions().getModel()).isEqualTo("claude-sonnet-4-5-20250929");
  }

  /// opentelemetry-instrumentation-anthropic 0.62.4, OpenLLMetry's.
  @Test
  void openLlmetry_messageOfAnthropic_isDividedAsItsServerSaid() {
    var event =
        event(
            "gen_ai.operation.name",
            "chat",
            "gen_ai.provider.name",
            "anthropic",
            "gen_ai.request.max_tokens",
            400,
            "gen_ai.request.model",
            "claude-sonnet-4-5",
            "gen_ai.response.finish_reasons",
            List.of("stop"),
            "gen_ai.response.id",
            "msg_real",
            "gen_ai.response.model",
            "claude-sonnet-4-5-20250929",
            "gen_ai.usage.cache_creation.input_tokens",
            30,
            "gen_ai.usage.cache_read.input_tokens",
            1_920,
            "gen_ai.usage.input_tokens",
            2_000,
            "gen_ai.usage.output_tokens",
            300,
            "gen_ai.usage.total_tokens",
            2_300);

    assertThat(event.getUsage().getBucketsMap()).isEqualTo(OF_ANTHROPIC);
    assertThat(event.getEventId()).isEqualTo("otlp/response/msg_real");
  }

  /// Nothing was said against the span, and nothing that people said came along.
  private UsageEvent event(Object... attributes) {
    var span = Spans.observed(Spans.span(1, 0, attributes)).getFirst();
    var trail = new Trail(span, List.of(), aliases);
    assertThat(aliases.operation(span)).isPresent();
    var event =
        Translation.of(
            trail,
            EventId.of(trail).orElseThrow(),
            Set.of(),
            remark -> {
              throw new AssertionError(remark.get());
            });
    assertThat(event.toString()).doesNotContain("secret");
    return event;
  }
}
