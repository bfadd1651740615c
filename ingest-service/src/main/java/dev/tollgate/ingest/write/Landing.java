package dev.tollgate.ingest.write;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.ledger.Insertion;
import dev.tollgate.ingest.ledger.Ledger;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Inserts parts, and believes no token once an insert had no answer.
final class Landing {
  /*
   * A server that lives drops a token that it knows, and is right. One that was killed in the middle
   * of an insert may have noted the token and have no rows, in the table or in a rollup: then it
   * drops the part for ever. So after doubt what it has is looked at: rows that are missing go out
   * under a next token, and the rollups are compared with the ledger.
   *
   * That is done while nothing else of the log is on its way: what was being inserted would look
   * like a difference. Another part in doubt may look like one too, and is looked at itself later.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Landing.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /* As many kills, each within the same instant of the same batch. What is still missing then has
  been replaced in the ledger by an earlier row of its id. */
  private static final int AGAIN_MAX = 10;

  private final Ledger ledger;
  private final ReadWriteLock inserting;
  private final DoubtMeters meters;
  private boolean isInDoubt;

  private Landing(Ledger ledger, ReadWriteLock inserting, DoubtMeters meters, boolean isInDoubt) {
    this.ledger = ledger;
    this.inserting = inserting;
    this.meters = meters;
    this.isInDoubt = isInDoubt;
  }

  /// Of parts that nobody sent before.
  ///
  /// @param inserting one for all that a log inserts
  static Landing of(Ledger ledger, ReadWriteLock inserting, DoubtMeters meters) {
    return new Landing(ledger, inserting, meters, false);
  }

  /// Of parts that may have been sent before.
  static Landing inDoubt(Ledger ledger, ReadWriteLock inserting, DoubtMeters meters) {
    return new Landing(ledger, inserting, meters, true);
  }

  /// As `Ledger.insert`; where it says that a part was taken, the ledger and every rollup have it
  /// once.
  ///
  /// @throws Failure STORE_UNAVAILABLE where it is not known whether it was added: try again
  Insertion insert(Batch.Part part) {
    var wasInDoubt = isInDoubt;
    isInDoubt = true;
    var insertion = under(inserting.readLock(), () -> ledger.insert(part));
    if (wasInDoubt) {
      var _ = under(inserting.writeLock(), () -> confirmed(insertion, part));
    }
    isInDoubt = wasInDoubt;
    return insertion;
  }

  private static Insertion under(Lock lock, Supplier<Insertion> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private Insertion confirmed(Insertion insertion, Batch.Part part) {
    meters.looked();
    switch (insertion) {
      case Insertion.Taken _ -> {
        complete(part);
        meters.rewritten(ledger.recount(part));
      }
      case Insertion.Refused _ -> requireNoneOf(part);
      case Insertion.Unfinished _ -> {}
    }
    return insertion;
  }

  /* Whoever is told that a part is refused sends its entries otherwise, under other tokens. */
  private void requireNoneOf(Batch.Part part) {
    if (ledger.missing(part).size() < part.entries().size()) {
      throw contradiction();
    }
  }

  private void complete(Batch.Part part) {
    var missing = ledger.missing(part);
    for (int attempt = 1; !missing.isEmpty() && attempt <= AGAIN_MAX; attempt++) {
      LOG.warn(
          "{} of {} entries of {} are not in the ledger, which knows their token: sent again",
          missing.size(),
          part.entries().size(),
          part.token());
      if (!(ledger.insert(part.again(missing, attempt)) instanceof Insertion.Taken)) {
        throw contradiction();
      }
      meters.resent(missing.size());
      missing = ledger.missing(part);
    }
    if (!missing.isEmpty()) {
      meters.givenUp(missing.size());
      LOG.error(
          "{} entries of {} are still not in the ledger, the first at {}: given up",
          missing.size(),
          part.token(),
          missing.getFirst().position());
    }
  }

  private static Failure contradiction() {
    return Failure.retryable(
        Reason.STORE_UNAVAILABLE, "the ledger refuses now what it took before", RETRY);
  }
}
