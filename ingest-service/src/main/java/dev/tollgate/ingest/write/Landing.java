package dev.tollgate.ingest.write;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.ledger.Insertion;
import dev.tollgate.ingest.ledger.Ledger;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Inserts parts, and believes no token once an insert had no answer.
final class Landing {
  /*
   * A server that lives drops a token that it knows, and is right. One that was killed in the middle
   * of an insert may have noted the token and have no rows, in the table or in a rollup: then it
   * drops the part for ever. So after doubt what it has is looked at: rows that are missing go out
   * under a next token, and the rollups are compared with the ledger.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Landing.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /* As many kills, each within the same instant of the same batch. What is still missing then has
  been replaced in the ledger by an earlier row of its id. */
  private static final int AGAIN_MAX = 10;

  private final Ledger ledger;
  private boolean isInDoubt;

  private Landing(Ledger ledger, boolean isInDoubt) {
    this.ledger = ledger;
    this.isInDoubt = isInDoubt;
  }

  /// Of parts that nobody sent before.
  static Landing of(Ledger ledger) {
    return new Landing(ledger, false);
  }

  /// Of parts that may have been sent before.
  static Landing inDoubt(Ledger ledger) {
    return new Landing(ledger, true);
  }

  /// As `Ledger.insert`; where it says that a part was taken, the ledger and every rollup have it
  /// once.
  ///
  /// @throws Failure STORE_UNAVAILABLE where it is not known whether it was added: try again
  Insertion insert(Batch.Part part) {
    var wasInDoubt = isInDoubt;
    isInDoubt = true;
    var insertion = ledger.insert(part);
    if (wasInDoubt) {
      switch (insertion) {
        case Insertion.Taken _ -> {
          complete(part);
          ledger.recount(part);
        }
        case Insertion.Refused _ -> requireNoneOf(part);
        case Insertion.Unfinished _ -> {}
      }
    }
    isInDoubt = wasInDoubt;
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
      missing = ledger.missing(part);
    }
  }

  private static Failure contradiction() {
    return Failure.retryable(
        Reason.STORE_UNAVAILABLE, "the ledger refuses now what it took before", RETRY);
  }
}
