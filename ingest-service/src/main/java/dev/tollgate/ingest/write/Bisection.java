package dev.tollgate.ingest.write;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.ledger.Insertion;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.SegmentLog;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/// Brings one batch into the ledger; what the ledger refuses is halved until it stands alone, and
/// set aside.
final class Bisection {
  /*
   * A part goes out under its own token. Refused, it is split, which is fsynced before a half goes
   * out: so a part whose half may be in the ledger never goes out whole, even if the ledger would
   * take it by then. What stands alone and is refused twice becomes a dead letter, fsynced too.
   * Run again after whatever failure, by this process or the next one, it sends identical bytes
   * under identical tokens.
   */

  /* More of one batch is no accident of single rows: the schema is wrong, and not the rows. */
  private static final int SET_ASIDE_MAX = 100;

  private final SegmentLog log;
  private final Landing landing;
  private final DeadLetters letters;
  private final Batch batch;
  private final Set<String> splits;
  private final Set<String> taken = new HashSet<>();
  private int setAside;

  /// @param splits tokens of parts that were split before; those that are split now are added
  Bisection(SegmentLog log, Landing landing, DeadLetters letters, Batch batch, Set<String> splits) {
    this.log = log;
    this.landing = landing;
    this.letters = letters;
    this.batch = batch;
    this.splits = splits;
  }

  /// The batch is in the ledger, but for what was set aside. Where this fails, it may be run again.
  ///
  /// @throws ViewFailing where a view must be mended first
  /// @throws Failure STORE_UNAVAILABLE, or LOG_FULL where there is too much to be set aside
  void run() throws ExecutionException, InterruptedException {
    for (var part : batch.parts()) {
      land(part);
    }
  }

  private void land(Batch.Part part) throws ExecutionException, InterruptedException {
    var alone = part.entries().size() == 1;
    if (taken.contains(part.token())
        || (alone && letters.has(part.logId(), part.entries().getFirst().position()))) {
      return;
    }
    if (splits.contains(part.token())) {
      landHalves(part);
      return;
    }
    switch (landing.insert(part)) {
      case Insertion.Taken _ -> taken.add(part.token());
      case Insertion.Unfinished(int code) -> throw new ViewFailing(code);
      case Insertion.Refused _ when !alone -> split(part);
      case Insertion.Refused _ -> landAlone(part);
    }
  }

  private void split(Batch.Part part) throws ExecutionException, InterruptedException {
    log.append(List.of(new Entry.Split(part.batch(), part.token()))).get();
    splits.add(part.token());
    landHalves(part);
  }

  private void landHalves(Batch.Part part) throws ExecutionException, InterruptedException {
    for (var half : part.halves()) {
      land(half);
    }
  }

  /* What stands alone is asked for once more, lest a body that was cut short on its way condemn it. */
  private void landAlone(Batch.Part part) throws ExecutionException, InterruptedException {
    switch (landing.insert(part)) {
      case Insertion.Taken _ -> taken.add(part.token());
      case Insertion.Unfinished(int code) -> throw new ViewFailing(code);
      case Insertion.Refused(int code) -> {
        if (setAside >= SET_ASIDE_MAX) {
          throw Failure.of(
              Reason.LOG_FULL,
              SET_ASIDE_MAX + " entries of one batch are refused, the last with code " + code);
        }
        letters.setAside(part, code);
        setAside++;
      }
    }
  }
}
