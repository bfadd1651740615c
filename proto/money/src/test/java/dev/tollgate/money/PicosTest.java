package dev.tollgate.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.seed.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;

class PicosTest {
  @Test
  void of_wholePicos_isExact() {
    assertThat(Picos.of(new BigDecimal("47.608895")).value()).isEqualTo(47_608_895_000_000L);
  }

  @Test
  void of_halfAPico_throws() {
    assertThatThrownBy(() -> Picos.of(new BigDecimal("0.0000000000005")))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void of_moreThanALongHolds_throws() {
    assertThatThrownBy(() -> Picos.of(new BigDecimal("9223372.036854775808")))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void rounded_tie_goesToEven() {
    assertThat(Picos.rounded(new BigDecimal("0.0000000000005")).value()).isZero();
    assertThat(Picos.rounded(new BigDecimal("0.0000000000015")).value()).isEqualTo(2);
    assertThat(Picos.rounded(new BigDecimal("-0.0000000000015")).value()).isEqualTo(-2);
  }

  @Test
  void toNanosUp_anyAmount_isTheLeastNotBelow() {
    assertThat(new Picos(1).toNanosUp()).isEqualTo(new Nanos(1));
    assertThat(new Picos(1_000).toNanosUp()).isEqualTo(new Nanos(1));
    assertThat(new Picos(1_001).toNanosUp()).isEqualTo(new Nanos(2));
    assertThat(new Picos(-1_001).toNanosUp()).isEqualTo(new Nanos(-1));
    assertThat(new Picos(Long.MAX_VALUE).toNanosUp()).isEqualTo(new Nanos(9_223_372_036_854_776L));
  }

  @Test
  void toString_anyAmount_hasTwelveDigits() {
    assertThat(new Picos(1)).hasToString("0.000000000001");
    assertThat(new Picos(-47_608_895_000_000L)).hasToString("-47.608895000000");
  }

  @Test
  void arithmetic_anyAmounts_equalsBigIntegersOrThrows() {
    Seeds.check(
        "picos arithmetic",
        2_000,
        200_000,
        (seed, random) -> {
          var a = random.nextLong() >> random.nextInt(64);
          var b = random.nextLong() >> random.nextInt(64);
          assertExact(
              BigInteger.valueOf(a).add(BigInteger.valueOf(b)),
              () -> new Picos(a).plus(new Picos(b)));
          assertExact(
              BigInteger.valueOf(a).subtract(BigInteger.valueOf(b)),
              () -> new Picos(a).minus(new Picos(b)));
          assertExact(
              BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)), () -> new Picos(a).times(b));
          assertThat(new Picos(a).toNanosUp().toUnits())
              .isEqualTo(new Picos(a).toUnits().setScale(9, RoundingMode.CEILING));
          assertThat(Picos.of(new BigDecimal(new Picos(a).toString()))).isEqualTo(new Picos(a));
        });
  }

  private static void assertExact(
      BigInteger expected, java.util.function.Supplier<Picos> computation) {
    if (expected.bitLength() < Long.SIZE) {
      assertThat(computation.get().value()).isEqualTo(expected.longValueExact());
    } else {
      assertThatThrownBy(computation::get).isInstanceOf(ArithmeticException.class);
    }
  }
}
