package dev.tollgate.ingest.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ingest.otlp.Aliases.Count;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.extract.Profiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AliasesTest {
  private final Aliases aliases = Aliases.shipped();

  @Test
  void table_eachCountButTheTotal_isABucket() {
    assertThat(Arrays.stream(Count.values()).filter(count -> count != Count.TOTAL))
        .allMatch(count -> Bucket.of(count.name().toLowerCase(Locale.ROOT)).isPresent());
  }

  @Test
  void table_noAttribute_isInTwoCountsOrTwiceInOne() {
    var seen = new HashSet<String>();

    assertThat(aliases.counts().values().stream().flatMap(names -> names.stream()))
        .allMatch(seen::add);
  }

  @Test
  void table_whatIsComparedInLowerCase_isWrittenSo() {
    var compared =
        Stream.of(
                aliases.providers().keySet().stream(),
                aliases.frameworks().stream(),
                aliases.hosts().keySet().stream(),
                aliases.freeErrors().stream(),
                aliases.endings().values().stream().flatMap(errors -> errors.stream()),
                aliases.kinds().stream().flatMap(kind -> kind.inference().keySet().stream()),
                aliases.kinds().stream().flatMap(kind -> kind.structure().stream()))
            .flatMap(texts -> texts);

    assertThat(compared).allMatch(text -> text.equals(text.toLowerCase(Locale.ROOT)));
  }

  @Test
  void table_aliasesOfProviders_leadToNamesThatAreNoAliases() {
    var named =
        Stream.concat(aliases.providers().values().stream(), aliases.hosts().values().stream());

    assertThat(named)
        .allMatch(name -> Profiles.shipped().canonical(name).equals(name))
        .noneMatch(aliases.providers()::containsKey);
  }

  @Test
  void table_providersOfTheConventions_haveTheNamesOfPriceBooks() {
    for (var pair :
        new String[][] {
          {"openai", "openai"}, {"anthropic", "anthropic"}, {"aws.bedrock", "aws"},
          {"azure.ai.openai", "azure"}, {"azure.ai.inference", "azure"}, {"gcp.gemini", "google"},
          {"gcp.vertex_ai", "google"}, {"gcp.gen_ai", "google"}, {"mistral_ai", "mistral"},
          {"x_ai", "xai"}, {"deepseek", "deepseek"}, {"cohere", "cohere"},
          {"perplexity", "perplexity"}, {"moonshot_ai", "moonshotai"}
        }) {
      var span = Spans.observed(Spans.span(1, 0, "gen_ai.provider.name", pair[0])).getFirst();
      var trail = new Trail(span, java.util.List.of(), aliases);

      assertThat(Provider.of(trail).name()).as(pair[0]).isEqualTo(pair[1]);
    }
  }

  @Test
  void operation_spansOfOtherKinds_areNoCalls() {
    for (var kind :
        Set.of("AGENT", "CHAIN", "TOOL", "RETRIEVER", "RERANKER", "GUARDRAIL", "EVALUATOR")) {
      assertThat(operation("openinference.span.kind", kind)).as(kind).isEmpty();
    }
    for (var name : Set.of("invoke_agent", "invoke_workflow", "execute_tool", "made_up")) {
      assertThat(operation("gen_ai.operation.name", name)).as(name).isEmpty();
    }
    assertThat(operation("http.request.method", "POST")).isEmpty();
    assertThat(operation("gen_ai.operation.name", "generate_content"))
        .isEqualTo("generate_content");
  }

  @Test
  void read_unknownMissingOrTwice_isRefused() throws IOException {
    String table;
    try (var in = Aliases.class.getResourceAsStream("/dev/tollgate/ingest/otlp/aliases.json")) {
      table = new String(java.util.Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
    assertRefused(table.replace("\"frameworks\"", "\"framework\""), "framework: unknown");
    assertRefused(table.replace("\"agent\": {", "\"agnet\": {"), "AGNET");
    assertRefused(table.replaceFirst("\"structure\": \\[[^]]*]", "\"where\": 1"), "where: unknown");
    assertRefused(table.replace("\"total\": [", "\"input\": ["), "Duplicate field 'input'");
    assertRefused(table.replace("\"chat\": \"chat\"", "\"chat\": 1"), "expected: a text");
  }

  private static void assertRefused(String table, String why) {
    assertThatThrownBy(() -> AliasReader.read(table.getBytes(UTF_8))).hasMessageContaining(why);
  }

  private String operation(String attribute, String value) {
    return aliases
        .operation(Spans.observed(Spans.span(1, 0, attribute, value)).getFirst())
        .orElse("");
  }
}
