package dev.tollgate.rating;

import static dev.tollgate.rating.Books.book;
import static dev.tollgate.rating.Books.parse;
import static dev.tollgate.rating.Books.price;
import static dev.tollgate.rating.Books.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class PriceBookTest {
  private static final String IN = price("in", "input", "2.5", "");

  @Test
  void print_ofWhatWasPrinted_isTheSameBytes() throws PriceBookInvalid {
    var book =
        book(
            price("b", "output", "10.00", "\"from\": \"2026-01-01T00:00:00.000Z\""),
            price("a", "input", "0.150", "\"region\": \"eu\", \"service_tier\": \"batch\""),
            price(
                "c",
                "input",
                "100",
                "\"context_tier\": {\"inclusive\": true, \"threshold_tokens\": 5}"),
            price("quote\\\"d", "input", "1", ""));

    var printed = book.print();

    assertThat(PriceBook.parse(printed)).isEqualTo(book);
    assertThat(PriceBook.parse(printed).print()).isEqualTo(printed);
    assertThat(new String(printed, StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {
              "id": "test",
              "version": 3,
              "currency": "USD",
              "models": [
                {
                  "provider": "p",
                  "model": "m",
                  "aliases": ["m-latest"],
                  "prices": [
                    {"id": "quote\\"d", "bucket": "input", "amount": "1", "unit_quantity": 1000000, "source": "test"},
                    {"id": "c", "bucket": "input", "context_tier": {"threshold_tokens": 5, "inclusive": true}, "amount": "100", "unit_quantity": 1000000, "source": "test"},
                    {"id": "a", "bucket": "input", "service_tier": "batch", "region": "eu", "amount": "0.15", "unit_quantity": 1000000, "source": "test"},
                    {"id": "b", "bucket": "output", "amount": "10", "unit_quantity": 1000000, "from": "2026-01-01T00:00:00Z", "source": "test"}
                  ]
                }
              ]
            }
            """);
  }

  @Test
  void withVersion_changesTheReferenceOnly() {
    var book = book(IN).withVersion(9);

    assertThat(book.ref()).isEqualTo("test@9");
    assertThat(book.withVersion(3)).isEqualTo(book(IN));
  }

  @Test
  void model_isFoundByNameAndAlias() {
    var book = book(IN);

    assertThat(book.match("p", "m").orElseThrow().by()).isEqualTo(Match.By.NAME);
    assertThat(book.match("p", "m-latest").orElseThrow())
        .isEqualTo(new Match(book.models().getFirst(), Match.By.ALIAS, "m-latest"));
    assertThat(book.match("p", "x")).isEmpty();
    assertThat(book.match("q", "m")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "NaN", "1e3", "1e400000000", "", " 1", "1,5", "+1", ".5", "١"})
  void parse_amountThatIsNoPlainDecimal_isRefused(String amount) {
    assertProblem(text(price("in", "input", amount, "")), "in", "amount", "a plain decimal");
  }

  @Test
  void parse_amountWithTooManyDigits_isRefused() {
    assertProblem(
        text(price("in", "input", "0.0123456789012345678901234567890123456789", "")),
        "in",
        "amount",
        "12 fraction digits");
    assertProblem(
        text(price("in", "input", "1000000.000000000001", "")), "in", "amount", "at most 1000000");
  }

  @Test
  void parse_amountAsNumber_isRefused() {
    assertProblem(text(IN.replace("\"2.5\"", "2.5")), "in", "amount", "as text");
  }

  @Test
  void parse_unknownBucket_isRefused() {
    assertProblem(text(price("in", "inptu", "1", "")), "in", "bucket", "\"inptu\"");
  }

  @Test
  void parse_unknownField_isRefused() {
    assertProblem(
        text(price("in", "input", "1", "\"surcharge\": []")), "in", "surcharge", "unknown field");
  }

  @Test
  void parse_overlappingPrices_areRefused() {
    assertProblem(
        text(
            price("a", "input", "1", "\"to\": \"2026-02-01T00:00:00Z\""),
            price("b", "input", "2", "\"from\": \"2026-01-01T00:00:00Z\"")),
        "b",
        "from",
        "overlaps with a");
  }

  @Test
  void parse_sameThresholdInclusiveAndNot_isRefused() {
    assertProblem(
        text(
            price(
                "a",
                "input",
                "1",
                "\"context_tier\": {\"threshold_tokens\": 5, \"inclusive\": true}"),
            price(
                "b",
                "input",
                "2",
                "\"context_tier\": {\"threshold_tokens\": 5, \"inclusive\": false}")),
        "b",
        "from",
        "overlaps with a");
  }

  @Test
  void parse_aboveAThresholdAndFromTheNextToken_isRefused() {
    assertProblem(
        text(
            price(
                "a",
                "input",
                "1",
                "\"context_tier\": {\"threshold_tokens\": 200000, \"inclusive\": false}"),
            price(
                "b",
                "input",
                "2",
                "\"context_tier\": {\"threshold_tokens\": 200001, \"inclusive\": true}")),
        "b",
        "from",
        "overlaps with a");
  }

  @Test
  void parse_intervalThatEndsBeforeItBegins_isRefused() {
    assertProblem(
        text(
            price(
                "a",
                "input",
                "1",
                "\"from\": \"2026-01-01T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"")),
        "a",
        "to",
        "after `from`");
  }

  @Test
  void parse_idUsedTwice_isRefused() {
    assertProblem(
        text(price("a", "input", "1", ""), price("a", "output", "1", "")), "a", "id", "used twice");
  }

  @Test
  void parse_aliasOfTwoModels_isRefused() {
    var text =
        """
        {"id": "test", "version": 1, "currency": "USD", "models": [
          {"provider": "p", "model": "m", "aliases": ["x"], "prices": [%s]},
          {"provider": "p", "model": "n", "aliases": ["x", "m"], "prices": [%s]}]}
        """
            .formatted(IN, price("in2", "input", "1", ""));

    assertThat(problems(text))
        .extracting(Problem::toString)
        .containsExactly(
            "p/n: aliases: m (expected: not a name of m too)",
            "p/n: aliases: x (expected: not a name of m too)");
  }

  @Test
  void parse_sameNameAtAnotherProvider_isFine() {
    var book =
        parse(
            """
            {"id": "test", "version": 1, "currency": "USD", "models": [
              {"provider": "p", "model": "m", "prices": [%s]},
              {"provider": "q", "model": "m", "prices": [%s]}]}
            """
                .formatted(IN, price("in2", "input", "1", "")));

    assertThat(book.models()).hasSize(2);
  }

  @Test
  void parse_severalMistakes_namesThemAll() {
    assertThat(
            problems(
                text(
                    price("a", "input", "-1", ""),
                    price("b", "inptu", "1", "\"from\": \"yesterday\""))))
        .extracting(Problem::entry, Problem::field)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", "amount"),
            org.assertj.core.groups.Tuple.tuple("b", "bucket"),
            org.assertj.core.groups.Tuple.tuple("b", "from"));
  }

  @Test
  void parse_thousandsOfMistakes_listsTheFirst() {
    var prices =
        IntStream.range(0, 5000)
            .mapToObj(i -> price("p" + i, "input", "-1", ""))
            .collect(Collectors.joining(","));

    assertThat(problems(text(prices))).hasSize(PriceBookInvalid.PROBLEMS_MAX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "nonsense",
        "{\"id\": \"test\", \"id\": \"test\"}",
        "{\"amount\": NaN}",
        "{} {}",
        "{\"version\": 111111111111111111111111111111111111111111111}"
      })
  void parse_textThatIsNoBook_isRefusedWithAReason(String text) {
    assertThat(problems(text)).isNotEmpty();
  }

  @Test
  void parse_deepNesting_isRefused() {
    assertThat(problems("[".repeat(100_000))).hasSize(1);
  }

  @Test
  void parse_truncatedBook_saysWhere() {
    var text = text(IN);

    assertProblem(text.substring(0, text.length() / 2), "book", "text", "is not JSON at line");
  }

  @Test
  void parse_tooLarge_isRefusedUnread() {
    var text = " ".repeat(BookReader.BYTES_MAX) + text(IN);

    assertProblem(text, "book", "text", "at most");
  }

  private static void assertProblem(String text, String entry, String field, String rule) {
    assertThat(problems(text))
        .anySatisfy(problem -> {
          assertThat(problem.entry()).isEqualTo(entry);
          assertThat(problem.field()).isEqualTo(field);
          assertThat(problem.rule()).contains(rule);
        });
    assertThatThrownBy(() -> PriceBook.parse(text.getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining(entry)
        .hasMessageContaining(rule);
  }

  private static List<Problem> problems(String text) {
    try {
      PriceBook.parse(text.getBytes(StandardCharsets.UTF_8));
      throw new AssertionError("was accepted: " + text);
    } catch (PriceBookInvalid e) {
      return e.problems();
    }
  }
}
