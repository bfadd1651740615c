package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.reservation.ReservationTime;
import dev.tollgate.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final Tokens TOKENS = new Tokens(new Secret("0123456789abcdef0123456789abcdef"));
  private static final Instant NOON = Instant.parse("2026-08-01T12:00:00.123Z");
  private static final Subject SUBJECT = new Subject("openai", "gpt-4o", "batch", "eu");

  @Test
  void open_sealedByUs_isTheSameReservation() {
    var reservation = reservation(counters(3));

    assertThat(TOKENS.open("acme", TOKENS.seal(reservation))).contains(reservation);
  }

  @Test
  void seal_timeOfTheCheck_isReadableByAnybody() {
    assertThat(ReservationTime.of(TOKENS.seal(reservation(counters(3))))).contains(NOON);
    assertThat(ReservationTime.of("no token")).isEmpty();
  }

  @Test
  void open_noCounters_isTheSameReservation() {
    var reservation = reservation(List.of());

    assertThat(TOKENS.open("acme", TOKENS.seal(reservation))).contains(reservation);
  }

  @Test
  void open_ofAnUnknownModel_isTheSameReservation() {
    var terms = new Terms("default@12", "USD", new Spend(7, 12, 0), 34, true);
    var reservation =
        new Reservation(
            "acme",
            ReservationId.of("acme", "r"),
            "0123456789abcdef",
            NOON,
            NOON.plusSeconds(600),
            SUBJECT,
            terms,
            counters(3));

    assertThat(TOKENS.open("acme", TOKENS.seal(reservation))).contains(reservation);
  }

  @Test
  void open_byAnotherTenant_isNothing() {
    assertThat(TOKENS.open("other", TOKENS.seal(reservation(counters(1))))).isEmpty();
  }

  @Test
  void open_withAnotherKey_isNothing() {
    var other = new Tokens(new Secret("fedcba9876543210fedcba9876543210"));

    assertThat(TOKENS.open("acme", other.seal(reservation(counters(1))))).isEmpty();
  }

  @Test
  void open_anyCharacterChanged_isNothing() {
    var token = TOKENS.seal(reservation(counters(2)));
    for (int i = 0; i < token.length() - 1; i++) {
      var changed = token.toCharArray();
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      assertThat(TOKENS.open("acme", new String(changed))).isEmpty();
    }
  }

  @Test
  void open_notAToken_isNothing() {
    for (var text : List.of("", "a", "%%%", "AAAA", "A".repeat(1_024), "A".repeat(5_000), "é")) {
      assertThat(TOKENS.open("acme", text)).isEmpty();
    }
  }

  @Test
  void fits_asManyCountersAsFit_givesATokenWithinTheBound() {
    int most = 0;
    while (TOKENS.fits(wish(counters(most + 1)), SUBJECT)) {
      most++;
    }

    assertThat(most).isGreaterThanOrEqualTo(20);
    assertThat(TOKENS.seal(reservation(counters(most))).length()).isLessThanOrEqualTo(1_024);
  }

  @Test
  void fits_fourBooksOfTheLongestIds_leaveRoomForEightBudgetsOfTwoUnits() {
    var ref = String.join("+", Collections.nCopies(4, "b".repeat(63) + "@1000000"));
    var terms = new Terms(ref, "USD", new Spend(Long.MAX_VALUE, 12, 0), 34, true);

    assertThat(TOKENS.fits(wish(terms, counters(16)), SUBJECT)).isTrue();
    assertThat(TOKENS.fits(wish(terms, counters(40)), SUBJECT)).isFalse();
  }

  @Test
  void fits_eightBudgetsOfTwoUnitsWithLongIds_do() {
    var counters = new ArrayList<Counter>();
    for (int i = 0; i < 8; i++) {
      var id = "team-search-and-discovery-monthly-" + i;
      counters.add(new Counter(id, CounterUnit.COST_NANOS, "AAAAAAAAAAA", 0, 0));
      counters.add(new Counter(id, CounterUnit.TOKENS, "AAAAAAAAAAA", 0, 0));
    }

    assertThat(TOKENS.fits(wish(counters), SUBJECT)).isTrue();
  }

  private static List<Counter> counters(int count) {
    var counters = new ArrayList<Counter>();
    for (int i = 0; i < count; i++) {
      var unit = i % 2 == 0 ? CounterUnit.COST_NANOS : CounterUnit.REQUESTS;
      var start = Instant.parse("2026-08-01T00:00:00Z").toEpochMilli();
      var end = Instant.parse("2026-09-01T00:00:00Z").toEpochMilli();
      counters.add(new Counter("budget-" + i / 2, unit, "abcdefghijk", start, end));
    }
    return counters;
  }

  private static Wish wish(List<Counter> counters) {
    return wish(terms(), counters);
  }

  private static Wish wish(Terms terms, List<Counter> counters) {
    return new Wish(
        "acme",
        ReservationId.of("acme", "r"),
        "print",
        Duration.ofMinutes(1),
        terms,
        Head.NONE,
        false,
        counters.stream().map(counter -> Claim.of(counter, 1, 1)).toList());
  }

  private static Terms terms() {
    return new Terms("default@12", "USD", new Spend(Long.MAX_VALUE, 12, 0), 34, false);
  }

  private static Reservation reservation(List<Counter> counters) {
    return new Reservation(
        "acme",
        ReservationId.of("acme", "r"),
        "0123456789abcdef",
        NOON,
        NOON.plusSeconds(600),
        SUBJECT,
        terms(),
        counters);
  }
}
