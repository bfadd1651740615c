package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.encode.EntryPart;
import dev.tollgate.ingest.encode.UsageRow;
import dev.tollgate.ingest.ledger.StoredEntry;
import dev.tollgate.ingest.log.Entry;
import java.time.Instant;

/// How corrections are written, and where in time they count.
///
/// @param repricing how its entries name it
/// @param begin where corrections of closed periods count, unless that is closed too
/// @param closedUntil everything before it is closed; the epoch where nothing is
/// @param now when the entries are made
record Correcting(String repricing, Instant begin, Instant closedUntil, Instant now) {
  /*
   * A correction counts where the entry counts that it takes back: then every sum over that place
   * is as if the event had been charged so at once. Only where that place is closed it counts in the
   * open period. There a reversal of an unpriced charge must not say that there is one unpriced
   * event less: the one that it means lies elsewhere, and another, that is still unpriced, would
   * vanish from the open period's count. So it takes the adjustment's status, which is known.
   */
  Entry.Correction of(String tenant, Revision revision) {
    var latest = revision.latest();
    var isMoved = latest.countedTime().isBefore(closedUntil);
    var counted = isMoved ? later(begin, closedUntil) : latest.countedTime();
    var takesOut = isMoved && latest.booked().status().isUnknown();
    var after = revision.after();
    var reversed =
        takesOut && !after.booked().status().isUnknown()
            ? latest.booked().withStatus(after.booked().status())
            : latest.booked();
    return new Entry.Correction(
        tenant,
        latest.eventId(),
        row(latest, 1, EntryPart.Kind.REVERSAL, counted, Said.by(latest).withBooked(reversed)),
        row(latest, 2, EntryPart.Kind.ADJUST, counted, after));
  }

  /* It moves nothing in the quota, so that a sum over what did stays right. */
  private byte[] row(
      StoredEntry latest, int ahead, EntryPart.Kind kind, Instant counted, Said said) {
    var origin = counted.equals(latest.eventTime()) ? Instant.EPOCH : latest.eventTime();
    var part =
        new EntryPart(
            latest.seq() + ahead,
            kind,
            counted.toEpochMilli(),
            origin.toEpochMilli(),
            now.toEpochMilli(),
            said.booked(),
            0,
            repricing);
    return UsageRow.encode(part, said.attribution(), latest.eventPart());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
