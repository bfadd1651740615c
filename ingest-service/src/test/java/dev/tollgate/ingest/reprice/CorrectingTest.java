package dev.tollgate.ingest.reprice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.encode.EntryPart.Kind;
import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.ledger.InMemoryLedger;
import dev.tollgate.ingest.ledger.StoredEntry;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CorrectingTest {
  private static final Instant TIME = Instant.parse("2026-08-01T10:00:00Z");
  private static final Instant BEGIN = Instant.parse("2026-09-20T00:00:00Z");
  private static final PriceStack WITHOUT = book(1, "other");
  private static final PriceStack WITH = book(2, "m");

  private final InMemoryLedger ledger = new InMemoryLedger();
  private int batches;

  @Test
  void correction_openPeriod_countsWhereItsEventDoes() {
    var entries = corrected(WITHOUT, WITH, Instant.EPOCH);

    assertThat(entries).extracting(StoredEntry::countedTime).containsOnly(TIME);
    assertThat(entries)
        .extracting(StoredEntry::kind)
        .containsExactly(Kind.CHARGE, Kind.REVERSAL, Kind.ADJUST);
    assertThat(statuses(entries))
        .containsExactly(
            ChargeStatus.UNPRICED_MODEL, ChargeStatus.UNPRICED_MODEL, ChargeStatus.PRICED);
  }

  @Test
  void correction_ofAnUnpricedEventOfAClosedPeriod_takesNoneOutOfTheOpenOne() {
    var entries = corrected(WITHOUT, WITH, TIME.plusSeconds(1));

    assertThat(entries).extracting(StoredEntry::countedTime).containsExactly(TIME, BEGIN, BEGIN);
    assertThat(entries).extracting(StoredEntry::eventTime).containsOnly(TIME);
    assertThat(statuses(entries))
        .containsExactly(ChargeStatus.UNPRICED_MODEL, ChargeStatus.PRICED, ChargeStatus.PRICED);
    assertThat(entries.get(1).booked().costPicos()).isZero();
  }

  @Test
  void correction_thatMakesAnEventOfAClosedPeriodUnpriced_saysSoInTheOpenOne() {
    assertThat(statuses(corrected(WITH, book(3, "other"), TIME.plusSeconds(1))))
        .containsExactly(ChargeStatus.PRICED, ChargeStatus.PRICED, ChargeStatus.UNPRICED_MODEL);
  }

  @Test
  void correction_afterTheBeginIsClosedToo_countsWhereTheOpenPeriodBegins() {
    var closed = BEGIN.plusSeconds(60);

    assertThat(corrected(WITHOUT, WITH, closed))
        .extracting(StoredEntry::countedTime)
        .containsExactly(TIME, closed, closed);
  }

  @Test
  void correction_ofOneThatCountsInTheOpenPeriod_staysThere() {
    var first = corrected(WITHOUT, WITH, TIME.plusSeconds(1));
    var later = new Correcting("later", BEGIN.plusSeconds(9), TIME.plusSeconds(1), BEGIN);
    insert(later.of("acme", Revision.of(first, new Rating(book(3, "other")), "later")));

    var entries = ledger.entries("acme");
    assertThat(entries)
        .extracting(StoredEntry::countedTime)
        .containsExactly(TIME, BEGIN, BEGIN, BEGIN, BEGIN);
    assertThat(entries).extracting(StoredEntry::seq).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void revision_usageThatCouldNotBeRead_staysUnknownWhateverTheBook() {
    var event = new Facts("acme", "e1", TIME, "m", false, true, Map.of());
    insert(event.unusable(WITHOUT));

    var revision = Revision.of(ledger.entries("acme"), new Rating(WITH), "again");

    assertThat(revision.after().booked().status()).isEqualTo(ChargeStatus.USAGE_INVALID);
    assertThat(revision.needsCorrection()).isFalse();
  }

  private List<StoredEntry> corrected(PriceStack before, PriceStack after, Instant closed) {
    insert(new Facts("acme", "e1", TIME, "m", false, true, Map.of("input", 1_000L)).logged(before));
    var correcting = new Correcting("again", BEGIN, closed, BEGIN);
    insert(correcting.of("acme", Revision.of(ledger.entries("acme"), new Rating(after), "again")));
    return ledger.entries("acme");
  }

  private void insert(Entry entry) {
    batches++;
    Batch.of("log", Tables.columns(), batches, List.of(new Logged(batches, entry)))
        .parts()
        .forEach(ledger::insert);
  }

  private static List<ChargeStatus> statuses(List<StoredEntry> entries) {
    return entries.stream().map(entry -> entry.booked().status()).toList();
  }

  private static PriceStack book(int version, String model) {
    return PriceStack.of(new TestBook(version, "USD").model(model, 100, TIME, 100).book());
  }
}
