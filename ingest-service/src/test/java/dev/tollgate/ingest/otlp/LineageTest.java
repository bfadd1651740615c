package dev.tollgate.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineageTest {
  private final Aliases aliases = Aliases.shipped();

  @Test
  void chatInAChat_isOneCall_andTheInnerOneTellsIt() {
    assertThat(
            covered(chat(1, 0, 10), Spans.span(2, 1, "http.request.method", "POST"), chat(3, 2, 9)))
        .containsExactly("0000000000000001");
  }

  @Test
  void chatInAChat_onlyTheOuterStatesUsage_theOuterTellsIt() {
    assertThat(covered(chat(1, 0, 10), Spans.span(2, 1, "gen_ai.operation.name", "chat")))
        .containsExactly("0000000000000002");
  }

  @Test
  void chatBelowAnAgentOrToolOfAChat_isACallOfItsOwn() {
    assertThat(
            covered(
                chat(1, 0, 10),
                Spans.span(2, 1, "gen_ai.operation.name", "execute_tool"),
                chat(3, 2, 9)))
        .isEmpty();
  }

  @Test
  void agentSpan_thatRepeatsTheUsageOfItsCalls_isNoCall() {
    var agent =
        Spans.span(
            1,
            0,
            "gen_ai.operation.name",
            "invoke_agent",
            "openinference.span.kind",
            "LLM",
            "gen_ai.usage.input_tokens",
            100);

    assertThat(aliases.operation(Spans.observed(agent).getFirst())).isEmpty();
  }

  @Test
  void outerSpan_thatComesInALaterExport_isFoundThroughWhatLiesBetween() {
    var inner = Spans.observed(chat(3, 2, 9));
    var between = Spans.observed(Spans.span(2, 1, "http.request.method", "POST"), chat(1, 7, 10));

    assertThat(Lineage.of(inner, aliases, _ -> false).outer(inner.getFirst()))
        .hasValue("0000000000000002");
    var later = Lineage.of(between, aliases, span -> span.spanId().endsWith("2"));
    assertThat(between.stream().filter(later::isCovered).map(Observed::spanId))
        .containsExactly("0000000000000001");
  }

  @Test
  void agentSpan_aroundACallOfAnExportBefore_coversNothing() {
    var later =
        Spans.observed(Spans.span(2, 1, "gen_ai.operation.name", "execute_tool"), chat(1, 0, 10));

    assertThat(later)
        .noneMatch(Lineage.of(later, aliases, span -> span.spanId().endsWith("2"))::isCovered);
    assertThat(Lineage.of(later, aliases, _ -> false).outer(later.getFirst())).isEmpty();
  }

  @Test
  void ancestors_ofACircle_end() {
    var observed = Spans.observed(chat(1, 2, 1), Spans.span(2, 1));

    assertThat(Lineage.of(observed, aliases, _ -> false).ancestors(observed.getFirst()))
        .hasSizeLessThanOrEqualTo(16);
  }

  private static Span.Builder chat(int id, int parent, int tokens) {
    return Spans.span(
        id,
        parent,
        "gen_ai.operation.name",
        "chat",
        "gen_ai.usage.input_tokens",
        tokens,
        "gen_ai.usage.output_tokens",
        1);
  }

  private List<String> covered(Span.Builder... spans) {
    var observed = Spans.observed(spans);
    var lineage = Lineage.of(observed, aliases, _ -> false);
    return observed.stream().filter(lineage::isCovered).map(Observed::spanId).toList();
  }
}
