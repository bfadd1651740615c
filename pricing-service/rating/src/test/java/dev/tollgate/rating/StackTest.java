package dev.tollgate.rating;

import static dev.tollgate.rating.Books.NOON;
import static dev.tollgate.rating.Books.parse;
import static dev.tollgate.rating.Books.price;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class StackTest {
  private static final Map<String, Long> MILLION = Map.of("input", 1_000_000L);

  /// A book on the one named `base`, with the models' JSON and further fields.
  private static PriceBook book(String id, String base, String models, String more) {
    return parse(
        """
        {"id": "%s", "version": 1%s, "currency": "USD", "models": [%s]%s}
        """
            .formatted(
                id,
                base.isEmpty() ? "" : ", \"base\": \"" + base + "\"",
                models,
                more.isEmpty() ? "" : ", " + more));
  }

  private static String model(String name, String more, String... prices) {
    return "{\"provider\": \"p\", \"model\": \"%s\"%s, \"prices\": [%s]}"
        .formatted(name, more.isEmpty() ? "" : ", " + more, String.join(",", prices));
  }

  private static String multiplier(String id, String factor, String more) {
    return "{\"id\": \"%s\", \"factor\": \"%s\", \"source\": \"test\"%s}"
        .formatted(id, factor, more.isEmpty() ? "" : ", " + more);
  }

  private static final PriceBook DEFAULT =
      book(
          "default",
          "",
          model(
                  "m",
                  "\"aliases\": [\"m-1\"]",
                  price("d-in", "input", "2", ""),
                  price("d-out", "output", "10", ""))
              + ","
              + model("n", "", price("n-in", "input", "4", "")),
          "\"multipliers\": ["
              + multiplier("batch", "0.5", "\"service_tier\": \"batch\"")
              + ","
              + multiplier("us", "1.1", "\"region\": \"us\"")
              + "]");

  private static Charge rate(PriceStack stack, String tier, String region, String model) {
    return stack.rate(new Call("p", model, NOON, tier, region, Usage.of(MILLION)));
  }

  private static long micros(dev.tollgate.money.Picos picos) {
    return picos.value() / 1_000_000;
  }

  @Test
  void rate_contractPriceByCanonicalName_holdsForAliasesAndListCostStays() {
    var contract = book("acme", "default", model("m", "", price("c-in", "input", "1.5", "")), "");
    var stack = PriceStack.of(List.of(contract, DEFAULT));

    var charge = rate(stack, "", "", "m-1");

    assertThat(micros(charge.cost())).isEqualTo(1_500_000);
    assertThat(micros(charge.listCost())).isEqualTo(2_000_000);
    assertThat(charge.lines().getFirst().applied().bookRef()).isEqualTo("acme@1");
    assertThat(charge.bookRef()).isEqualTo("acme@1+default@1");
  }

  @Test
  void rate_bucketTheContractDoesNotPrice_comesFromTheBookBelow() {
    var contract = book("acme", "default", model("m", "", price("c-in", "input", "1.5", "")), "");
    var stack = PriceStack.of(List.of(contract, DEFAULT));

    var charge =
        stack.rate(new Call("p", "m", NOON, "", "", Usage.of(Map.of("output", 1_000_000L))));

    assertThat(charge.lines().getFirst().applied().bookRef()).isEqualTo("default@1");
    assertThat(micros(charge.cost())).isEqualTo(10_000_000);
  }

  @Test
  void rate_discount_multipliesEveryPriceBelowButNotListCostNorNetPrices() {
    var contract =
        book(
            "acme",
            "default",
            model("n", "", price("c-n", "input", "3", "\"net\": true")),
            "\"multipliers\": [" + multiplier("deal", "0.8", "") + "]");
    var stack = PriceStack.of(List.of(contract, DEFAULT));

    assertThat(micros(rate(stack, "", "", "m").cost())).isEqualTo(1_600_000);
    assertThat(micros(rate(stack, "", "", "m").listCost())).isEqualTo(2_000_000);
    assertThat(micros(rate(stack, "", "", "n").cost())).isEqualTo(3_000_000);
    assertThat(micros(rate(stack, "", "", "n").listCost())).isEqualTo(4_000_000);
  }

  @Test
  void rate_tierRegionAndDiscount_stackAndAreNamed() {
    var contract =
        book(
            "acme",
            "default",
            "",
            "\"multipliers\": [" + multiplier("deal", "0.825", "\"provider\": \"p\"") + "]");
    var stack = PriceStack.of(List.of(contract, DEFAULT));

    var charge = rate(stack, "batch", "us", "m");

    assertThat(charge.cost().value()).isEqualTo(907_500_000_000L);
    assertThat(charge.listCost().value()).isEqualTo(1_100_000_000_000L);
    assertThat(charge.lines().getFirst().applied().multiplierIds())
        .containsExactly("batch", "deal", "us");
  }

  @Test
  void rate_tierThatABookLists_isNotMultiplied() {
    var book =
        book(
            "default",
            "",
            model(
                "m",
                "",
                price("in", "input", "0.25", ""),
                price("batch", "input", "0.13", "\"service_tier\": \"batch\"")),
            "\"multipliers\": [" + multiplier("half", "0.5", "\"service_tier\": \"batch\"") + "]");

    assertThat(micros(rate(PriceStack.of(book), "batch", "", "m").cost())).isEqualTo(130_000);
  }

  @Test
  void rate_multiplierThatBeginsLater_holdsFromThenOn() {
    var book =
        book(
            "default",
            "",
            model("m", "", price("in", "input", "2", "")),
            "\"multipliers\": ["
                + multiplier("up", "1.5", "\"region\": \"eu\", \"from\": \"" + NOON + "\"")
                + "]");
    var stack = PriceStack.of(book);
    var before = new Call("p", "m", NOON.minusNanos(1), "", "eu", Usage.of(MILLION));

    assertThat(micros(stack.rate(before).cost())).isEqualTo(2_000_000);
    assertThat(micros(rate(stack, "", "eu", "m").cost())).isEqualTo(3_000_000);
  }

  @Test
  void rate_names_exactBeforeLongestPrefixBeforePattern() {
    var book =
        book(
            "default",
            "",
            String.join(
                ",",
                model("a", "\"patterns\": [\"*x*\"]", price("a", "input", "1", "")),
                model("b", "\"prefixes\": [\"gpt-\"]", price("b", "input", "1", "")),
                model("c", "\"prefixes\": [\"gpt-4\"]", price("c", "input", "1", "")),
                model("d", "\"aliases\": [\"gpt-4x\"]", price("d", "input", "1", ""))),
            "");
    var stack = PriceStack.of(book);

    assertThat(rate(stack, "", "", "gpt-4x").lines().getFirst().priceId()).isEqualTo("d");
    assertThat(rate(stack, "", "", "gpt-4y").lines().getFirst().priceId()).isEqualTo("c");
    assertThat(rate(stack, "", "", "gpt-40x").lines().getFirst().priceId()).isEqualTo("c");
    assertThat(rate(stack, "", "", "gpt-3x").lines().getFirst().priceId()).isEqualTo("b");
    assertThat(rate(stack, "", "", "gp-x").lines().getFirst().priceId()).isEqualTo("a");
    assertThat(rate(stack, "", "", "gp").status()).isEqualTo(ChargeStatus.UNPRICED_MODEL);
    assertThat(book.match("p", "gpt-3x").orElseThrow().text()).isEqualTo("gpt-");
  }

  @Test
  void rate_providerTicks_countWhereABookSaysSoAndAreShownElsewhere() {
    var usage = Usage.of(Map.of("input", 1_000_000L, "provider_ticks", 2_709_000L));
    var shown = PriceStack.of(DEFAULT).rate(new Call("p", "m", NOON, "", "", usage));
    var authoritative =
        PriceStack.of(
                book(
                    "default",
                    "",
                    model(
                        "m",
                        "",
                        price("in", "input", "2", ""),
                        "{\"id\": \"ticks\", \"bucket\": \"provider_ticks\", \"amount\": \"1\","
                            + " \"unit_quantity\": 10000000000, \"source\": \"test\"}"),
                    ""))
            .rate(new Call("p", "m", NOON, "", "", usage));

    assertThat(shown.status()).isEqualTo(ChargeStatus.PRICED);
    assertThat(micros(shown.cost())).isEqualTo(2_000_000);
    assertThat(shown.reportedCost().orElseThrow().value()).isEqualTo(270_900_000);
    assertThat(authoritative.status()).isEqualTo(ChargeStatus.PROVIDER_REPORTED);
    assertThat(authoritative.cost().value()).isEqualTo(270_900_000);
    assertThat(micros(authoritative.contractCost())).isEqualTo(2_000_000);
  }

  @Test
  void rate_modelWithAPricePerRequest_countsTheCallAsOne() {
    var request =
        "{\"id\": \"r\", \"bucket\": \"request\", \"amount\": \"0.005\", \"unit_quantity\": 1,"
            + " \"source\": \"test\"}";
    var stack =
        PriceStack.of(
            book("default", "", model("m", "", price("in", "input", "2", ""), request), ""));

    assertThat(micros(rate(stack, "", "", "m").cost())).isEqualTo(2_005_000);
    assertThat(rate(PriceStack.of(DEFAULT), "", "", "m").lines()).hasSize(1);
  }

  @Test
  void dearest_ofAnUnknownModel_isThatOfTheDearestOfItsProvider() {
    var stack = PriceStack.of(DEFAULT);
    var ask = new Ask("p", "nobody", "", "", NOON, NOON, 1_000_000, 0);
    var elsewhere = new Ask("q", "nobody", "", "", NOON, NOON, 1_000_000, 0);

    assertThat(stack.dearest(ask).cost()).isEqualTo(stack.dearest(elsewhere).cost());
    assertThat(stack.dearest(ask).cost().value()).isEqualTo(4_400_000_000L);
    assertThatThrownBy(
            () -> stack.dearest(new Ask("p", "nobody", "flex", "", NOON, NOON, 1_000_000, 0)))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(Reason.MODEL_UNKNOWN));
  }

  @Test
  void of_booksInTwoCurrencies_isRefused() {
    var euros = parse("{\"id\": \"acme\", \"version\": 1, \"currency\": \"EUR\", \"models\": []}");

    assertThatThrownBy(() -> PriceStack.of(List.of(euros, DEFAULT)))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.CURRENCY_MISMATCH));
  }

  @Test
  void stack_ofATenant_isItsContractOnItsBasesOnTheDefault() {
    var organisation = book("group", "default", "", "");
    var contract = book("acme", "group", "", "");
    var shelf = Shelf.EMPTY.with(contract, "t1").with(DEFAULT, "").with(organisation, "");

    assertThat(shelf.stack("t1").orElseThrow().ref()).isEqualTo("acme@1+group@1+default@1");
    assertThat(shelf.stack("t2").orElseThrow().ref()).isEqualTo("default@1");
    assertThat(shelf.byRef("acme@1+default@1").orElseThrow().books())
        .containsExactly(contract, DEFAULT);
    assertThat(shelf.byRef("acme@2+default@1")).isEmpty();
  }

  @Test
  void stack_ofNewVersions_movesOnAndOldOnesStayByReference() {
    var shelf = Shelf.EMPTY.with(DEFAULT, "").with(DEFAULT.withVersion(2), "");

    assertThat(shelf.stack("t").orElseThrow().ref()).isEqualTo("default@2");
    assertThat(shelf.byRef("default@1")).isPresent();
    assertThat(shelf.with(DEFAULT, "").stack("t").orElseThrow().ref()).isEqualTo("default@2");
  }

  @Test
  void stack_whoseBaseIsMissingOrCyclic_isTheDefault() {
    var dangling = book("acme", "nothing", "", "");
    var one = book("one", "two", "", "");
    var two = book("two", "one", "", "");
    var shelf = Shelf.EMPTY.with(DEFAULT, "").with(dangling, "t1").with(one, "t2").with(two, "t3");

    assertThat(shelf.stack("t1").orElseThrow().ref()).isEqualTo("default@1");
    assertThat(shelf.stack("t2").orElseThrow().ref()).isEqualTo("default@1");
    assertThat(Shelf.EMPTY.with(dangling, "t1").stack("t1")).isEmpty();
  }
}
