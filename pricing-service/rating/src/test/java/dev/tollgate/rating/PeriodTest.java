package dev.tollgate.rating;

import static dev.tollgate.rating.Books.NOON;
import static dev.tollgate.rating.Books.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.money.Picos;
import dev.tollgate.seed.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class PeriodTest {
  /// A book with one model `m` with a price of a USD per unit of input, with further fields.
  private static PriceStack book(String more, String commitments) {
    return PriceStack.of(
        parse(
            """
            {"id": "test", "version": 1, "currency": "USD", "models": [
              {"provider": "p", "model": "m", "prices": [
                {"id": "in", "bucket": "input", "amount": "1", "unit_quantity": 1, "source": "t"%s},
                {"id": "out", "bucket": "output", "amount": "3", "unit_quantity": 1, "source": "t"}
              ]}]%s}
            """
                .formatted(
                    more,
                    commitments.isEmpty() ? "" : ", \"commitments\": [" + commitments + "]")));
  }

  private static Call call(long input, Map<String, Long> positions) {
    return new Call("p", "m", NOON, "", "", Usage.of(Map.of("input", input)), positions);
  }

  private static long units(Picos picos) {
    return picos.toUnits().longValueExact();
  }

  @Test
  void rate_allotment_freeOnlyWhereThePositionIsStated() {
    var stack = book(", \"allotment\": {\"counter\": \"c\", \"quantity\": 10}", "");

    assertThat(units(stack.rate(call(3, Map.of())).cost())).isEqualTo(3);
    assertThat(units(stack.rate(call(3, Map.of("c", 0L))).cost())).isEqualTo(0);
    assertThat(stack.rate(call(3, Map.of("c", 0L))).status()).isEqualTo(ChargeStatus.PRICED_ZERO);
    assertThat(units(stack.rate(call(3, Map.of("c", 8L))).cost())).isEqualTo(1);
    assertThat(units(stack.rate(call(3, Map.of("c", 5000L))).cost())).isEqualTo(3);
    assertThat(units(stack.rate(call(3, Map.of("c", 8L))).listCost())).isEqualTo(3);
  }

  @Test
  void rate_marginalVolume_splitsTheCallAtTheStep() {
    var stack =
        book(
            ", \"volume\": {\"counter\": \"c\", \"steps\": [{\"above\": 100, \"amount\": \"0.5\"},"
                + " {\"above\": 102, \"amount\": \"0.25\"}]}",
            "");

    var charge = stack.rate(call(10, Map.of("c", 96L)));

    assertThat(charge.lines()).extracting(Charge.Line::quantity).containsExactly(4L, 2L, 4L);
    assertThat(units(charge.cost())).isEqualTo(6);
    assertThat(units(charge.listCost())).isEqualTo(10);
    assertThat(units(stack.rate(call(10, Map.of())).cost())).isEqualTo(10);
  }

  @Test
  void rate_retroactiveVolume_makesUpForThePeriodWhenItPassesTheStep() {
    var stack =
        book(
            ", \"volume\": {\"counter\": \"c\", \"mode\": \"RETROACTIVE\", \"steps\": [{\"above\":"
                + " 100, \"amount\": \"0.5\"}]}",
            "");

    assertThat(units(stack.rate(call(4, Map.of("c", 96L))).cost())).isEqualTo(4);
    assertThat(units(stack.rate(call(4, Map.of("c", 98L))).cost())).isEqualTo(51 - 98);
    assertThat(units(stack.rate(call(4, Map.of("c", 200L))).cost())).isEqualTo(2);
  }

  @Test
  void rate_graduatedContext_laysCacheReadsFirst() {
    var stack =
        PriceStack.of(
            parse(
                """
                {"id": "test", "version": 1, "currency": "USD", "models": [
                  {"provider": "p", "model": "m", "prices": [
                    {"id": "in", "bucket": "input", "amount": "1", "unit_quantity": 1, "source": "t"},
                    {"id": "in+", "bucket": "input", "amount": "2", "unit_quantity": 1, "source": "t",
                     "context_tier": {"threshold_tokens": 100, "inclusive": false, "mode": "GRADUATED"}},
                    {"id": "read", "bucket": "cache_read", "amount": "0.1", "unit_quantity": 1, "source": "t"},
                    {"id": "read+", "bucket": "cache_read", "amount": "0.2", "unit_quantity": 1, "source": "t",
                     "context_tier": {"threshold_tokens": 100, "inclusive": false, "mode": "GRADUATED"}}
                  ]}]}
                """));
    var usage = Usage.of(Map.of("input", 60L, "cache_read", 50L));

    var charge = stack.rate(new Call("p", "m", NOON, "", "", usage));

    assertThat(charge.lines())
        .extracting(Charge.Line::priceId, Charge.Line::quantity)
        .containsExactly(tuple("in", 50L), tuple("in+", 10L), tuple("read", 50L));
    assertThat(units(charge.cost())).isEqualTo(75);
    assertThat(charge.listCost()).isEqualTo(charge.cost());
  }

  @Test
  void rate_commitments_inTheirOrderThenOverage() {
    var stack =
        book(
            "",
            """
            {"id": "late", "buckets": ["input"], "units": 10, "fee": "4", "to": "2027-01-01T00:00:00Z", "source": "t"},
            {"id": "soon", "buckets": ["input"], "units": 10, "fee": "5", "to": "2026-09-01T00:00:00Z",
             "overage_percent": 120, "source": "t"}
            """);

    var charge = stack.rate(call(30, Map.of("late", 0L, "soon", 8L)));

    assertThat(charge.lines())
        .extracting(Charge.Line::priceId, line -> line.cost().toUnits().stripTrailingZeros())
        .containsExactly(
            tuple("soon", new BigDecimal("1")),
            tuple("late", new BigDecimal("4")),
            tuple("in", new BigDecimal("18")));
    assertThat(units(charge.contractCost())).isEqualTo(30);
    assertThat(charge.draws())
        .containsExactly(new Charge.Draw("soon", 2), new Charge.Draw("late", 10));
  }

  @Test
  void rate_commitmentThatExpired_isNotDrawn() {
    var stack =
        book(
            "",
            "{\"id\": \"old\", \"credit\": \"100\", \"fee\": \"50\", \"to\": \""
                + NOON
                + "\", \"source\": \"t\"}");

    assertThat(units(stack.rate(call(3, Map.of("old", 0L))).cost())).isEqualTo(3);
  }

  @Test
  void idle_anyCalls_withWhatWasUsedIsWhatWasPaid() {
    Seeds.check(
        "used and idle are what was paid",
        300,
        20_000,
        (seed, random) -> {
          var kind =
              random.nextBoolean()
                  ? "\"buckets\": [\"input\", \"output\"], \"units\": " + (1 + random.nextInt(300))
                  : "\"credit\": \"" + (1 + random.nextInt(500)) + "\"";
          var fee = new BigDecimal(1 + random.nextInt(1_000_000)).movePointLeft(3);
          var stack =
              book(
                  "",
                  "{\"id\": \"pack\", %s, \"fee\": \"%s\", \"source\": \"t\"}"
                      .formatted(kind, fee.toPlainString()));
          var period = new Period(stack, Map.of());
          var carried = BigInteger.ZERO;
          for (int i = random.nextInt(40); i > 0; i--) {
            var usage = new HashMap<String, Long>();
            usage.put("input", (long) random.nextInt(20));
            usage.put("output", (long) random.nextInt(20));
            var charge = period.rate(new Call("p", "m", NOON, "", "", Usage.of(usage)));
            var sum = Picos.ZERO;
            for (var line : charge.lines()) {
              sum = sum.plus(line.cost());
              if (line.priceId().equals("pack")) {
                carried = carried.add(BigInteger.valueOf(line.picos()));
              }
            }
            assertThat(charge.cost()).isEqualTo(sum);
          }
          var idle = period.idle().getFirst().cost();
          assertThat(carried.add(BigInteger.valueOf(idle.value())))
              .isEqualTo(BigInteger.valueOf(Picos.of(fee).value()));
        });
  }

  @Test
  void rate_anyDivisionOfAPeriod_costsTheSame() {
    var modes = List.of("MARGINAL", "RETROACTIVE");
    Seeds.check(
        "a period costs the same however it is divided",
        300,
        20_000,
        (seed, random) -> {
          var stack =
              book(
                  """
                  , "volume": {"counter": "c", "mode": "%s", "steps": [
                    {"above": %d, "amount": "0.7"}, {"above": %d, "amount": "0.3"}]}
                  """
                      .formatted(
                          modes.get(random.nextInt(2)),
                          1 + random.nextInt(50),
                          60 + random.nextInt(50)),
                  "");
          var whole = 1 + random.nextInt(200);
          var period = new Period(stack, Map.of());
          long cost = 0;
          for (int left = whole; left > 0; ) {
            var part = 1 + random.nextInt(left);
            cost += period.rate(call(part, Map.of())).cost().value();
            left -= part;
          }
          assertThat(cost)
              .isEqualTo(new Period(stack, Map.of()).rate(call(whole, Map.of())).cost().value());
        });
  }
}
