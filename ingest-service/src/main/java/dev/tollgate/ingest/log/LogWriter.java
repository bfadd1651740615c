package dev.tollgate.ingest.log;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that writes: whatever waits is written together and fsynced once.
final class LogWriter implements Runnable {
  /*
   * take all appends that wait (up to GROUP_BYTES) → frame them → write → fsync → tell everybody.
   *
   * They are written over zeros: a file that grew would have each fsync record its new size too. A
   * segment lies in a file of zeros that was made ready beforehand; where there is none, a stretch is
   * written ahead. What is left of the zeros is cut off when the segment is full or the log is closed;
   * behind a crash the start finds where the records end.
   *
   * A write that fails leaves nothing behind: the file is cut back to what had been fsynced, all of
   * the group fails and nothing of it is acknowledged. If even that fails, the log takes nothing
   * more until it is opened again, which reads it from the start.
   */
  record Append(
      List<byte[]> bodies, boolean frees, long eventEndMillis, CompletableFuture<Long> done) {
    long size() {
      return bodies.stream().mapToLong(body -> Frame.OVERHEAD + body.length).sum();
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final int WAITING_MAX = 4_096;
  private static final long GROUP_BYTES = 4 << 20;
  static final int AHEAD_BYTES = 1 << 20;
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Append STOP =
      new Append(List.of(), true, Long.MIN_VALUE, new CompletableFuture<>());

  private final SegmentLog log;
  private final BlockingQueue<Append> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Thread thread = new Thread(this, "ingest-log");
  private Segment active;
  private FileChannel channel;
  private ByteBuffer buffer = ByteBuffer.allocateDirect((int) GROUP_BYTES);
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(AHEAD_BYTES);
  private long next;

  /// Where the file ends.
  private long reserved;

  private boolean broken;
  private volatile boolean stopped;

  LogWriter(SegmentLog log, Segment active, FileChannel channel, long next) {
    this.log = log;
    this.active = active;
    this.channel = channel;
    this.next = next;
    this.reserved = active.end();
  }

  void start() {
    thread.start();
  }

  /// Blocks while too many wait already.
  void append(Append append) {
    put(append);
    if (stopped) {
      failWaiting();
    }
  }

  /// Writes what waits, then ends.
  void stop() throws InterruptedException, IOException {
    put(STOP);
    thread.join();
    try {
      cutBack();
    } finally {
      channel.close();
    }
  }

  private void put(Append append) {
    try {
      waiting.put(append);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      append.done.completeExceptionally(stopping());
    }
  }

  @Override
  public void run() {
    var stop = false;
    while (!stop) {
      var group = takeGroup();
      stop = group.remove(STOP);
      write(group);
    }
    stopped = true;
    failWaiting();
  }

  private List<Append> takeGroup() {
    var group = new ArrayList<Append>();
    try {
      var append = waiting.take();
      var size = 0L;
      while (append != null) {
        group.add(append);
        size += append.size();
        append = size < GROUP_BYTES ? waiting.poll() : null;
      }
    } catch (InterruptedException interrupted) {
      group.add(STOP);
    }
    return group;
  }

  private void write(List<Append> all) {
    var group = new ArrayList<>(all);
    if (!log.hasRoom(group.stream().mapToLong(Append::size).sum())) {
      failAll(group.stream().filter(append -> !append.frees).toList(), full());
      group.removeIf(append -> !append.frees);
    }
    if (group.isEmpty()) {
      return;
    }
    try {
      if (broken) {
        throw new IOException("the log could not be repaired after an earlier failure");
      }
      if (active.end() >= log.settings().segmentBytes()) {
        roll();
      }
      var position = next - 1;
      force(group);
      log.passage().at(Passage.Point.FSYNC_ACK);
      log.durable().advance(next - 1);
      for (var append : group) {
        position += append.bodies.size();
        append.done.complete(position);
      }
    } catch (IOException failure) {
      LOG.error("the log can't be written", failure);
      repair();
      failAll(group, isFull(failure) ? full() : away());
    }
  }

  private void force(List<Append> group) throws IOException {
    var size = group.stream().mapToLong(Append::size).sum();
    if (size > buffer.capacity()) {
      buffer = ByteBuffer.allocateDirect(Math.toIntExact(size));
    }
    buffer.clear();
    var position = next;
    var eventEndMillis = Long.MIN_VALUE;
    for (var append : group) {
      for (var body : append.bodies) {
        new Frame(position++, next - 1, body).write(buffer);
      }
      eventEndMillis = Math.max(eventEndMillis, append.eventEndMillis);
    }
    buffer.flip();
    var offset = active.end();
    reserve(offset + size);
    while (buffer.hasRemaining()) {
      offset += channel.write(buffer, offset);
    }
    log.passage().at(Passage.Point.APPEND_FSYNC);
    channel.force(false);
    log.historyEnds(eventEndMillis);
    active.endsAt(offset);
    next = position;
    if (offset > log.settings().segmentBytes() / 2) {
      log.prepareNext();
    }
  }

  /* Nothing is reserved beyond the segment's size: small logs stay small. */
  private void reserve(long end) throws IOException {
    if (end <= reserved) {
      return;
    }
    var ahead = Math.clamp(log.settings().segmentBytes() - end, 0, AHEAD_BYTES);
    while (reserved < end + ahead) {
      zeros.clear().limit((int) Math.min(AHEAD_BYTES, end + ahead - reserved));
      reserved += channel.write(zeros, reserved);
    }
    channel.force(true);
  }

  private void cutBack() throws IOException {
    channel.truncate(active.end());
    channel.force(true);
    reserved = active.end();
  }

  /* Nobody waits until what is cut off is so on the disk: see SegmentCheck. */
  private void roll() throws IOException {
    channel.truncate(active.end());
    var successor = log.begin(next);
    var successorChannel = log.files().openForWriting(successor);
    channel.close();
    active = successor;
    reserved = successorChannel.size();
    channel = successorChannel;
    log.add(successor);
  }

  private void repair() {
    try {
      cutBack();
      broken = false;
    } catch (IOException failure) {
      broken = true;
      LOG.error("the log can't be cut back to byte {} of {}", active.end(), active.file, failure);
    }
  }

  private void failWaiting() {
    var rest = new ArrayList<Append>();
    waiting.drainTo(rest);
    failAll(rest, stopping());
  }

  private static void failAll(List<Append> appends, Failure failure) {
    appends.forEach(append -> append.done.completeExceptionally(failure));
  }

  private static boolean isFull(IOException failure) {
    var message = String.valueOf(failure.getMessage());
    return message.contains("No space left") || message.contains("quota exceeded");
  }

  private static Failure full() {
    return Failure.retryable(Reason.LOG_FULL, "the log's disk is full", RETRY);
  }

  private static Failure away() {
    return Failure.retryable(Reason.STORE_UNAVAILABLE, "the log can't be written", RETRY);
  }

  private static Failure stopping() {
    return Failure.of(Reason.STOPPING, "this server is stopping");
  }
}
