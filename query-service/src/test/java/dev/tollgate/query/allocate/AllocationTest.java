package dev.tollgate.query.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tollgate.seed.Seeds;
import dev.tollgate.shared.Csv;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AllocationTest {
  @Test
  void goldenAllocations_hold() throws Exception {
    var rows = Csv.shared("golden-allocation.csv");
    assertThat(rows).hasSizeGreaterThanOrEqualTo(4);
    for (var row : rows) {
      var weights = new TreeMap<String, BigInteger>();
      pairs(row.get("weights"))
          .forEach((name, weight) -> weights.put(name, new BigInteger(weight)));
      var expected = new TreeMap<String, BigInteger>();
      pairs(row.get("expected_usd_12dp"))
          .forEach((name, amount) -> expected.put(name, picos(amount)));

      assertThat(Allocation.byWeight(picos(row.get("total_usd")), weights))
          .as(row.get("description"))
          .isEqualTo(expected);
    }
  }

  @Test
  void even_ofOnePico_goesToTheFirst() {
    assertThat(Allocation.even(BigInteger.ONE, List.of("b", "a", "c", "a")))
        .isEqualTo(amounts(Map.of("a", 1, "b", 0, "c", 0)));
  }

  @Test
  void byWeight_mostCutOff_getsWhatIsMissing() {
    // 10 x 1/6, 2/6, 3/6: 1.67, 3.33, 5.
    assertThat(Allocation.byWeight(BigInteger.TEN, amounts(Map.of("a", 1, "b", 2, "c", 3))))
        .isEqualTo(amounts(Map.of("a", 2, "b", 3, "c", 5)));
  }

  @Test
  void ofCapacity_usedInPart_showsWhatIsIdle() {
    assertThat(
            Allocation.ofCapacity(
                BigInteger.valueOf(1_200),
                BigInteger.valueOf(12),
                amounts(Map.of("a", 6, "b", 3)),
                "idle"))
        .isEqualTo(amounts(Map.of("a", 600, "b", 300, "idle", 300)));
  }

  @Test
  void ofCapacity_usedBeyondIt_leavesNothingIdle() {
    assertThat(
            Allocation.ofCapacity(
                BigInteger.valueOf(1_200),
                BigInteger.valueOf(5),
                amounts(Map.of("a", 6, "b", 3)),
                "idle"))
        .isEqualTo(amounts(Map.of("a", 800, "b", 400, "idle", 0)));
  }

  @Test
  void byWeight_nothingToDivideBy_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Allocation.byWeight(BigInteger.ONE, amounts(Map.of("a", 0))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Allocation.byWeight(BigInteger.ONE, amounts(Map.of("a", -1, "b", 2))));
  }

  @Test
  void byWeight_anything_addsUpAndIsWithinAPicoOfItsShare() {
    Seeds.check(
        "allocation",
        1_000,
        100_000,
        (_, random) -> {
          var weights = new TreeMap<String, BigInteger>(Map.of("first", BigInteger.ONE));
          for (var j = random.nextInt(20); j > 0; j--) {
            weights.put("share-" + j, BigInteger.valueOf(random.nextLong(1L << 40)));
          }
          var amount = BigInteger.valueOf(random.nextLong()).multiply(BigInteger.valueOf(1 << 20));
          var sum = weights.values().stream().reduce(BigInteger.ZERO, BigInteger::add);

          var parts = Allocation.byWeight(amount, weights);

          assertThat(parts.values().stream().reduce(BigInteger.ZERO, BigInteger::add))
              .isEqualTo(amount);
          assertThat(parts.keySet()).isEqualTo(weights.keySet());
          parts.forEach((share, part) -> {
            var exact = amount.multiply(weights.getOrDefault(share, BigInteger.ZERO));
            assertThat(part.multiply(sum).subtract(exact).abs()).isLessThan(sum);
          });
        });
  }

  private static Map<String, String> pairs(String text) {
    var pairs = new TreeMap<String, String>();
    for (var pair : text.split(";", -1)) {
      var parts = pair.split("=", 2);
      pairs.put(parts[0], parts[1]);
    }
    return pairs;
  }

  private static BigInteger picos(String units) {
    return new BigDecimal(units).movePointRight(12).toBigIntegerExact();
  }

  private static Map<String, BigInteger> amounts(Map<String, Integer> given) {
    var amounts = new TreeMap<String, BigInteger>();
    given.forEach((name, amount) -> amounts.put(name, BigInteger.valueOf(amount)));
    return amounts;
  }
}
