package dev.tollgate.ingest.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.common.v1.UsageBody;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DedupeTest {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Duration DAY = Duration.ofHours(24);

  private final FakeTime time = new FakeTime(START);
  private final Dedupe dedupe = new Dedupe(DAY, 1_000, time);

  @Test
  void claim_newEvent_isFreshAndBeyondDoubt() {
    assertThat(fresh("a").isDoubtful()).isFalse();
  }

  @Test
  void claim_whileInFlight_followsTheFirst() {
    var first = fresh("a");

    assertThat(claim("a", 1)).isEqualTo(new Verdict.Follows(first));
    assertThat(first.decided()).isNotDone();
    dedupe.accepted(first, 0, 1);
    assertThat(first.decided()).isCompletedWithValue(new Counted(content(1), 1));
  }

  @Test
  void claim_afterAccepted_isKnown() {
    dedupe.accepted(fresh("a"), time.now().toEpochMilli(), 1);

    assertThat(claim("a", 2)).isEqualTo(new Verdict.Known(new Counted(content(1), 1)));
    assertThat(claimOf("other-tenant", "a", 1)).isInstanceOf(Verdict.Fresh.class);
  }

  @Test
  void claim_afterAbandon_isFreshAgain() {
    var first = fresh("a");
    dedupe.abandon(first, Failure.of(Reason.LOG_FULL, "full"));

    assertThat(first.decided()).isCompletedExceptionally();
    assertThat(claim("a", 1)).isInstanceOf(Verdict.Fresh.class);
  }

  @Test
  void claim_olderThanWhatWasLetGo_isDoubtful() {
    dedupe.accepted(fresh("a"), time.now().toEpochMilli(), 1);
    dedupe.committed(1);
    time.advance(DAY.plusSeconds(1));
    dedupe.committed(1);

    assertThat(dedupe.size()).isZero();
    assertThat(fresh("a").isDoubtful()).isTrue();
    assertThat(freshAt("b", START.plusMillis(1)).isDoubtful()).isFalse();
  }

  @Test
  void keys_notInTheLedgerYet_areKeptBeyondTheHorizon() {
    dedupe.accepted(fresh("a"), time.now().toEpochMilli(), 5);
    dedupe.committed(4);
    time.advance(DAY.multipliedBy(3));
    dedupe.committed(4);

    assertThat(claim("a", 1)).isEqualTo(new Verdict.Known(new Counted(content(1), 5)));
  }

  @Test
  void keys_tooMany_lettingGoRaisesDoubt() {
    var small = new Dedupe(DAY, 2, time);
    for (int i = 0; i < 4; i++) {
      var eventId = "e" + i;
      var verdict =
          small.claim(Entry.USAGE_TABLE, "acme", List.of(offer(eventId, 1, START))).getFirst();
      small.accepted(((Verdict.Fresh) verdict).claim(), START.toEpochMilli(), i);
      small.committed(i);
    }

    assertThat(small.size()).isEqualTo(2);
    var again = small.claim(Entry.USAGE_TABLE, "acme", List.of(offer("e0", 1, START))).getFirst();
    assertThat(((Verdict.Fresh) again).claim().isDoubtful()).isTrue();
  }

  @Test
  void restore_fromTheLog_knowsItsEvents() {
    dedupe.restore(
        new Logged(
            1,
            new Entry.Usage(
                "acme",
                "a",
                content(1),
                START.toEpochMilli(),
                START.toEpochMilli(),
                new Entry.Debit("", false, "USD", 0, 0, 0),
                new byte[0])));

    assertThat(claim("a", 1)).isEqualTo(new Verdict.Known(new Counted(content(1), 1)));
  }

  @Test
  void claim_sameIdInOtherTables_isFreshInEach() {
    dedupe.accepted(fresh("a"), time.now().toEpochMilli(), 1);
    dedupe.restore(
        new Logged(2, new Entry.Fact("outcomes", "acme", "a", content(7), 0, 0, new byte[0])));

    assertThat(claim("a", 1)).isEqualTo(new Verdict.Known(new Counted(content(1), 1)));
    assertThat(claimOf("outcomes", "acme", "a", 7))
        .isEqualTo(new Verdict.Known(new Counted(content(7), 2)));
    assertThat(claimOf("cost_lines", "acme", "a", 1)).isInstanceOf(Verdict.Fresh.class);
  }

  @Test
  void claim_knownAtAnyAge_isDoubtfulOnceAnythingWasLetGo() {
    var before = (Verdict.Fresh) claimAt("cost_lines", "c1", Instant.EPOCH);
    assertThat(before.claim().isDoubtful()).isFalse();
    dedupe.accepted(before.claim(), time.now().toEpochMilli(), 1);
    time.advance(DAY.plusSeconds(1));
    dedupe.committed(1);

    var after = (Verdict.Fresh) claimAt("cost_lines", "c2", Instant.EPOCH);
    assertThat(after.claim().isDoubtful()).isTrue();
    assertThat(freshAt("a", START).isDoubtful()).as("a line's time says nothing").isFalse();
  }

  @Test
  void historyEnds_logBegins_olderEventsAreDoubtful() {
    dedupe.historyEnds(START.toEpochMilli());

    assertThat(freshAt("a", START).isDoubtful()).isTrue();
    assertThat(freshAt("b", START.plusMillis(1)).isDoubtful()).isFalse();
  }

  @Test
  void content_sameButForTheReservation_isTheSame() {
    var event = UsageEvent.newBuilder().setEventId("a").setAttempt(2);

    assertThat(Content.of(event.setReservationId("r").build()))
        .isEqualTo(Content.of(event.clearReservationId().build()))
        .isNotEqualTo(Content.of(event.setAttempt(3).build()));
  }

  @Test
  void content_coversTheUsageBodyAsSent() {
    var body = UsageBody.newBuilder().setJson("{\"prompt_tokens\": 1}");

    assertThat(content(body))
        .isEqualTo(content(body.clone()))
        .isNotEqualTo(content(body.clone().setJson("{\"prompt_tokens\":1}")))
        .isNotEqualTo(content(body.clone().setApiFlavor("chat")));
  }

  private static Fingerprint content(UsageBody.Builder body) {
    return Content.of(UsageEvent.newBuilder().setUsage(Usage.newBuilder().setBody(body)).build());
  }

  private Claim fresh(String eventId) {
    return freshAt(eventId, START);
  }

  private Claim freshAt(String eventId, Instant eventTime) {
    var verdict =
        dedupe.claim(Entry.USAGE_TABLE, "acme", List.of(offer(eventId, 1, eventTime))).getFirst();
    return ((Verdict.Fresh) verdict).claim();
  }

  private Verdict claim(String eventId, long content) {
    return claimOf("acme", eventId, content);
  }

  private Verdict claimOf(String tenant, String eventId, long content) {
    return dedupe
        .claim(Entry.USAGE_TABLE, tenant, List.of(offer(eventId, content, START)))
        .getFirst();
  }

  private Verdict claimOf(String table, String tenant, String id, long content) {
    return dedupe.claim(table, tenant, List.of(offer(id, content, START))).getFirst();
  }

  private Verdict claimAt(String table, String id, Instant eventTime) {
    return dedupe.claim(table, "acme", List.of(offer(id, 1, eventTime))).getFirst();
  }

  private static Dedupe.Offer offer(String eventId, long content, Instant eventTime) {
    return new Dedupe.Offer(eventId, content(content), eventTime.toEpochMilli());
  }

  private static Fingerprint content(long number) {
    return new Fingerprint(0, number);
  }
}
