package dev.tollgate.ingest.write;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.ledger.Insertion;
import dev.tollgate.ingest.ledger.Refusals;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Entry.Stage;
import dev.tollgate.ingest.log.LogSettings;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the ledger refuses, set aside in a log of its own until a person has it replayed. Safe for
/// concurrent use.
public final class DeadLetters implements AutoCloseable {
  /*
   * set aside: the letter is fsynced; from then on its batch goes without it, whatever happens.
   * replay: BEGUN is fsynced → the writer inserts it, before any further batch, under a token that
   * only this letter has → how it ended is fsynced.
   *
   * A crash after BEGUN: the writer inserts the same bytes under the same token before anything
   * else, so that the ledger still knows the token.
   */

  /// A letter that waits.
  ///
  /// @param at its position among the letters
  public record Held(long at, Entry.Letter letter, boolean isBegun) {
    /// Its name within the installation.
    public String id() {
      return letterId(letter.logId(), letter.position());
    }

    Batch.Part part() {
      var table = letter.refused().table();
      var entries = List.of(new Logged(letter.position(), letter.refused()));
      return Batch.Part.of(letter.logId(), letter.batch(), table, letter.columns(), entries);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
  private static final String DIR = "dead-letters";
  private static final long SEGMENT_BYTES = 1 << 20;
  private static final long BYTES_MAX = 64 << 20;
  private static final Duration KEPT = Duration.ofDays(1);

  /* More is no accident of single rows: something is to be mended first. */
  private static final int WAITING_MAX = 10_000;

  private final TimeSource time;
  private final NavigableMap<Long, Held> waiting = new TreeMap<>();
  private final Map<String, Long> byId = new HashMap<>();
  private final Set<String> everSetAside = new HashSet<>();
  private final Map<Long, CompletableFuture<Stage>> asked = new HashMap<>();
  private final SegmentLog letters;

  private DeadLetters(Path logDir, TimeSource time) throws IOException {
    this.time = time;
    this.letters =
        SegmentLog.open(
            new LogSettings(logDir.resolve(DIR), SEGMENT_BYTES, BYTES_MAX, 0),
            Tables.columns(),
            time,
            () -> new SegmentLog.Birth(DIR, Long.MIN_VALUE),
            this::restore);
  }

  /// Opens those that belong to the log in the directory.
  public static DeadLetters open(Path logDir, TimeSource time) throws IOException {
    return new DeadLetters(logDir, time);
  }

  /// How many wait.
  public synchronized int size() {
    return waiting.size();
  }

  /// Those that wait, the oldest first.
  public synchronized List<Held> waiting() {
    return List.copyOf(waiting.values());
  }

  /// The one of that id.
  ///
  /// @throws Failure DEAD_LETTER_UNKNOWN where none waits
  public synchronized Held get(String id) {
    var at = byId.get(id);
    var held = at == null ? null : waiting.get(at);
    if (held == null) {
      throw unknown(id);
    }
    return held;
  }

  /// Whether what the log has at the position was set aside, and so must not go with its batch.
  synchronized boolean has(String logId, long position) {
    return everSetAside.contains(letterId(logId, position));
  }

  /// Sets a part of one entry aside; durable when this returns.
  ///
  /// @throws Failure LOG_FULL where too many wait
  void setAside(Batch.Part part, int code) {
    if (size() >= WAITING_MAX) {
      throw Failure.of(Reason.LOG_FULL, WAITING_MAX + " dead letters wait: replay them first");
    }
    var logged = part.entries().getFirst();
    var letter =
        new Entry.Letter(
            part.logId(),
            logged.position(),
            part.batch(),
            part.columns(),
            code,
            time.now().toEpochMilli(),
            logged.entry());
    add(append(letter), letter);
    LOG.error(
        "the ledger refuses record {} of log {} with {}: set aside",
        logged.position(),
        part.logId(),
        Refusals.name(code));
  }

  /// Has the writer store it, at the next occasion and exactly once. Done with how it ended.
  public CompletableFuture<Stage> replay(Held held) {
    var over = new CompletableFuture<Stage>();
    synchronized (this) {
      if (!waiting.containsKey(held.at)) {
        throw unknown(held.id());
      }
      var already = asked.putIfAbsent(held.at, over);
      if (already != null) {
        return already;
      }
    }
    if (!held.isBegun) {
      mark(held.at, Stage.BEGUN);
    }
    return over;
  }

  /// It must not count any more: the ledger has something else under its id.
  public void drop(Held held) {
    mark(held.at, Stage.KNOWN);
  }

  /// Stores those whose replay has begun.
  ///
  /// @throws Failure STORE_UNAVAILABLE where it is not known whether one was stored: try again
  void storeBegun(Landing landing) {
    for (var begun = nextBegun(); begun.isPresent(); begun = nextBegun()) {
      var held = begun.get();
      switch (landing.insert(held.part())) {
        case Insertion.Taken _ -> mark(held.at, Stage.STORED);
        case Insertion.Refused _ -> mark(held.at, Stage.REFUSED);
        case Insertion.Unfinished(int code) ->
            throw Failure.of(Reason.STORE_UNAVAILABLE, "a view of the ledger fails, code " + code);
      }
    }
  }

  private static Failure unknown(String id) {
    return Failure.of(Reason.DEAD_LETTER_UNKNOWN, "no dead letter waits with the id " + id);
  }

  synchronized boolean hasBegun() {
    return nextBegun().isPresent();
  }

  private synchronized Optional<Held> nextBegun() {
    return waiting.values().stream().filter(Held::isBegun).findFirst();
  }

  private long append(Entry entry) {
    try {
      return letters.append(List.of(entry)).get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw Failure.of(Reason.STOPPING, "this server is stopping");
    }
  }

  private void mark(long at, Stage stage) {
    var _ = append(new Entry.Replay(at, stage));
    become(at, stage).ifPresent(replay -> replay.complete(stage));
    if (stage != Stage.BEGUN) {
      retire();
    }
  }

  private synchronized void restore(Logged logged) {
    switch (logged.entry()) {
      case Entry.Letter letter -> add(logged.position(), letter);
      case Entry.Replay replay -> become(replay.letter(), replay.stage());
      default -> throw new IllegalStateException("not of a log of letters: " + logged);
    }
  }

  private synchronized void add(long at, Entry.Letter letter) {
    var held = new Held(at, letter, false);
    waiting.put(at, held);
    byId.put(held.id(), at);
    everSetAside.add(held.id());
  }

  /// Returns who waits for it to be over, where it is.
  private synchronized Optional<CompletableFuture<Stage>> become(long at, Stage stage) {
    var held = waiting.get(at);
    if (held == null) {
      return Optional.empty();
    }
    switch (stage) {
      case BEGUN -> waiting.put(at, new Held(at, held.letter, true));
      case REFUSED -> waiting.put(at, new Held(at, held.letter, false));
      case STORED, KNOWN -> {
        waiting.remove(at);
        byId.remove(held.id());
      }
    }
    return stage == Stage.BEGUN ? Optional.empty() : Optional.ofNullable(asked.remove(at));
  }

  private void retire() {
    var done = doneThrough();
    try {
      letters.retire(done, time.now().minus(KEPT));
    } catch (IOException failure) {
      LOG.warn("a segment of letters could not be deleted; trying again later", failure);
    }
  }

  private synchronized long doneThrough() {
    return waiting.isEmpty() ? letters.durablePosition() : waiting.firstKey() - 1;
  }

  private static String letterId(String logId, long position) {
    return logId + ":" + position;
  }

  @Override
  public void close() throws IOException {
    letters.close();
  }
}
