package dev.tollgate.ingest.log;

import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The durable log in a directory. Safe for concurrent use.
public final class SegmentLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);

  /// What a log that begins needs to know.
  ///
  /// @param logId never used before
  /// @param historyEndMillis the latest event time of anything that was stored without this log
  public record Birth(String logId, long historyEndMillis) {}

  private final LogSettings settings;
  private final Map<String, List<String>> columns;
  private final TimeSource time;
  private final LogFiles files;
  private final Passage passage;
  private final NavigableMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
  private String logId = "";
  private long historyEndMillis = Long.MIN_VALUE;
  private volatile boolean nearlyFull;
  private Durable durable = new Durable(0);
  private final LogWriter writer;

  private SegmentLog(
      LogSettings settings,
      Map<String, List<String>> columns,
      TimeSource time,
      LogFiles files,
      LogStart start)
      throws IOException {
    this.settings = settings;
    this.columns = columns;
    this.time = time;
    this.files = files;
    this.passage = start.passage;
    var next = recover(start);
    if (segments.isEmpty()) {
      var birth = start.birth.get();
      logId = birth.logId();
      historyEndMillis = birth.historyEndMillis();
    }
    if (segments.isEmpty() || !segments.lastEntry().getValue().header.columns().equals(columns)) {
      add(begin(next));
    }
    durable = new Durable(next - 1);
    var active = segments.lastEntry().getValue();
    var channel = files.openForWriting(active);
    channel.truncate(active.end());
    channel.force(true);
    this.writer = new LogWriter(this, active, channel, next);
    writer.start();
  }

  private record LogStart(Supplier<Birth> birth, Consumer<Logged> replay, Passage passage) {}

  /// Opens the log, cuts off a torn tail and hands on every record from the oldest.
  ///
  /// @param columns of each table's rows that are to be appended, in their order
  /// @param birth asked only where there is no log yet
  /// @throws LogDamaged where something that had been fsynced can't be read
  /// @throws IllegalStateException where another process uses the directory
  public static SegmentLog open(
      LogSettings settings,
      Map<String, List<String>> columns,
      TimeSource time,
      Supplier<Birth> birth,
      Consumer<Logged> replay)
      throws IOException {
    return open(settings, columns, time, birth, replay, Passage.UNHEARD);
  }

  /// The same, heard by `passage`.
  public static SegmentLog open(
      LogSettings settings,
      Map<String, List<String>> columns,
      TimeSource time,
      Supplier<Birth> birth,
      Consumer<Logged> replay,
      Passage passage)
      throws IOException {
    return open(settings, columns, time, new LogStart(birth, replay, passage), FileChannel::open);
  }

  static SegmentLog open(
      LogSettings settings,
      Map<String, List<String>> columns,
      TimeSource time,
      Birth birth,
      LogFiles.Opener opener)
      throws IOException {
    return open(
        settings, columns, time, new LogStart(() -> birth, _ -> {}, Passage.UNHEARD), opener);
  }

  private static SegmentLog open(
      LogSettings settings,
      Map<String, List<String>> columns,
      TimeSource time,
      LogStart start,
      LogFiles.Opener opener)
      throws IOException {
    var files = new LogFiles(settings.dir(), opener);
    try {
      return new SegmentLog(settings, columns, time, files, start);
    } catch (IOException | RuntimeException failure) {
      files.close();
      throw failure;
    }
  }

  private long recover(LogStart start) throws IOException {
    var next = 1L;
    var paths = files.segments();
    for (int i = 0; i < paths.size(); i++) {
      var isLast = i == paths.size() - 1;
      try (var reader = new SegmentReader(paths.get(i))) {
        var header = reader.header();
        checkFollows(paths.get(i), header, next);
        logId = header.logId();
        historyEnds(header.historyEndMillis());
        var check = new SegmentCheck(reader);
        var end = check.replay(isLast, logged -> replayed(logged, start.replay));
        var torn = java.nio.file.Files.size(paths.get(i)) - end;
        if (torn > 0) {
          LOG.info(
              "cut {} bytes off the end of {}: reserved, or never fsynced", torn, paths.get(i));
        }
        next = check.next();
        segments.put(header.first(), new Segment(paths.get(i), header, end));
      }
    }
    return next;
  }

  private void replayed(Logged logged, Consumer<Logged> replay) {
    if (logged.entry() instanceof Entry.Accepted accepted) {
      historyEnds(accepted.eventMillis());
    }
    replay.accept(logged);
  }

  private void checkFollows(Path file, SegmentHeader header, long next) {
    if (!segments.isEmpty() && (header.first() != next || !header.logId().equals(logId))) {
      throw new LogDamaged(
          file,
          0,
          "begins with record %d of log %s (expected: record %d of log %s)"
              .formatted(header.first(), header.logId(), next, logId));
    }
  }

  /// Appends the entries, at adjacent positions; done, with the last of them, when they are
  /// fsynced. Fails with LOG_FULL, STORE_UNAVAILABLE or STOPPING. Blocks while too much waits. The
  /// future completes on the thread that writes: what depends on it must not block.
  public CompletableFuture<Long> append(List<? extends Entry> entries) {
    var done = new CompletableFuture<Long>();
    var eventEndMillis = Long.MIN_VALUE;
    for (var entry : entries) {
      if (entry instanceof Entry.Accepted accepted) {
        eventEndMillis = Math.max(eventEndMillis, accepted.eventMillis());
      }
    }
    writer.append(
        new LogWriter.Append(
            entries.stream().map(EntryCodec::encode).toList(),
            entries.stream().allMatch(Entry::frees),
            eventEndMillis,
            done));
    return done;
  }

  /// A reader of everything that is fsynced, from the position on (or the oldest one there is).
  public LogCursor read(long from) {
    return new LogCursor(this, from);
  }

  /// The records at these positions, which ascend and are fsynced, read whenever they are looked
  /// at; not to be used when they are retired.
  public List<Logged> at(long[] positions) {
    return new Extract(this, positions);
  }

  /// Deletes the oldest segments that nobody needs: all of their records are at or below
  /// `doneThrough` and were received before the instant.
  public void retire(long doneThrough, Instant before) throws IOException {
    var retired = true;
    while (retired) {
      retired = retireOldest(doneThrough, before.toEpochMilli());
    }
  }

  private boolean retireOldest(long doneThrough, long beforeMillis) throws IOException {
    if (segments.size() == 1) {
      return false;
    }
    var oldest = segments.firstEntry();
    var successor = segments.higherEntry(oldest.getKey()).getValue().header;
    if (successor.first() - 1 > doneThrough || successor.createdMillis() >= beforeMillis) {
      return false;
    }
    passage.at(Passage.Point.COMMIT_RETIRE);
    files.delete(oldest.getValue());
    segments.remove(oldest.getKey());
    return true;
  }

  /// Deletes the oldest segments, however young, that nobody needs: as many as it takes until there
  /// is room again. Their keys must then be asked of the ledger, as those of any deleted segment.
  public void relieve(long doneThrough) throws IOException {
    var retired = true;
    while (retired && measureNearlyFull()) {
      retired = retireOldest(doneThrough, Long.MAX_VALUE);
    }
  }

  /// Since when its oldest segment has been there.
  public Instant oldest() {
    return Instant.ofEpochMilli(segments.firstEntry().getValue().header.createdMillis());
  }

  /// The log's name, for ever.
  public String logId() {
    return logId;
  }

  /// No event whose record is not in the log any more, or never was, has a later event time.
  public long historyEndMillis() {
    return segments.firstEntry().getValue().header.historyEndMillis();
  }

  /// Who hears of what passes.
  public Passage passage() {
    return passage;
  }

  /// What its files take.
  public long bytes() {
    return segments.values().stream().mapToLong(Segment::end).sum();
  }

  /// The last position that is fsynced; 0 in an empty log.
  public long durablePosition() {
    return durable.position();
  }

  /// Writes and fsyncs what waits, then closes.
  @Override
  public void close() throws IOException {
    try {
      writer.stop();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    durable.close();
    files.close();
  }

  NavigableMap<Long, Segment> segments() {
    return segments;
  }

  LogSettings settings() {
    return settings;
  }

  LogFiles files() {
    return files;
  }

  Durable durable() {
    return durable;
  }

  /// Whether so little room is left that who can wait should: as it was when something was written
  /// or measured last.
  public boolean isNearlyFull() {
    return nearlyFull;
  }

  /// As it is now.
  public boolean measureNearlyFull() {
    return measure(bytes(), files.usableBytes());
  }

  boolean hasRoom(long more) {
    var taken = bytes() + more;
    var free = files.usableBytes() - more;
    measure(taken, free);
    return taken <= settings.bytesMax() && free >= settings.freeBytesMin();
  }

  private boolean measure(long taken, long free) {
    nearlyFull = taken > settings.bytesPause() || free < settings.freeBytesPause();
    return nearlyFull;
  }

  void historyEnds(long eventMillis) {
    historyEndMillis = Math.max(historyEndMillis, eventMillis);
  }

  Segment begin(long first) throws IOException {
    return files.create(
        new SegmentHeader(logId, first, time.now().toEpochMilli(), historyEndMillis, columns));
  }

  /* A small one grows to its size at once. */
  void prepareNext() {
    if (settings.segmentBytes() > LogWriter.AHEAD_BYTES && !nearlyFull) {
      files.prepare(settings.segmentBytes());
    }
  }

  void add(Segment segment) {
    segments.put(segment.header.first(), segment);
  }
}
