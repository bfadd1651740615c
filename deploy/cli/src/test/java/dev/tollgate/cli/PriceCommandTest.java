package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tollgate price` with small books, files and inputs.
class PriceCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CALL =
      """
      {"provider": "p", "model": "m", "time": "2026-08-01T12:00:00Z", \
      "usage": {"buckets": {"input": 1000, "output": 10}}}\
      """;

  private static final String PRICES =
      """
      {"id": "in", "bucket": "input", "amount": "2", "unit_quantity": 1000000, "source": "s"},
      {"id": "out", "bucket": "output", "amount": "8", "unit_quantity": 1000000, "source": "s"}\
      """;

  @TempDir Path folder;

  private static String book(String id, String more, String prices) {
    return """
    {"id": "%s", "version": 1, "currency": "USD", %s "models": [
      {"provider": "p", "model": "m", "prices": [%s]}]}
    """
        .formatted(id, more, prices);
  }

  private String file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String ownBook() {
    return file("book.json", book("own", "", PRICES));
  }

  private static Commands.Outcome price(String input, String... options) {
    var data = new ByteArrayOutputStream();
    var arguments = new ArrayList<>(List.of("price", "-"));
    arguments.addAll(Arrays.asList(options));
    var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    var outcome = Commands.run(in, data, arguments.toArray(String[]::new));
    assertThat(outcome.out()).isEmpty();
    return new Commands.Outcome(
        outcome.code(), data.toString(StandardCharsets.UTF_8), outcome.err());
  }

  private static List<JsonNode> answers(Commands.Outcome outcome) {
    return outcome.out().lines().map(PriceCommandTest::json).toList();
  }

  private static JsonNode answer(Commands.Outcome outcome) {
    assertThat(outcome.out().lines()).as(outcome.err()).hasSize(1);
    return answers(outcome).getFirst();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void price_call_isAChargeWithItsLines() {
    var outcome = price(CALL, "--book", ownBook());

    assertThat(outcome.code()).isZero();
    assertThat(answer(outcome))
        .isEqualTo(
            json(
                """
                {"provider": "p", "model": "m", "time": "2026-08-01T12:00:00Z",
                 "service_tier": "", "region": "",
                 "status": "PRICED", "cost": "0.002080000000", "currency": "USD",
                 "list_cost": "0.002080000000", "contract_cost": "0.002080000000",
                 "reported_cost": null, "rounded": false, "buckets": {"input": 1000, "output": 10},
                 "lines": [
                   {"bucket": "input", "quantity": 1000, "price_id": "in", "book": "own@1",
                    "multipliers": [], "cost": "0.002000000000"},
                   {"bucket": "output", "quantity": 10, "price_id": "out", "book": "own@1",
                    "multipliers": [], "cost": "0.000080000000"}],
                 "unpriced": [], "draws": [], "price_book": "own@1", "engine_version": "2",
                 "profile": "", "flaws": []}\
                """));
    assertThat(outcome.err())
        .isEqualTo(
            """
            1 line: 1 priced, 0 without a known cost, 0 refused
              PRICED               1
            cost       0.002080000000 USD
            list cost  0.002080000000 USD
            """);
  }

  @Test
  void price_providersOwnBody_isExtractedAndPricedByTheDefaultBook() {
    var outcome =
        price(
            """
            {"provider": "openai", "model": "gpt-4o", "time": "2025-08-01T02:00:00+02:00", \
            "usage": {"prompt_tokens": 2006, "prompt_tokens_details": {"cached_tokens": 1920}, \
            "completion_tokens": 300}}
            """);

    var answer = answer(outcome);
    assertThat(outcome.code()).isZero();
    assertThat(answer.get("cost").textValue()).isEqualTo("0.005615000000");
    assertThat(answer.get("time").textValue()).isEqualTo("2025-08-01T00:00:00Z");
    assertThat(answer.get("profile").textValue()).isEqualTo("openai/chat");
    assertThat(answer.get("price_book").textValue()).startsWith("default@");
    assertThat(answer.get("buckets").get("cache_read").longValue()).isEqualTo(1920);
  }

  @Test
  void price_tierThatTheBodyStates_isUsedUnlessTheLineStatesOne() {
    var body =
        """
        {"provider": "openai", "model": "gpt-5", "time": "2026-08-01T00:00:00Z", %s"usage": \
        {"input_tokens": 1000, "output_tokens": 0, "service_tier": "flex"}}
        """;
    var answers = answers(price(body.formatted("") + body.formatted("\"service_tier\": \"\", ")));

    assertThat(answers.get(0).get("service_tier").textValue()).isEqualTo("flex");
    assertThat(answers.get(0).get("cost").textValue()).isEqualTo("0.000625000000");
    assertThat(answers.get(0).get("flaws")).isEmpty();
    assertThat(answers.get(1).get("cost").textValue()).isEqualTo("0.001250000000");
    assertThat(answers.get(1).get("flaws").get(0).get("field").textValue())
        .isEqualTo("service_tier");
  }

  @Test
  void price_costThatIsNotKnown_isNullWithAStatus() {
    var call =
        """
        {"provider": "openai", "model": "%s", "time": "2026-08-01T00:00:00Z", "usage": %s}
        """;
    var outcome =
        price(
            call.formatted("gpt-9", "{\"buckets\": {\"input\": 1}}")
                + call.formatted("gpt-4o", "{\"buckets\": {\"second\": 1}}")
                + call.formatted("gpt-4o", "null")
                + call.formatted(
                    "gpt-4o",
                    "{\"prompt_tokens\": 1, \"completion_tokens\": 1,"
                        + " \"prompt_tokens_details\": {\"cached_tokens\": 2}}")
                + call.formatted("gpt-4o", "{\"buckets\": {}}"));

    var answers = answers(outcome);
    assertThat(answers)
        .extracting(answer -> answer.get("status").textValue())
        .containsExactly(
            "UNPRICED_MODEL", "UNPRICED_BUCKET", "USAGE_MISSING", "USAGE_INVALID", "PRICED_ZERO");
    assertThat(answers.subList(0, 4))
        .allSatisfy(answer -> {
          assertThat(answer.get("cost").isNull()).isTrue();
          assertThat(answer.get("list_cost").isNull()).isTrue();
          assertThat(answer.get("contract_cost").isNull()).isTrue();
        });
    assertThat(answers.get(1).get("unpriced").get(0).textValue()).isEqualTo("second");
    assertThat(answers.get(3).get("flaws").get(0).get("rule").textValue()).contains("expected");
    assertThat(answers.get(4).get("cost").textValue()).isEqualTo("0.000000000000");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err())
        .contains("5 lines: 1 priced, 4 without a known cost, 0 refused", "USAGE_INVALID")
        .contains("cost       0.000000000000 USD (lower bound: 4 lines not in it)");
  }

  @Test
  void price_mixedLines_areAnsweredInOrderOneByOne() {
    var input = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      input.append(
          i % 3 == 0
              ? CALL.replace("{\"provider\"", "{\"id\": " + i + ", \"provider\"")
              : i % 3 == 1 ? "{\"id\": \"" + i + "\"}" : "no JSON");
      input.append('\n');
    }

    var outcome = price(input.toString(), "--book", ownBook());

    var answers = answers(outcome);
    assertThat(answers).hasSize(3000);
    for (int i = 0; i < 3000; i++) {
      var answer = answers.get(i);
      assertThat(answer.path("id").asText()).isEqualTo(i % 3 == 2 ? "" : "" + i);
      assertThat(answer.get("status").textValue()).isEqualTo(i % 3 == 0 ? "PRICED" : "INVALID");
      assertThat(answer.path("line").asInt()).isEqualTo(i % 3 == 0 ? 0 : i + 1);
    }
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("3,000 lines: 1,000 priced, 0 without a known cost, 2,000 refused")
        .contains("2.080000000000 USD (lower bound: 2,000 lines not in it)");
  }

  @Test
  void price_lineWithMistakes_namesThemAll() {
    var answer =
        answer(
            price(
                """
                {"id": 7, "model": "", "time": "2026-02-30T00:00:00Z", "servicetier": "batch", \
                "region": 1, "usage": {"buckets": {"input": -1, "output": 1.0}}, \
                "positions": {"c": "1"}}
                """));

    assertThat(answer.get("status").textValue()).isEqualTo("INVALID");
    assertThat(answer.get("reason").textValue()).isEqualTo("FIELD_INVALID");
    assertThat(answer.get("id").intValue()).isEqualTo(7);
    assertThat(answer.get("line").intValue()).isEqualTo(1);
    assertThat(answer.get("cost").isNull()).isTrue();
    assertThat(answer.get("list_cost").isNull()).isTrue();
    assertThat(answer.get("currency").textValue()).isEqualTo("USD");
    assertThat(answer.get("lines")).isEmpty();
    assertThat(answer.get("buckets")).isEmpty();
    assertThat(answer.get("errors"))
        .extracting(error -> error.get("field").textValue())
        .containsExactlyInAnyOrder(
            "servicetier",
            "provider",
            "model",
            "time",
            "region",
            "positions[c]",
            "usage.buckets[input]",
            "usage.buckets[output]");
  }

  @Test
  void price_linesThatAreNoObjects_areRefusedEach() {
    var lines =
        List.of(
            "[]",
            "null",
            "{\"provider\": \"p\"} {}",
            "{\"provider\": \"p\", \"provider\": \"q\"}",
            "{\"usage\": 1e99999999999}",
            "[".repeat(100),
            "{\"provider\": \"\u0000\"}",
            "{\"x\": NaN}");

    var outcome = price(String.join("\n", lines));

    assertThat(answers(outcome)).hasSameSizeAs(lines);
    assertThat(answers(outcome))
        .allSatisfy(answer -> {
          assertThat(answer.get("status").textValue()).isEqualTo("INVALID");
          assertThat(answer.get("errors").get(0).get("field").textValue()).isEqualTo("line");
        });
  }

  @Test
  void price_unknownProviderOrFlavor_isRefusedUnlessTheLineHasBuckets() {
    var answers =
        answers(
            price(
                """
                {"provider": "nobody", "model": "m", "time": "2026-08-01T00:00:00Z", \
                "usage": {"prompt_tokens": 1}}
                {"provider": "openai", "api_flavor": "smoke", "model": "m", \
                "time": "2026-08-01T00:00:00Z", "usage": {"prompt_tokens": 1}}
                {"provider": "nobody", "model": "m", "time": "2026-08-01T00:00:00Z", \
                "usage": {"buckets": {"input": 1}}}
                """));

    assertThat(answers.get(0).get("errors").get(0).get("field").textValue()).isEqualTo("provider");
    assertThat(answers.get(1).get("errors").get(0).get("field").textValue())
        .isEqualTo("api_flavor");
    assertThat(answers.get(2).get("status").textValue()).isEqualTo("UNPRICED_MODEL");
  }

  @Test
  void price_costThatCantBeRepresented_isRefusedWithItsReason() {
    var dear =
        file(
            "dear.json",
            book("dear", "", PRICES.replace("\"amount\": \"2\"", "\"amount\": \"900\""))
                .replace("1000000", "1"));
    var outcome =
        price(
            CALL.replace("\"input\": 1000", "\"input\": 1000000000000") + "\n" + CALL,
            "--book",
            dear);

    assertThat(answers(outcome).get(0).get("reason").textValue())
        .isEqualTo("AMOUNT_UNREPRESENTABLE");
    assertThat(answers(outcome).get(0).get("errors").get(0).get("description").textValue())
        .contains("9223372");
    assertThat(answers(outcome).get(1).get("cost").textValue()).isEqualTo("900080.000000000000");
    assertThat(outcome.code()).isEqualTo(1);
  }

  @Test
  void price_lineWithoutTime_needsTheOption() {
    var call = CALL.replace("\"time\": \"2026-08-01T12:00:00Z\", ", "");

    assertThat(answer(price(call, "--book", ownBook())).get("errors").get(0).toString())
        .contains("time", "--time");
    assertThat(
            answer(price(call, "--book", ownBook(), "--time", "2026-08-02T00:00:00Z"))
                .get("time")
                .textValue())
        .isEqualTo("2026-08-02T00:00:00Z");
  }

  @Test
  void price_blankLines_countOnlyBetweenOthers() {
    var outcome = price("\n" + CALL + "\r\n \t\r\n" + CALL + "\n\n\n", "--book", ownBook());

    assertThat(answers(outcome))
        .extracting(answer -> answer.get("status").textValue())
        .containsExactly("INVALID", "PRICED", "INVALID", "PRICED");
    assertThat(answers(outcome).get(2).get("line").intValue()).isEqualTo(3);
    assertThat(price("", "--book", ownBook()).code()).isZero();
    assertThat(price("\n\n", "--book", ownBook()).out()).isEmpty();
  }

  @Test
  void price_lineAtTheLimit_isReadAndOneAboveItIsRefused() {
    var limit = 1 << 20;
    var atLimit = CALL + " ".repeat(limit - CALL.length());
    var outcome =
        price(
            String.join("\n", atLimit, atLimit + " ", "x".repeat(3 * limit), CALL),
            "--book",
            ownBook());

    assertThat(answers(outcome))
        .extracting(answer -> answer.get("status").textValue())
        .containsExactly("PRICED", "INVALID", "INVALID", "PRICED");
    assertThat(answers(outcome).get(1).get("errors").toString()).contains("1048576 bytes");
  }

  @Test
  void price_byteOrderMark_isNoPartOfTheFirstLine() {
    assertThat(answer(price("\uFEFF" + CALL, "--book", ownBook())).get("status").textValue())
        .isEqualTo("PRICED");
  }

  @Test
  void price_nameThatIsNotAscii_comesBackAsItWas() {
    var answer = answer(price(CALL.replace("\"m\"", "\"modèle 模型\""), "--book", ownBook()));

    assertThat(answer.get("model").textValue()).isEqualTo("modèle 模型");
  }

  @Test
  void price_file_isReadLikeStandardInput() {
    var data = new ByteArrayOutputStream();
    var outcome =
        Commands.run(
            InputStream.nullInputStream(),
            data,
            "price",
            file("calls.jsonl", CALL + "\n" + CALL),
            "--book",
            ownBook());

    assertThat(outcome.code()).isZero();
    assertThat(data.toString(StandardCharsets.UTF_8).lines()).hasSize(2);
  }

  @Test
  void price_filesThatAreNotThere_areOneLineEach() {
    for (var outcome :
        List.of(
            Commands.run("price", folder.resolve("none.jsonl").toString()),
            price(CALL, "--book", folder.resolve("none.json").toString()),
            price(CALL, "--fx", folder.resolve("none.json").toString(), "--currency", "EUR"))) {
      assertThat(outcome.code()).isEqualTo(1);
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err()).startsWith("tollgate: can't read ").contains("none.json");
    }
  }

  @Test
  void price_optionsThatContradict_areAUsageError() {
    assertThat(price(CALL, "--currency", "EUR").code()).isEqualTo(2);
    assertThat(price(CALL, "--no-default").code()).isEqualTo(2);
    assertThat(price(CALL, "--time", "now").code()).isEqualTo(2);
    assertThat(Commands.run("price").code()).isEqualTo(2);
  }

  @Test
  void price_mistakenBook_namesEveryProblemAndPricesNothing() {
    var wrong =
        file("wrong.json", book("own", "\"colour\": 1,", PRICES.replace("\"8\"", "\"-8\"")));

    var outcome = price(CALL, "--book", ownBook(), "--book", wrong);

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("wrong.json", "out: amount: ", "book: colour: ");
  }

  @Test
  void price_stackedBooks_priceFromTheUppermostThatKnows() {
    var upper =
        file(
            "upper.json",
            book(
                "upper",
                "",
                """
                {"id": "cheap", "bucket": "output", "amount": "1", "unit_quantity": 1000000, \
                "source": "s"}\
                """));

    var answer = answer(price(CALL, "--book", upper, "--book", ownBook()));

    assertThat(answer.get("price_book").textValue()).isEqualTo("upper@1+own@1");
    assertThat(answer.get("cost").textValue()).isEqualTo("0.002010000000");
    assertThat(answer.get("list_cost").textValue()).isEqualTo("0.002080000000");
    assertThat(answer.get("lines").get(1).get("book").textValue()).isEqualTo("upper@1");
  }

  @Test
  void price_bookOnTheDefaultBook_hasItBelowUnlessToldOtherwise() {
    var onDefault = file("on.json", book("on", "\"base\": \"default\",", PRICES));
    var call = CALL.replace("\"p\"", "\"openai\"").replace("\"m\"", "\"gpt-4o\"");

    assertThat(answer(price(call, "--book", onDefault)).get("status").textValue())
        .isEqualTo("PRICED");
    assertThat(answer(price(call, "--book", onDefault, "--no-default")).get("status").textValue())
        .isEqualTo("UNPRICED_MODEL");
    assertThat(answer(price(call, "--book", ownBook())).get("status").textValue())
        .isEqualTo("UNPRICED_MODEL");
  }

  @Test
  void price_booksThatCantStack_areOneLine() {
    var homeless = file("a.json", book("a", "\"base\": \"org\",", PRICES));
    var euros = file("b.json", book("b", "", PRICES).replace("USD", "EUR"));

    assertThat(price(CALL, "--book", homeless).err()).contains("a stands on org");
    assertThat(price(CALL, "--book", ownBook(), "--book", euros).err()).contains("USD", "EUR");
    assertThat(price(CALL, "--book", ownBook(), "--book", ownBook()).err()).contains("own");
    assertThat(price(CALL, "--book", ownBook(), "--book", ownBook()).code()).isEqualTo(1);
  }

  @Test
  void price_period_keepsPositionsFromLineToLine() {
    var pack =
        file(
            "pack.json",
            book("pack", "", PRICES)
                .replace(
                    "\"models\"",
                    """
                    "commitments": [{"id": "prepaid", "buckets": ["input"], "units": 2500, \
                    "fee": "0.0025", "source": "s"}, {"id": "unused", "provider": "q", \
                    "credit": "7", "fee": "6", "source": "s"}], "models\"\
                    """));
    var calls = String.join("\n", CALL, CALL, CALL);

    var alone = price(calls, "--book", pack);
    var together = price(calls, "--book", pack, "--period");

    assertThat(answers(alone))
        .extracting(answer -> answer.get("cost").textValue())
        .containsOnly("0.002080000000");
    assertThat(answers(together))
        .extracting(answer -> answer.get("cost").textValue())
        .containsExactly("0.001080000000", "0.001080000000", "0.001580000000");
    assertThat(answers(together).get(2).get("contract_cost").textValue())
        .isEqualTo("0.002080000000");
    assertThat(answers(together).get(2).get("draws").get(0))
        .isEqualTo(json("{\"counter\": \"prepaid\", \"quantity\": 500}"));
    assertThat(together.err())
        .contains(
            "commitment prepaid: idle 0.000000000000 USD of the fee of 0.002500000000,"
                + " 0 units left",
            "commitment unused: idle 6.000000000000 USD of the fee of 6.000000000000,"
                + " 7.000000000000 USD left");
    assertThat(alone.err()).doesNotContain("commitment");
  }

  @Test
  void price_positionOfTheLine_goesBeforeThatOfTheBody() {
    var searches =
        file(
            "searches.json",
            """
            {"id": "s", "version": 1, "currency": "USD", "models": [{"provider": "google", \
            "model": "m", "prices": [{"id": "w", "bucket": "web_search", "amount": "14", \
            "unit_quantity": 1000, "allotment": {"counter": "web_search", "quantity": 5000}, \
            "source": "s"}]}]}
            """);
    var call =
        """
        {"provider": "google", "model": "m", "time": "2026-08-01T00:00:00Z", "usage": \
        {"google_search_requests_month_to_date": %d, "google_search_requests": 3}%s}
        """;

    assertThat(
            answers(
                price(
                    call.formatted(5000, "")
                        + call.formatted(0, "")
                        + call.formatted(0, ", \"positions\": {\"web_search\": 4999}"),
                    "--book",
                    searches)))
        .extracting(answer -> answer.get("cost").textValue())
        .containsExactly("0.042000000000", "0.000000000000", "0.028000000000");
  }

  @Test
  void price_reportingCurrency_isConvertedAtTheDateOfTheCall() {
    var rates =
        file(
            "fx.json",
            """
            {"id": "ecb", "rates": [
              {"from": "USD", "to": "EUR", "date": "2026-08-01", "rate": "0.9", "source": "s"},
              {"from": "USD", "to": "EUR", "date": "2026-08-03", "rate": "0.8", "source": "s"}]}
            """);
    var calls =
        String.join(
            "\n",
            CALL,
            CALL.replace("2026-08-01T12:00:00Z", "2026-08-04T01:00:00+02:00"),
            CALL.replace("2026-08-01", "2026-07-01"));

    var outcome = price(calls, "--book", ownBook(), "--fx", rates, "--currency", "EUR");

    var answers = answers(outcome);
    assertThat(answers.get(0).get("reporting"))
        .isEqualTo(
            json(
                """
                {"currency": "EUR", "cost": "0.001872000000", "rate": "0.9", "date": "2026-08-01",
                 "rounded": false}\
                """));
    assertThat(answers.get(1).get("reporting").get("cost").textValue()).isEqualTo("0.001664000000");
    assertThat(answers.get(2).get("reporting").isNull()).isTrue();
    assertThat(answers.get(2).get("cost").textValue()).isEqualTo("0.002080000000");
    assertThat(answers.get(2).get("flaws").get(0).get("field").textValue()).isEqualTo("reporting");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err())
        .contains("cost       0.006240000000 USD\n")
        .contains("cost       0.003536000000 EUR (lower bound: 1 line not in it)");
  }

  @Test
  void price_outputThatNobodyReads_endsQuietly() {
    var outcome = intoStreamThatFails("Broken pipe");

    assertThat(outcome.code()).isEqualTo(141);
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void price_outputThatCantBeWritten_isSaid() {
    var outcome = intoStreamThatFails("No space left on device");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo("tollgate: the answers can't be written: No space left on device\n");
  }

  private Commands.Outcome intoStreamThatFails(String message) {
    var closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(message);
          }
        };
    var calls = (CALL + "\n").repeat(100).getBytes(StandardCharsets.UTF_8);
    return Commands.run(new ByteArrayInputStream(calls), closed, "price", "-", "--book", ownBook());
  }

  @Test
  void price_callerThatWaitsForEachAnswer_getsIt() {
    var data = new ByteArrayOutputStream();
    var answersBeforeEachRead = new ArrayList<Long>();
    var in =
        new InputStream() {
          private int calls = 3;

          @Override
          public int read() {
            throw new AssertionError("reads a byte at a time");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            answersBeforeEachRead.add(data.toString(StandardCharsets.UTF_8).lines().count());
            if (calls-- == 0) {
              return -1;
            }
            var line = (CALL + "\n").getBytes(StandardCharsets.UTF_8);
            System.arraycopy(line, 0, buffer, offset, line.length);
            return line.length;
          }
        };

    assertThat(Commands.run(in, data, "price", "-", "--book", ownBook()).code()).isZero();
    assertThat(answersBeforeEachRead).containsExactly(0L, 1L, 2L, 3L);
  }
}
