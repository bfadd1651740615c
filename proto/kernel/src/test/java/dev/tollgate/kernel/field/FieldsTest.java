package dev.tollgate.kernel.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  private static final Instant MIN = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant MAX = Instant.parse("2030-01-01T00:00:00Z");

  private final Fields fields = new Fields();

  private String fieldsInError() {
    return String.join(" ", fields.violations().stream().map(Violation::field).toList());
  }

  @Test
  void check_severalMistakes_throwsAllOfThem() {
    fields.id("a", "A");
    fields.token("b", "", 10);
    fields.count("c", -1, 0, 5);

    assertThatThrownBy(fields::check)
        .isInstanceOfSatisfying(
            Failure.class,
            failure ->
                assertThat(failure.violations())
                    .containsExactly(
                        new Violation(
                            "a", "\"A\" (expected: 1 to 63 of a-z 0-9 -, starting with a letter)"),
                        new Violation(
                            "b", "\"\" (expected: 1 to 10 printable ASCII characters, no blanks)"),
                        new Violation("c", "-1 (expected: 0 to 5)")));
  }

  @Test
  void check_nothingWrong_passes() {
    assertThat(fields.id("a", "acme-2")).isEqualTo("acme-2");
    assertThat(fields.token("b", "a/b:c", 10)).isEqualTo("a/b:c");
    assertThat(fields.text("c", "🙂 é", 1, 3)).isEqualTo("🙂 é");
    fields.check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "1a", "a_b", "aB", "a b", "é", "a\n"})
  void id_malformed_isRejected(String id) {
    fields.id("a", id);
    assertThat(fieldsInError()).isEqualTo("a");
  }

  @Test
  void text_tenMegabytes_isShownShort() {
    fields.text("a", "x\n".repeat(5_000_000), 0, 256);
    assertThat(fields.violations().getFirst().description())
        .hasSizeLessThan(250)
        .contains("10000000 characters")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "1577836800,0,true",
    "1893456000,0,true",
    "1893456000,1,false",
    "1577836799,999999999,false",
    "-2208988800,0,false",
    "10413792000,0,false",
    "9223372036854775807,0,false",
    "-9223372036854775808,0,false",
    "1600000000,-1,false",
    "1600000000,1000000000,false"
  })
  void instant_anyTimestamp_isInRangeOrRejected(long seconds, int nanos, boolean good) {
    var timestamp = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    fields.instant("t", true, timestamp, MIN, MAX);
    assertThat(fields.violations().isEmpty()).isEqualTo(good);
  }

  @Test
  void instant_missing_isRejected() {
    fields.instant("t", false, Timestamp.getDefaultInstance(), MIN, MAX);
    assertThat(fieldsInError()).isEqualTo("t");
  }

  @ParameterizedTest
  @CsvSource({
    "1,0,true",
    "3600,0,true",
    "0,999999999,false",
    "3600,1,false",
    "1,-1,false",
    "9223372036854775807,999999999,false",
    "-9223372036854775808,-1,false",
    "5,2000000000,false"
  })
  void duration_anyValue_isInRangeOrRejected(long seconds, int nanos, boolean good) {
    var duration =
        com.google.protobuf.Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    fields.duration("d", duration, Duration.ofSeconds(1), Duration.ofHours(1));
    assertThat(fields.violations().isEmpty()).isEqualTo(good);
  }

  @ParameterizedTest
  @CsvSource({
    "USD,0,true",
    "USD,1.000000001,true",
    "USD,9000000000,true",
    "USD,9000000000.000000001,false",
    "USD,1.0000000001,false",
    "USD,-1,false",
    "USD,1e3,false",
    "USD,NaN,false",
    "USD,Infinity,false",
    "USD,'1,000',false",
    "USD,'',false",
    "USD,.5,false",
    "USD,99999999999999999999999999999999,false",
    "usd,1,false",
    "'',1,false"
  })
  void amount_anyMoney_isExactOrRejected(String currency, String amount, boolean good) {
    var money = Money.newBuilder().setCurrencyCode(currency).setAmount(amount).build();
    var read = fields.amount("m", money, 9, new BigDecimal("9000000000"));
    assertThat(fields.violations().isEmpty()).isEqualTo(good);
    assertThat(read).isEqualByComparingTo(good ? new BigDecimal(amount) : read);
  }

  @ParameterizedTest
  @CsvSource({
    "-5,true",
    "5,true",
    "-0.000000000001,true",
    "-5.000000000001,false",
    "5.1,false",
    "--1,false"
  })
  void amount_lowerBound_isInclusive(String amount, boolean good) {
    var money = Money.newBuilder().setCurrencyCode("USD").setAmount(amount).build();
    fields.amount("m", money, 12, new BigDecimal(-5), new BigDecimal(5));
    assertThat(fields.violations().isEmpty()).isEqualTo(good);
    if (!good) {
      assertThat(fields.violations().getFirst().description()).contains("a decimal from -5 to 5");
    }
  }

  @Test
  void pins_otherValue_isRejectedAndEmptyIsNot() {
    var given = Dimensions.newBuilder().setTeam("ads").setProject("p").build();
    fields.pins("d", given, Map.of("team", "search", "project", "p", "customer", "c"));
    assertThat(fields.violations())
        .containsExactly(
            new Violation("d.team", "\"ads\" (expected: \"search\", which the credential pins)"));
  }

  @Test
  void dimensions_eachLimit_isChecked() {
    var dimensions = Dimensions.newBuilder().setTeam("x".repeat(257)).setUser("a\tb");
    dimensions.putTags("k".repeat(65), "v").putTags("k", "v".repeat(257));
    fields.dimensions("dimensions", dimensions.build(), true);
    assertThat(fields.violations())
        .extracting(Violation::field)
        .containsExactlyInAnyOrder(
            "dimensions.team",
            "dimensions.user",
            "dimensions.provider",
            "dimensions.model",
            "dimensions.tags (key)",
            "dimensions.tags[k]");
  }

  @Test
  void dimensions_seventeenTags_isRejected() {
    var dimensions = Dimensions.newBuilder();
    for (int i = 0; i < 17; i++) {
      dimensions.putTags("k" + i, "v");
    }
    fields.dimensions("d", dimensions.build(), false);
    assertThat(fieldsInError()).isEqualTo("d.tags (size)");
  }

  @Test
  void known_unknownEnumValue_isRejectedWithItsNumber() {
    fields.known("role", Role.UNRECOGNIZED, 77);
    fields.specified("other", Role.ROLE_UNSPECIFIED, 0);
    fields.specified("good", Role.ROLE_ADMIN, 3);
    assertThat(fieldsInError()).isEqualTo("role other");
    assertThat(fields.violations().getFirst().description()).startsWith("77 (expected: one of");
  }
}
