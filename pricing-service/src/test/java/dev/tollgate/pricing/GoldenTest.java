package dev.tollgate.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.money.Picos;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import dev.tollgate.rating.extract.Profiles;
import dev.tollgate.shared.Csv;
import dev.tollgate.shared.Csv.Row;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Charges that were computed by hand, from the native usage body to the exact picos: with the
/// default book, and with a small book on top of it for what no list can say.
@NullMarked
class GoldenTest {
  /// Rows whose terms are illustrative, or a tenant's own: the book on top has them.
  private static final Set<String> OF_THE_GOLDEN_BOOK = Set.of("G53", "G55", "G70");

  /// Rows without a known cost, by their status.
  private static final Map<String, ChargeStatus> WITHOUT_COST =
      Map.of("G71", ChargeStatus.UNPRICED_MODEL, "G73", ChargeStatus.USAGE_MISSING);

  private final PriceStack book = PriceStack.of(DefaultBook.read());

  @Test
  void rate_goldenBodiesWithTheDefaultBook_areExact() throws IOException {
    var left = left(book);
    System.out.println(
        "[golden prices] exact with the default book: "
            + (49 - left.size())
            + " of 49; not: "
            + left);

    assertThat(left.keySet()).as(left.toString()).isEqualTo(OF_THE_GOLDEN_BOOK);
  }

  @Test
  void rate_goldenBodiesWithTheGoldenBookOnTop_areAllExact() throws IOException, PriceBookInvalid {
    var left = left(PriceStack.of(List.of(goldenBook(), DefaultBook.read())));
    System.out.println("[golden prices] exact with the golden book on top: " + (49 - left.size()));

    assertThat(left).isEmpty();
  }

  @Test
  void rate_goldenRowWithItsOwnDiscount_keepsTheListCost() throws IOException, PriceBookInvalid {
    var stack = PriceStack.of(List.of(goldenBook(), DefaultBook.read()));
    for (var row : Csv.shared("golden-prices.csv")) {
      if (row.get("case_id").equals("G70")) {
        assertThat(rate(stack, row).cost()).isEqualTo(new Picos(13_612_500));
        assertThat(rate(stack, row).listCost()).isEqualTo(new Picos(16_500_000));
      }
    }
  }

  private static PriceBook goldenBook() throws IOException, PriceBookInvalid {
    try (var in = GoldenTest.class.getResourceAsStream("golden-book.json")) {
      return PriceBook.parse(Objects.requireNonNull(in).readAllBytes());
    }
  }

  /// The rows that are not exact, and what they came to.
  private static Map<String, String> left(PriceStack stack) throws IOException {
    var rows = Csv.shared("golden-prices.csv");
    assertThat(rows).hasSize(49);
    var left = new TreeMap<String, String>();
    for (var row : rows) {
      var id = row.get("case_id");
      var charge = rate(stack, row);
      if (WITHOUT_COST.containsKey(id)) {
        assertThat(charge.status()).as(id).isEqualTo(WITHOUT_COST.get(id));
        assertThat(charge.cost()).as(id).isEqualTo(Picos.ZERO);
      } else if (!isExact(row, charge)) {
        left.put(id, charge.status() + " " + charge.cost());
      }
    }
    return left;
  }

  private static boolean isExact(Row row, Charge charge) {
    var status =
        row.get("tags").equals("provider-reported")
            ? ChargeStatus.PROVIDER_REPORTED
            : ChargeStatus.PRICED;
    return charge.status() == status
        && !charge.rounded()
        && charge.cost().value() == Long.parseLong(row.get("expected_pico_usd"));
  }

  /* The tier of a row is how the call was made, which not every body says. */
  private static Charge rate(PriceStack stack, Row row) {
    var extraction =
        Profiles.shipped()
            .extract(row.get("provider"), "", row.get("native_usage").getBytes(UTF_8));
    return stack.rate(
        new Call(
            row.get("provider"),
            row.get("model"),
            Instant.parse(row.get("effective_at")),
            row.get("service_tier"),
            extraction.region(),
            extraction.usage(),
            extraction.positions()));
  }

  @Test
  void rate_everyRequestOfTheTrace_sumsToTheGoldenTotals() throws IOException {
    var requests = Csv.shared("traces/azure-llm-2023-code.csv");
    for (var golden : Csv.shared("golden-aggregates.csv")) {
      assertThat(requests).hasSize(Integer.parseInt(golden.get("rows")));
      var total = Picos.ZERO;
      for (var request : requests) {
        total = total.plus(rate(golden.get("model"), request).cost());
      }
      assertThat(total.value())
          .as(golden.get("case_id"))
          .isEqualTo(Long.parseLong(golden.get("expected_pico_usd")));
      System.out.println("[golden aggregates] " + golden.get("model") + ": " + total + " USD");
    }
  }

  /// The model is a name, `name@<date` or `name@>=date`.
  private Charge rate(String model, Row request) {
    var at = model.indexOf('@');
    var name = at < 0 ? model : model.substring(0, at);
    var time =
        model.contains("@<")
            ? Instant.parse(model.substring(at + 2) + "T00:00:00Z").minusNanos(1)
            : Instant.parse("2026-08-01T00:00:00Z");
    var usage =
        Usage.of(
            Map.of(
                "input", Long.parseLong(request.get("ContextTokens")),
                "output", Long.parseLong(request.get("GeneratedTokens"))));
    var provider = name.startsWith("claude") ? "anthropic" : "openai";
    return book.rate(new Call(provider, name, time, "", "", usage));
  }
}
