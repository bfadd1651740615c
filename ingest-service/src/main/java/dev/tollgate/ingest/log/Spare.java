package dev.tollgate.ingest.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of zeros, safe on the disk, in which the next segment is going to lie: what is written
/// over them changes nothing of the file but its data. Safe for concurrent use.
final class Spare {
  private enum State {
    NONE,
    GROWING,
    READY,
    /// Not tried again before the segment that is written now is full.
    FAILED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Spare.class);
  private static final int CHUNK_BYTES = 4 << 20;

  private final Path file;
  private final AtomicReference<State> state = new AtomicReference<>(State.NONE);
  private volatile boolean closed;
  private volatile Thread thread = new Thread(() -> {});

  /// @param file deleted, where an earlier process has left it
  Spare(Path file) throws IOException {
    this.file = file;
    Files.deleteIfExists(file);
  }

  /// Begins to make one of so many bytes, in the background, unless there is one or it has failed
  /// for this segment.
  void prepare(long bytes) {
    if (!closed && state.compareAndSet(State.NONE, State.GROWING)) {
      thread = Thread.ofPlatform().name("ingest-log-spare").daemon().start(() -> grow(bytes));
    }
  }

  /// The file, which is the caller's from then on; empty where there is none yet.
  Optional<Path> take() {
    if (state.compareAndSet(State.READY, State.NONE)) {
      return Optional.of(file);
    }
    state.compareAndSet(State.FAILED, State.NONE);
    return Optional.empty();
  }

  private void grow(long bytes) {
    var zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var size = 0L;
      while (size < bytes && !closed) {
        zeros.clear().limit((int) Math.min(CHUNK_BYTES, bytes - size));
        size += channel.write(zeros, size);
        channel.force(true);
      }
      state.set(State.READY);
    } catch (IOException failure) {
      LOG.warn(
          "no file is ready for the log's next segment, which grows as it is written", failure);
      remove();
      state.set(State.FAILED);
    }
  }

  /// Waits until what was begun is ready, or has failed.
  void await() throws InterruptedException {
    thread.join();
  }

  /// Ends what is under way, and deletes the file.
  void close() throws InterruptedException {
    closed = true;
    await();
    remove();
  }

  private void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      LOG.warn("{} can't be deleted", file, failure);
    }
  }
}
