package dev.tollgate.pricing.compare;

import static dev.tollgate.pricing.TestBooks.lowest;
import static dev.tollgate.pricing.TestBooks.model;
import static dev.tollgate.pricing.TestBooks.price;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.pricing.compare.Suspect.Cause;
import dev.tollgate.rating.PriceBook;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class QuarantineTest {
  private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");

  private static PriceBook book(String... prices) {
    return lowest(model("m", "", prices), "");
  }

  private static List<String> causes(PriceBook before, PriceBook draft) {
    return Quarantine.of(before, draft, NOW).stream()
        .map(each -> each.cause() + " " + each.model() + " " + each.bucket())
        .toList();
  }

  @Test
  void value_justUnderTenTimes_isNoLeap() {
    assertThat(causes(book(price("input", "1")), book(price("input", "9.999999")))).isEmpty();
    assertThat(causes(book(price("input", "1")), book(price("input", "0.100001")))).isEmpty();
  }

  @Test
  void value_tenTimesOrATenth_isALeap() {
    assertThat(Quarantine.of(book(price("input", "1")), book(price("input", "10")), NOW))
        .singleElement()
        .satisfies(suspect -> {
          assertThat(suspect.cause()).isEqualTo(Cause.LEAP);
          assertThat(suspect.before()).isEqualTo("1");
          assertThat(suspect.after()).isEqualTo("10");
          assertThat(suspect.description()).isEqualTo("p m input: 1 becomes 10");
        });
    assertThat(causes(book(price("input", "1")), book(price("input", "0.1"))))
        .containsExactly("LEAP m input");
  }

  @Test
  void value_fromOrToNothing_isALeap() {
    assertThat(causes(book(price("input", "0")), book(price("input", "0.1")))).hasSize(1);
    assertThat(causes(book(price("input", "0.1")), book(price("input", "0")))).hasSize(1);
    assertThat(causes(book(price("input", "0")), book(price("input", "0")))).isEmpty();
  }

  @Test
  void value_perAnotherQuantity_isComparedPerUnit() {
    var perThousand = price("input", "0.001").replace("1000000", "1000");

    assertThat(causes(book(price("input", "1")), book(perThousand))).isEmpty();
    assertThat(causes(book(price("input", "0.001")), book(perThousand))).hasSize(1);
  }

  @Test
  void price_underAnotherId_isComparedAllTheSame() {
    var renamed = price("input", "20").replace("\"id\": \"input\"", "\"id\": \"other\"");

    assertThat(causes(book(price("input", "1")), book(renamed))).containsExactly("LEAP m input");
  }

  @Test
  void price_thatBeginsLater_isComparedWithWhatWouldHoldThen() {
    var until = price("input", "1", "\"to\": \"2027-01-01T00:00:00Z\"");
    var later =
        price("input", "30", "\"from\": \"2027-01-01T00:00:00Z\"")
            .replace("\"id\": \"input\"", "\"id\": \"later\"");

    assertThat(causes(book(price("input", "1")), book(until, later)))
        .containsExactly("LEAP m input");
  }

  @Test
  void price_ofCertainHours_isComparedAtThose() {
    var night = "\"schedule\": {\"hours\": [\"16:30-00:30\"], \"days\": [\"sunday\"]}";
    var before = book(price("output", "1"), price("input", "2", night));

    assertThat(causes(before, book(price("output", "1"), price("input", "40", night))))
        .containsExactly("LEAP m input");
  }

  @Test
  void volume_whoseLastStepLeaps_isALeap() {
    var step = "\"volume\": {\"counter\": \"c\", \"steps\": [{\"above\": 9, \"amount\": \"%s\"}]}";

    assertThat(
            causes(
                book(price("input", "1", step.formatted("0.9"))),
                book(price("input", "1", step.formatted("0.09")))))
        .containsExactly("LEAP m input");
  }

  @Test
  void tokens_aboveAThousandPerMillion_areExcessiveOnce() {
    var dear = book(price("input", "1000.01"));

    assertThat(Quarantine.of(dear)).extracting(Suspect::cause).containsExactly(Cause.EXCESSIVE);
    assertThat(Quarantine.of(book(price("input", "1000")))).isEmpty();
    assertThat(Quarantine.of(book(price("page", "5000")))).isEmpty();
    assertThat(Quarantine.of(dear, dear, NOW)).isEmpty();
  }

  @Test
  void bucketTierOrRegion_thatIsGone_hasVanished() {
    var input = price("input", "1");
    var batch =
        price("input", "0.5", "\"service_tier\": \"batch\"")
            .replace("\"id\": \"input\"", "\"id\": \"b\"");
    var eu =
        price("input", "1.1", "\"region\": \"eu\"").replace("\"id\": \"input\"", "\"id\": \"eu\"");
    var before = book(input, batch, eu, price("output", "4"), price("reasoning", "4"));

    assertThat(Quarantine.of(before, book(input), NOW))
        .allMatch(each -> each.cause() == Cause.VANISHED)
        .extracting(each -> each.bucket() + "|" + each.serviceTier() + "|" + each.region())
        .containsExactlyInAnyOrder("input|batch|", "input||eu", "output||", "reasoning||");
  }

  @Test
  void tier_thatAMultiplierNowDerives_hasNotVanished() {
    var input = price("input", "1");
    var batch =
        price("input", "0.1", "\"service_tier\": \"batch\"")
            .replace("\"id\": \"input\"", "\"id\": \"b\"");
    var multiplier =
        """
        , "multipliers": [{"id": "x", "service_tier": "batch", "factor": "%s", "source": "test"}]
        """;
    var before = book(input, batch);

    assertThat(causes(before, lowest(model("m", "", input), multiplier.formatted("0.1"))))
        .isEmpty();
    assertThat(causes(before, lowest(model("m", "", input), multiplier.formatted("1"))))
        .containsExactly("LEAP m input");
  }

  @Test
  void model_thatIsGone_hasVanishedWithItsNames() {
    var m = model("m", ", \"aliases\": [\"n\"], \"patterns\": [\"m-##\"]", price("input", "1"));
    var other = model("o", "", price("output", "1"));

    assertThat(causes(lowest(m + "," + other, ""), lowest(other, "")))
        .containsExactly("VANISHED m ", "VANISHED n ", "VANISHED m-00 ");
  }

  @Test
  void model_underANewName_hasNotVanishedWhereItsOldOneIsAnAlias() {
    var renamed = model("m2", ", \"aliases\": [\"m\"]", price("input", "1"));

    assertThat(causes(book(price("input", "1")), lowest(renamed, ""))).isEmpty();
  }

  @Test
  void alias_thatMovesToADearerModel_isALeap() {
    var dear =
        model("dear", "%s", price("input", "30").replace("\"id\": \"input\"", "\"id\": \"d\""));
    var before =
        lowest(
            model("m", ", \"aliases\": [\"latest\"]", price("input", "1"))
                + ","
                + dear.formatted(""),
            "");
    var draft =
        lowest(
            model("m", "", price("input", "1"))
                + ","
                + dear.formatted(", \"aliases\": [\"latest\"]"),
            "");

    assertThat(causes(before, draft)).containsExactly("LEAP latest input");
  }

  @Test
  void multiplier_thatLeapsOrIsGone_isSuspect() {
    var text =
        """
        , "multipliers": [{"id": "x", %s "factor": "%s", "source": "test"}]
        """;
    var m = model("m", "", price("input", "1"));
    var none = lowest(m, "");
    var tier = lowest(m, text.formatted("\"service_tier\": \"batch\",", "0.5"));

    assertThat(causes(none, lowest(m, text.formatted("", "0.1")))).containsExactly("LEAP  ");
    assertThat(causes(none, lowest(m, text.formatted("", "0.2")))).isEmpty();
    assertThat(causes(lowest(m, text.formatted("", "0.1")), none)).containsExactly("LEAP  ");
    assertThat(causes(tier, none)).containsExactly("VANISHED  ");
    assertThat(causes(none, tier)).isEmpty();
  }

  @Test
  void itemId_ofTheSameChange_isTheSameAndOfAnotherAnother() {
    var one = Quarantine.of(book(price("input", "1")), book(price("input", "10")), NOW);
    var later =
        Quarantine.of(
            book(price("input", "1")), book(price("input", "10")), NOW.plusSeconds(86_400));
    var other = Quarantine.of(book(price("input", "1")), book(price("input", "11")), NOW);

    assertThat(one.getFirst().itemId()).matches("[0-9a-f]{16}");
    assertThat(later.getFirst().itemId()).isEqualTo(one.getFirst().itemId());
    assertThat(other.getFirst().itemId()).isNotEqualTo(one.getFirst().itemId());
  }
}
