package dev.tollgate.pricing.gather;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.pricing.gather.Refusal.Rule;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// What is taken of the real collections, and what is not.
@NullMarked
class CollectionsTest {
  private static final Instant AT = Instant.parse("2026-08-01T00:00:00Z");

  @Test
  void gather_realCollections_takesAllThatBooksHoldAndCountsTheRest() throws IOException {
    for (var name :
        List.of(Collections.LITELLM_OLD, Collections.LITELLM_NEW, Collections.GENAI_PRICES)) {
      var report = Collections.gathered(name).report();
      System.out.println("[gather] " + name + ": " + report);
      report
          .countByRule()
          .forEach((rule, count) -> System.out.println("[gather]   " + rule.name() + " " + count));
      assertThat(report.models()).as(name).isGreaterThan(report.entries() * 7 / 10);
      assertThat(report.countByRule()).doesNotContainKey(Rule.BOOK_RULE);
    }
  }

  @Test
  void gather_twice_givesTheSameBytesThatParseToTheSameBook() throws IOException, PriceBookInvalid {
    for (var name : List.of(Collections.LITELLM_NEW, Collections.GENAI_PRICES)) {
      var book = Collections.gathered(name).book();

      assertThat(Collections.gathered(name).book().print()).isEqualTo(book.print());
      assertThat(PriceBook.parse(book.print())).isEqualTo(book);
    }
  }

  @Test
  void litellm_everyEntry_isInTheBookOrRefusedByName() throws IOException {
    for (var name : List.of(Collections.LITELLM_OLD, Collections.LITELLM_NEW)) {
      var gathered = Collections.gathered(name);
      var refused = new TreeSet<String>();
      gathered.report().refused().forEach(each -> refused.add(each.entry()));
      var said =
          gathered.report().refused().stream()
              .map(Refusal::toString)
              .collect(Collectors.joining("\n"));
      var sources = new TreeSet<String>();
      gathered
          .book()
          .models()
          .forEach(model -> model.prices().forEach(price -> sources.add(price.source())));
      new JsonMapper()
          .readTree(Collections.bytes(name))
          .fieldNames()
          .forEachRemaining(entry -> {
            var found =
                refused.contains(entry)
                    || sources.contains(Format.LITELLM.origin() + " " + entry)
                    || said.contains(" in " + entry + " ")
                    || gathered.book().models().stream()
                        .anyMatch(model -> entry.endsWith(model.name()));
            assertThat(found).as(entry).isTrue();
          });
    }
  }

  @Test
  void litellm_entriesWrongByAHundredThousand_areRefusedByValue() throws IOException {
    var refused = Collections.gathered(Collections.LITELLM_NEW).report().refused();
    var absurd = refused.stream().filter(each -> each.rule() == Rule.ABSURD).toList();
    System.out.println("[gather] absurd: " + absurd);

    assertThat(absurd)
        .contains(
            new Refusal("wandb/openai/gpt-oss-120b", "input_cost_per_token", Rule.ABSURD, "0.015"),
            new Refusal("azure_ai/jais-30b-chat", "input_cost_per_token", Rule.ABSURD, "0.0032"));
    assertThat(absurd)
        .extracting(Refusal::entry)
        .filteredOn(each -> each.startsWith("wandb/"))
        .hasSizeGreaterThanOrEqualTo(26);
  }

  @Test
  void compare_twoDatesOfLitellm_findsWhatMovedTenfold() throws IOException {
    var before = Collections.gathered(Collections.LITELLM_OLD).book();
    var after = Collections.gathered(Collections.LITELLM_NEW).book().withVersion(2);
    var moved = Comparison.of(List.of(before, after), AT);
    var tenfold = moved.stream().filter(each -> each.differsBy(10)).toList();
    System.out.println("[compare] moved: " + moved.size() + ", 10x or more: " + tenfold);

    assertThat(tenfold)
        .extracting(each -> each.provider() + "/" + each.model() + "/" + each.bucket())
        .containsExactly(
            "aws/amazon.titan-embed-text-v2:0/input",
            "azure/mistral-small-2503/input",
            "azure/mistral-small-2503/output",
            "google/gemini-1.5-flash/output",
            "watsonx/ibm/granite-3-8b-instruct/input",
            "watsonx/ibm/granite-3-8b-instruct/output");
    assertThat(tenfold.getLast().ratio()).isEqualByComparingTo("1000");
  }

  @Test
  void compare_bothCollectionsAndOurs_saysEachAmount() throws IOException {
    var litellm = Collections.gathered(Collections.LITELLM_NEW).book();
    var genai = Collections.gathered(Collections.GENAI_PRICES).book();
    var ours = DefaultBook.read();
    var found = Comparison.of(List.of(litellm, genai, ours), AT);
    var withOurs = found.stream().filter(each -> each.amounts().containsKey(ours.ref())).toList();
    System.out.println(
        "[compare] litellm, genai-prices and ours disagree: "
            + found.size()
            + ", where ours speaks: "
            + withOurs.size());
    withOurs.forEach(each ->
        System.out.printf(
            "[compare]   %s/%s %s %s %s %s%n",
            each.provider(),
            each.model(),
            each.bucket(),
            each.serviceTier(),
            each.region(),
            each.amounts()));

    assertThat(found)
        .anySatisfy(each -> {
          assertThat(each.model()).isEqualTo("claude-3-opus-20240229");
          assertThat(each.bucket()).isEqualTo(Bucket.CACHE_WRITE_1H);
          assertThat(each.amounts())
              .containsEntry(litellm.ref(), new BigDecimal("6"))
              .containsEntry(genai.ref(), new BigDecimal("30"))
              .containsEntry(ours.ref(), new BigDecimal("30"));
        });
    assertThat(found).allMatch(each -> new LinkedHashSet<>(each.amounts().values()).size() > 1);
  }

  @Test
  void genai_everyNameOfItsOwn_findsTheModelThatIsFirstThere() throws IOException {
    var root = new JsonMapper().readTree(Collections.bytes(Collections.GENAI_PRICES));
    var book = Collections.gathered(Collections.GENAI_PRICES).book();
    var compared = 0;
    var wrong = new ArrayList<String>();
    for (var provider : root) {
      var names = new TreeSet<String>();
      for (var model : provider.get("models")) {
        names.add(model.get("id").asText());
        Clause.of(model.get("match"))
            .orElseThrow()
            .alternatives()
            .filter(clause -> clause.kind() != Clause.Kind.GLOB)
            .forEach(clause -> names.add(clause.text()));
      }
      for (var name : names) {
        for (var model : provider.get("models")) {
          if (Clause.of(model.get("match")).orElseThrow().matches(name)) {
            var id = provider.get("id").asText();
            var match = book.match(id.equals("x-ai") ? "xai" : id, name);
            var first = isFree(model.get("prices")) ? "none" : model.get("id").asText();
            var ours = match.map(each -> each.model().name()).orElse("none");
            compared++;
            if (!first.equals(ours)) {
              wrong.add(id + " " + name + ": first there " + first + ", here " + ours);
            }
            break;
          }
        }
      }
    }
    System.out.println("[gather] names of genai-prices that find its own first match: " + compared);
    assertThat(compared).isGreaterThan(2_400);
    assertThat(wrong).isEmpty();
  }

  private static boolean isFree(JsonNode prices) {
    return !prices.toString().matches(".*:[0-9.]*[1-9].*");
  }
}
