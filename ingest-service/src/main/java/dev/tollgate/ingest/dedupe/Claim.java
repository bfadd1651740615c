package dev.tollgate.ingest.dedupe;

import dev.tollgate.ingest.log.Fingerprint;
import java.util.concurrent.CompletableFuture;

/// The right to decide about one event, held by whoever brought it first, until it is decided.
public final class Claim {
  final Fingerprint key;
  private final Fingerprint content;
  private final String eventId;
  private final long eventMillis;
  private final boolean doubtful;
  private final CompletableFuture<Counted> decided = new CompletableFuture<>();

  Claim(Fingerprint key, Dedupe.Offer offer, boolean doubtful) {
    this.key = key;
    this.content = offer.content();
    this.eventId = offer.eventId();
    this.eventMillis = offer.eventMillis();
    this.doubtful = doubtful;
  }

  /// What its bringer sent.
  public Fingerprint content() {
    return content;
  }

  public String eventId() {
    return eventId;
  }

  public long eventMillis() {
    return eventMillis;
  }

  /// Whether the event may have come so long ago that only the ledger would know it.
  public boolean isDoubtful() {
    return doubtful;
  }

  /// Done when the event is durable, with what counts under its id.
  public CompletableFuture<Counted> decided() {
    return decided;
  }
}
