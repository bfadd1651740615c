package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tollgate prices import` with small collections and nothing running.
class ImportPricesCommandTest {
  private static final String LITELLM =
      """
      {"gpt-4o": {"litellm_provider": "openai", "mode": "chat",
                  "input_cost_per_token": %s, "output_cost_per_token": 1e-05},
       "bad": {"litellm_provider": "openai", "mode": "chat",
               "input_cost_per_token": -1, "output_cost_per_token": 1e-05}}
      """;

  @TempDir Path folder;

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void import_aCollection_saysWhatWasTakenRefusedAndWhereItDiffers() throws IOException {
    var older = file("older.json", LITELLM.formatted("2.5e-06"));
    var newer = file("newer.json", LITELLM.formatted("2.5e-04"));

    var outcome = Commands.run("prices", "import", "--all", older, newer);

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains("2 entries; taken: 1 models, 2 prices")
        .contains("NOT_A_PRICE")
        .contains("refused bad: input_cost_per_token")
        .contains("by 10 times or more: 1")
        .contains("openai/gpt-4o input {litellm@1=2.5, litellm@2=250, default@1=2.5}");
  }

  @Test
  void import_withOut_writesABookThatPricePricesWith() throws IOException {
    var collection = file("litellm.json", LITELLM.formatted("5e-06"));
    var book = folder.resolve("book.json").toString();
    var calls =
        file(
            "calls",
            "{\"provider\": \"openai\", \"model\": \"gpt-4o\", \"time\":"
                + " \"2026-08-01T12:00:00Z\", \"usage\": {\"buckets\": {\"input\": 1000000}}}");

    assertThat(Commands.run("prices", "import", collection, "--out", book).code()).isZero();
    var priced = Commands.run("price", calls, "--book", book);

    assertThat(priced.out()).contains("\"cost\":\"5.000000000000\"");
  }

  @Test
  void import_whatIsNoCollection_isOneLineWithThePlace() throws IOException {
    var outcome = Commands.run("prices", "import", file("bad.json", "{\"a\": {"));

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("bad.json").contains("line 1");
  }

  @Test
  void import_optionsThatDontFit_areRefused() throws IOException {
    var one = file("one.json", LITELLM.formatted("5e-06"));

    assertThat(Commands.run("prices", "import", one, "--draft", "d").code()).isEqualTo(2);
    assertThat(Commands.run("prices", "import", one, one, "--out", "x").code()).isEqualTo(2);
  }

  @Test
  void import_withNothingServing_saysHowToStartIt() throws IOException {
    var one = file("one.json", LITELLM.formatted("5e-06"));

    var outcome =
        Commands.run(
            "prices", "import", one, "--draft", "d", "--book", "b", "--data", folder.toString());

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("nothing serves from").contains("deploy/tollgate up");
  }
}
