package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.shared.Csv;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Charges that were computed by hand, from the provider's own usage body to the pico, through the
/// command: with the default book, and where that lacks a price with books of one's own.
class GoldenPriceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> WITHOUT_COST =
      Map.of("G71", "UNPRICED_MODEL", "G73", "USAGE_MISSING");

  /// The terms that no list has, on top of the default book; pricing-service tests with it too.
  private static final Path GOLDEN_BOOK =
      Commands.ROOT.resolve(
          "pricing-service/src/test/resources/dev/tollgate/pricing/golden-book.json");

  @Test
  void price_goldenRows_areExactToThePico() throws IOException {
    var rows = rows();
    assertThat(rows).hasSize(49);
    var byDefault = new ArrayList<String>();
    var others = new ArrayList<Map<String, String>>();
    var answers = price(rows);
    for (int i = 0; i < rows.size(); i++) {
      if (isExact(rows.get(i), answers.get(i))) {
        byDefault.add(get(rows.get(i), "case_id"));
      } else {
        others.add(rows.get(i));
      }
    }
    var byOwn = new ArrayList<String>();
    for (var row : others) {
      var id = get(row, "case_id");
      var answer = price(List.of(row), "--book", GOLDEN_BOOK.toString()).getFirst();
      assertThat(isExact(row, answer)).as(id + " " + answer).isTrue();
      byOwn.add(id);
    }
    System.out.println("[golden prices] with the default book: " + byDefault.size() + byDefault);
    System.out.println("[golden prices] with --book: " + byOwn.size() + byOwn);
    assertThat(byDefault).hasSizeGreaterThanOrEqualTo(46).containsAll(WITHOUT_COST.keySet());
    assertThat(byDefault.size() + byOwn.size()).isEqualTo(49);
  }

  private static boolean isExact(Map<String, String> row, JsonNode answer) {
    var id = get(row, "case_id");
    if (WITHOUT_COST.containsKey(id)) {
      return answer.get("status").textValue().equals(WITHOUT_COST.get(id))
          && answer.get("cost").isNull();
    }
    return answer.path("cost").asText().equals(get(row, "expected_usd_12dp"))
        && List.of("PRICED", "PROVIDER_REPORTED").contains(answer.get("status").textValue())
        && !answer.get("rounded").booleanValue();
  }

  private static List<JsonNode> price(List<Map<String, String>> rows, String... options)
      throws IOException {
    var input = new StringBuilder();
    for (var row : rows) {
      var line = JSON.createObjectNode();
      line.put("id", get(row, "case_id"));
      line.put("provider", get(row, "provider"));
      line.put("model", get(row, "model"));
      line.put("time", get(row, "effective_at"));
      if (!get(row, "service_tier").equals("standard")) {
        line.put("service_tier", get(row, "service_tier"));
      }
      line.set("usage", JSON.readTree(get(row, "native_usage")));
      input.append(line).append('\n');
    }
    var arguments = new ArrayList<>(List.of("price", "-"));
    arguments.addAll(List.of(options));
    var data = new ByteArrayOutputStream();
    var in = new ByteArrayInputStream(input.toString().getBytes(StandardCharsets.UTF_8));
    var outcome = Commands.run(in, data, arguments.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err() + data).isZero();
    var answers = new ArrayList<JsonNode>();
    for (var line : data.toString(StandardCharsets.UTF_8).lines().toList()) {
      answers.add(JSON.readTree(line));
    }
    assertThat(answers)
        .extracting(answer -> answer.get("id").textValue())
        .containsExactlyElementsOf(rows.stream().map(row -> get(row, "case_id")).toList());
    return answers;
  }

  private static List<Map<String, String>> rows() throws IOException {
    return Csv.shared("golden-prices.csv").stream().map(Csv.Row::values).toList();
  }

  private static String get(Map<String, String> row, String column) {
    return Objects.requireNonNull(row.get(column), column);
  }
}
