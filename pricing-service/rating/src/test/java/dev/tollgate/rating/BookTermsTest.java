package dev.tollgate.rating;

import static dev.tollgate.rating.Books.price;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@NullMarked
class BookTermsTest {
  private static final String NIGHT =
      "\"schedule\": {\"hours\": [\"22:00-06:00\"], \"days\": [\"monday\"]}";

  private static String book(String models, String more) {
    return "{\"id\": \"test\", \"version\": 1, \"currency\": \"USD\", \"models\": ["
        + models
        + "]"
        + (more.isEmpty() ? "" : ", " + more)
        + "}";
  }

  private static String model(String name, String more, String... prices) {
    return "{\"provider\": \"p\", \"model\": \"%s\"%s, \"prices\": [%s]}"
        .formatted(name, more.isEmpty() ? "" : ", " + more, String.join(",", prices));
  }

  private static String with(String bucket, String field) {
    return book(model("m", "", price("id", bucket, "1", field)), "");
  }

  private static String two(String first, String second) {
    return book(
        model("a", first, price("a", "input", "1", ""))
            + ","
            + model("b", second, price("b", "input", "1", "")),
        "");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            two("\"patterns\": [\"*mini*\"]", "\"patterns\": [\"gpt-*\"]"),
            "p/b: patterns: gpt-* (expected: no name that *mini* of a matches too)"),
        Arguments.of(
            two("\"prefixes\": [\"gpt-4\"]", "\"prefixes\": [\"gpt-4\"]"),
            "p/b: prefixes: gpt-4 (expected: not a prefix of a too)"),
        Arguments.of(
            two("\"aliases\": [\"b\"]", "\"aliases\": [\"a\"]"), "(expected: not a name of"),
        Arguments.of(
            book("", "\"base\": \"test\""), "base: test (expected: another book than itself)"),
        Arguments.of(
            with(
                "output",
                "\"context_tier\": {\"threshold_tokens\": 5, \"inclusive\": true,"
                    + " \"mode\": \"GRADUATED\"}"),
            "id: context_tier: GRADUATED on output"),
        Arguments.of(
            with(
                "input",
                "\"context_tier\": {\"threshold_tokens\": 5, \"inclusive\": true,"
                    + " \"mode\": \"SLOPE\"}"),
            "mode: \"SLOPE\" (expected: one of [CLIFF, GRADUATED])"),
        Arguments.of(
            with(
                "input",
                "\"volume\": {\"counter\": \"c\", \"mode\": \"RETROACTIVE\", \"steps\":"
                    + " [{\"above\": 5, \"amount\": \"2\"}]}"),
            "id: volume: RETROACTIVE with a step that is dearer"),
        Arguments.of(
            with(
                "input",
                "\"volume\": {\"counter\": \"c\", \"steps\": [{\"above\": 5, \"amount\":"
                    + " \"2\"}, {\"above\": 5, \"amount\": \"1\"}]}"),
            "above: 5 (expected: more than the step before)"),
        Arguments.of(
            with("input", "\"volume\": {\"counter\": \"c\", \"steps\": []}"),
            "steps: 0 (expected: 1 to 32)"),
        Arguments.of(
            with(
                "input",
                "\"volume\": {\"counter\": \"c\", \"steps\": [{\"above\": 5, \"amount\":"
                    + " \"1\"}]}, \"allotment\": {\"counter\": \"c\", \"quantity\": 5}"),
            "id: volume: beside another"),
        Arguments.of(
            with("input", "\"allotment\": {\"counter\": \"c\", \"quantity\": 0}"),
            "quantity: 0 (expected: a whole number from 1"),
        Arguments.of(
            with("input", "\"schedule\": {\"hours\": [\"25:00-26:00\"]}"),
            "hours: \"25:00-26:00\" (expected: HH:MM-HH:MM"),
        Arguments.of(
            with("input", "\"schedule\": {\"hours\": [\"01:00-03:00\", \"02:00-04:00\"]}"),
            "(expected: hours that don't overlap)"),
        Arguments.of(
            with("input", "\"schedule\": {\"hours\": [\"01:00-03:00\"], \"zone\": \"Mars/Base\"}"),
            "zone: Mars/Base (expected: an IANA time zone"),
        Arguments.of(
            with(
                "input",
                "\"schedule\": {\"hours\": [\"01:00-03:00\"], \"except\":" + " [\"2026-02-30\"]}"),
            "except: 2026-02-30 (expected: a date"),
        Arguments.of(
            with("input", "\"schedule\": {\"days\": [\"monday\"]}"), "hours: is missing or empty"),
        Arguments.of(
            book(
                model(
                    "m",
                    "",
                    price("one", "input", "1", NIGHT),
                    price(
                        "two",
                        "input",
                        "1",
                        "\"schedule\": {\"hours\": [\"05:00-07:00\"], \"days\": [\"tuesday\"]}")),
                ""),
            "two: from: overlaps with one"),
        Arguments.of(
            book("", "\"multipliers\": [{\"id\": \"x\", \"factor\": \"-1\", \"source\": \"t\"}]"),
            "x: factor: \"-1\" (expected: a plain decimal"),
        Arguments.of(
            book("", "\"multipliers\": [{\"id\": \"x\", \"factor\": \"1001\", \"source\": \"t\"}]"),
            "x: factor: 1001 (expected: at most 1000)"),
        Arguments.of(
            book(
                "",
                "\"multipliers\": [{\"id\": \"x\", \"factor\": \"1\", \"source\": \"t\"}, {\"id\":"
                    + " \"x\", \"factor\": \"2\", \"source\": \"t\"}]"),
            "x: id: used twice, by a multiplier and a multiplier"),
        Arguments.of(
            book("", "\"commitments\": [{\"id\": \"x\", \"fee\": \"1\", \"source\": \"t\"}]"),
            "x: credit: is missing"),
        Arguments.of(
            book(
                "",
                "\"commitments\": [{\"id\": \"x\", \"fee\": \"1\", \"credit\": \"0\", \"source\":"
                    + " \"t\"}]"),
            "x: credit: 0 (expected: more than 0)"),
        Arguments.of(
            book(
                "",
                "\"commitments\": [{\"id\": \"x\", \"fee\": \"1\", \"units\": 5, \"buckets\":"
                    + " [\"inptu\"], \"source\": \"t\"}]"),
            "x: buckets: inptu (expected: of [input"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void parse_termsThatAreMistaken_areRefusedWithTheRule(String text, String problem) {
    assertThatThrownBy(() -> PriceBook.parse(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(PriceBookInvalid.class)
        .hasMessageContaining(problem);
  }

  @Test
  void parse_schedulesThatShareNoMinute_areFine() throws PriceBookInvalid {
    var text =
        book(
            model(
                "m",
                "",
                price("any", "input", "1", ""),
                price("one", "input", "1", NIGHT),
                price(
                    "two",
                    "input",
                    "1",
                    "\"schedule\": {\"hours\": [\"06:00-07:00\"], \"days\": [\"tuesday\"]}")),
            "");

    assertThat(PriceBook.parse(text.getBytes(StandardCharsets.UTF_8)).models()).hasSize(1);
  }
}
