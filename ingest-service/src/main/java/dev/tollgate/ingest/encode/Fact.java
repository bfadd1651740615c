package dev.tollgate.ingest.encode;

import dev.tollgate.ingest.attribute.Filled;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.Usage;

/// An event that counts, with its charge: what becomes one row of the ledger.
///
/// @param event valid, with what its caller's credential pins and a rule sets filled in
/// @param user the surrogate of the event's user; empty where it names none
/// @param checkedMillis which instant's budgets count it: that of the check, else of the event
/// @param filled what an attribution rule filled in of its dimensions
/// @param isBackfilled whether it is history, which no budget counts
public record Fact(
    String tenant,
    UsageEvent event,
    String user,
    Fingerprint fingerprint,
    Usage usage,
    Charge charge,
    long receivedMillis,
    long checkedMillis,
    Filled filled,
    boolean isBackfilled) {
  public long eventMillis() {
    var time = event.getEventTime();
    return time.getSeconds() * 1_000 + time.getNanos() / 1_000_000;
  }
}
