package dev.tollgate.ingest.dedupe;

import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Decides which events, and which other facts, are new: each table has ids of its own. Safe for
/// concurrent use; never blocks for long.
public final class Dedupe {
  /*
   * In this order, under one lock: is somebody else bringing it (in flight)? → did it come lately
   * (recent keys)? → else the bringer gets a claim. Where the event is no newer than the newest one
   * whose key is not here any more, the claim is doubtful: the ledger must be asked. Only when the
   * record is fsynced does the claim become a recent key, and only then may it be acknowledged; so
   * a key is in one of the two maps from the first sight of it on.
   */

  /// An event as it is brought.
  public record Offer(String eventId, Fingerprint content, long eventMillis) {}

  /// The memory that each key takes that is kept, about.
  public static final int BYTES_PER_KEY = RecentKeys.BYTES_EACH;

  private final Duration horizon;
  private final TimeSource time;
  private final RecentKeys recent;
  private final Map<Fingerprint, Claim> inFlight = new HashMap<>();
  private long committedPosition;

  /// @param horizon how long a key is kept at least, unless there are too many
  public Dedupe(Duration horizon, int keysMax, TimeSource time) {
    this.horizon = horizon;
    this.time = time;
    this.recent = new RecentKeys(keysMax);
  }

  /// Nothing that was counted before the log began, and left it since, has a later event time.
  public synchronized void historyEnds(long eventMillis) {
    recent.historyEnds(eventMillis);
  }

  /// Takes back what the log has, at start.
  public synchronized void restore(Logged logged) {
    switch (logged.entry()) {
      case Entry.Accepted accepted ->
          keep(Content.key(accepted.table(), accepted.tenant(), accepted.id()), accepted, logged);
      case Entry.Commit commit -> committed(commit.last());
      case Entry.Correction _,
          Entry.User _,
          Entry.GiveBack _,
          Entry.Seal _,
          Entry.Settled _,
          Entry.Split _,
          Entry.Letter _,
          Entry.Replay _ -> {}
    }
  }

  private void keep(Fingerprint key, Entry.Accepted accepted, Logged logged) {
    recent.put(
        key,
        new RecentKeys.Seen(
            accepted.fingerprint(),
            accepted.receivedMillis(),
            accepted.eventMillis(),
            logged.position()));
  }

  /// One verdict per offer, in their order. Every claim must be ended by `accepted`, `found` or
  /// `abandon`.
  public synchronized List<Verdict> claim(String table, String tenant, List<Offer> offers) {
    return offers.stream().map(offer -> claim(table, tenant, offer)).toList();
  }

  private Verdict claim(String table, String tenant, Offer offer) {
    var key = Content.key(table, tenant, offer.eventId());
    var other = inFlight.get(key);
    if (other != null) {
      return new Verdict.Follows(other);
    }
    var seen = recent.get(key);
    if (seen != null) {
      return new Verdict.Known(new Counted(seen.content(), seen.position()));
    }
    var claim = new Claim(key, offer, offer.eventMillis() <= recent.historyEndMillis());
    inFlight.put(key, claim);
    return new Verdict.Fresh(claim);
  }

  /// The event's record is durable at the position.
  public void accepted(Claim claim, long receivedMillis, long position) {
    synchronized (this) {
      inFlight.remove(claim.key);
      recent.put(
          claim.key,
          new RecentKeys.Seen(claim.content(), receivedMillis, claim.eventMillis(), position));
      evict();
    }
    claim.decided().complete(new Counted(claim.content(), position));
  }

  /// The ledger has the event, with this content.
  public void found(Claim claim, Fingerprint content) {
    synchronized (this) {
      inFlight.remove(claim.key);
    }
    claim.decided().complete(new Counted(content, 0));
  }

  /// The event does not count, and whoever follows has to bring it again.
  public void abandon(Claim claim, Throwable why) {
    synchronized (this) {
      inFlight.remove(claim.key);
    }
    claim.decided().completeExceptionally(why);
  }

  /// The ledger has everything up to this position.
  public synchronized void committed(long position) {
    committedPosition = Math.max(committedPosition, position);
    evict();
  }

  /// How many keys are held.
  public synchronized int size() {
    return recent.size();
  }

  private void evict() {
    recent.evict(time.now().minus(horizon).toEpochMilli(), committedPosition);
  }
}
