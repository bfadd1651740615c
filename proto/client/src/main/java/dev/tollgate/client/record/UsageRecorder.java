package dev.tollgate.client.record;

import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.client.UsageStream;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FieldViolation;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Takes usage and sees to it that the ledger gets it, once: it is sent again, over new
/// connections, until it is answered. Safe for concurrent use.
public final class UsageRecorder implements AutoCloseable {
  /*
   * Without a spool an event goes into the stream's buffer, which is the bound. With one it is
   * appended to the spool, and the feeder carries events from there into the buffer: the disk is the
   * queue, memory holds no more than the buffer. What the spool can't take goes into the buffer
   * directly.
   */

  /// A file of the spool that turns out to hold nothing readable tells nobody.
  private static final Duration FLUSH_LOOK = Duration.ofMillis(100);

  private static final Duration FEED_PAUSE = Duration.ofMillis(5);

  private final UsageStream stream;
  private final RecorderListener listener;
  private final @Nullable Spool spool;
  private final @Nullable Thread feeder;
  private final Duration closeWait;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition answered = lock.newCondition();
  private long inMemory;

  private final LongAdder dropped = new LongAdder();

  private UsageRecorder(
      UsageStream stream, RecorderListener listener, @Nullable Spool spool, Duration closeWait) {
    this.stream = stream;
    this.listener = listener;
    this.spool = spool;
    this.closeWait = closeWait;
    // A thread of the platform: reading files would hold up a virtual one's carrier.
    this.feeder =
        spool == null
            ? null
            : Thread.ofPlatform().daemon().name("tollgate-spool").unstarted(() -> feed(spool));
  }

  /// Opens it; with a spool, what an earlier client left there is sent first.
  ///
  /// @throws UncheckedIOException where the spool's directory can't be read or written
  /// @throws IllegalStateException where another client has that directory open
  public static UsageRecorder open(
      TollgateClient client, RecorderSettings settings, RecorderListener listener) {
    var safe = new SafeListener(listener);
    var spool = settings.spool().map(where -> open(where, safe)).orElse(null);
    var recorder =
        new UsageRecorder(
            client.streamUsage(
                settings.stream().withDrainWait(Duration.ZERO).withKeyAwaited(true),
                safe::interrupted),
            safe,
            spool,
            settings.stream().drainWait());
    if (recorder.feeder != null) {
      recorder.feeder.start();
    }
    return recorder;
  }

  private static Spool open(SpoolSettings settings, RecorderListener listener) {
    try {
      return Spool.open(settings, listener);
    } catch (IOException failed) {
      throw new UncheckedIOException("spool: " + settings.directory(), failed);
    }
  }

  /// Takes the event and says where it is kept. Waits for room at most as long as the settings say,
  /// besides the time that the disk takes, where there is a spool. Never throws: an event above 64
  /// KiB is answered INVALID at once, one that comes after `close` is dropped.
  public Kept record(UsageEvent event) {
    var bytes = event.getSerializedSize();
    if (bytes > UsageStream.EVENT_BYTES_MAX) {
      listener.answered(event, tooLarge(event, bytes));
      return Kept.NOWHERE;
    }
    if (spool != null && append(spool, event)) {
      return Kept.ON_DISK;
    }
    return keepInMemory(event);
  }

  /// How many events were dropped for want of room.
  public long dropped() {
    return dropped.sum();
  }

  /// How many events are in memory without an answer. With a spool, more may wait there.
  public int buffered() {
    return stream.buffered();
  }

  /// Waits until everything taken is answered, at most that long; false where something is not.
  public boolean flush(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      var left = limit.toNanos();
      while (!isAnswered()) {
        if (left <= 0) {
          return false;
        }
        var slice = Math.min(left, FLUSH_LOOK.toNanos());
        left -= slice - answered.awaitNanos(slice);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more and waits for answers, at most as long as the settings say. What has none then
  /// stays in the spool; without one it is dropped, and counted.
  @Override
  public void close() {
    try {
      flush(closeWait);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    stream.close();
    if (spool != null) {
      spool.close();
    }
  }

  private boolean append(Spool to, UsageEvent event) {
    try {
      return to.append(event);
    } catch (IOException failed) {
      listener.spoolFailed(failed);
      return false;
    }
  }

  private Kept keepInMemory(UsageEvent event) {
    try {
      count(1);
      var _ = stream.send(event).whenComplete((result, failure) -> told(event, result, failure));
      return Kept.IN_MEMORY;
    } catch (TollgateException full) {
      count(-1);
      drop(event);
      return Kept.NOWHERE;
    }
  }

  private void told(UsageEvent event, @Nullable EventResult result, @Nullable Throwable failure) {
    if (result != null) {
      listener.answered(event, result);
    } else {
      var why = reason(failure);
      if (isStopping(why)) {
        drop(event);
      } else {
        listener.refused(event, why);
      }
    }
    count(-1);
  }

  /// Carries events from the spool to the stream until either is closed.
  private void feed(Spool from) {
    try {
      for (var next = from.next(); next.isPresent(); next = from.next()) {
        if (!send(from, next.get())) {
          return;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sends it as soon as there is room; false where the stream is closed.
  private boolean send(Spool from, Spooled spooled) {
    while (true) {
      try {
        var _ =
            stream
                .send(spooled.event())
                .whenComplete((result, failure) -> told(from, spooled, result, failure));
        return true;
      } catch (TollgateException refused) {
        if (!refused.reason().equals("BUFFER_FULL")) {
          return false;
        }
        // Where the settings have `send` not wait.
        LockSupport.parkNanos(FEED_PAUSE.toNanos());
      }
    }
  }

  private void told(
      Spool from, Spooled spooled, @Nullable EventResult result, @Nullable Throwable failure) {
    if (result != null) {
      from.answered(spooled);
      listener.answered(spooled.event(), result);
    } else {
      var why = reason(failure);
      if (!isStopping(why)) {
        from.keep(spooled);
        listener.refused(spooled.event(), why);
      }
    }
    count(0);
  }

  private boolean isAnswered() {
    return inMemory == 0 && (spool == null || spool.isAnswered());
  }

  private void count(int more) {
    lock.lock();
    try {
      inMemory += more;
      answered.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void drop(UsageEvent event) {
    dropped.increment();
    listener.dropped(event);
  }

  private static EventResult tooLarge(UsageEvent event, int bytes) {
    var violation =
        FieldViolation.newBuilder()
            .setField("event")
            .setDescription(
                bytes + " bytes (expected: at most " + UsageStream.EVENT_BYTES_MAX + ")");
    return EventResult.newBuilder()
        .setEventId(event.getEventId())
        .setStatus(EventStatus.EVENT_STATUS_INVALID)
        .addViolations(violation)
        .build();
  }

  private static boolean isStopping(TollgateException why) {
    return why.code() == Status.Code.UNAVAILABLE;
  }

  private static TollgateException reason(@Nullable Throwable failure) {
    if (failure instanceof TollgateException known) {
      return known;
    }
    throw new IllegalStateException(failure);
  }
}
