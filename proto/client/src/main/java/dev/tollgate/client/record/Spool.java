package dev.tollgate.client.record;

import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A queue of events on disk that outlives the process. Safe for concurrent use by many that append
/// and one that reads.
final class Spool implements AutoCloseable {
  /*
   * Files are numbered. Events are appended to the last one and read from the first one that is not
   * read whole; a file whose events are all answered is deleted. Nothing is written about answers:
   * after a crash the files that are left are sent again from their beginning, and ingest recognises
   * what it has. A file that an earlier process left is never appended to, so a torn end of it
   * stays the end.
   */

  private static final Pattern NAME = Pattern.compile("(\\d{19})\\.usage");

  private final SpoolSettings settings;
  private final RecorderListener listener;
  private final FileChannel claim;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();
  private final ArrayDeque<SpoolFile> files = new ArrayDeque<>();

  /// One fsync at a time; `synced` is how many of `taken` events have seen one.
  private final ReentrantLock syncing = new ReentrantLock();

  private @Nullable SpoolFile tail;
  private long number;
  private long bytes;
  private long taken;
  private long synced;
  private boolean closed;

  private Spool(SpoolSettings settings, RecorderListener listener, FileChannel claim) {
    this.settings = settings;
    this.listener = listener;
    this.claim = claim;
  }

  /// Takes over what an earlier process left.
  ///
  /// @throws IllegalStateException where another client has the directory open
  static Spool open(SpoolSettings settings, RecorderListener listener) throws IOException {
    var directory = settings.directory();
    Files.createDirectories(directory, Owned.directory(directory));
    var claim =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isMine(claim)) {
      claim.close();
      throw new IllegalStateException(
          "spool: " + directory + " (expected: a directory that no other client has open)");
    }
    var spool = new Spool(settings, listener, claim);
    try (var entries = Files.list(directory)) {
      for (var path : entries.sorted().toList()) {
        spool.adopt(path);
      }
    } catch (IOException | RuntimeException failed) {
      claim.close();
      throw failed;
    }
    return spool;
  }

  private static boolean isMine(FileChannel claim) throws IOException {
    try {
      return claim.tryLock() != null;
    } catch (OverlappingFileLockException taken) {
      return false;
    }
  }

  private void adopt(Path path) throws IOException {
    var name = NAME.matcher(path.getFileName().toString());
    if (name.matches()) {
      number = Long.parseLong(name.group(1));
      var file = SpoolFile.open(path);
      bytes += file.size();
      files.addLast(file);
    }
  }

  /// Appends the event; false where it does not fit any more. When it returns, the event outlives
  /// the process.
  boolean append(UsageEvent event) throws IOException {
    var frame = SpoolFile.frame(event);
    SpoolFile file;
    long ticket;
    lock.lock();
    try {
      if (closed || bytes + frame.length > settings.bytesMax()) {
        return false;
      }
      file = writable(frame.length);
      file.append(frame);
      bytes += frame.length;
      ticket = ++taken;
      appended.signal();
    } finally {
      lock.unlock();
    }
    if (settings.fsync()) {
      sync(file, ticket);
    }
    return true;
  }

  /// The next event; waits for one. Empty where the spool is closed.
  Optional<Spooled> next() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        for (var file : files) {
          var event = read(file);
          if (event.isPresent()) {
            return event.map(found -> new Spooled(found, file));
          }
        }
        retire();
        appended.await();
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// The event has an answer.
  void answered(Spooled event) {
    lock.lock();
    try {
      event.file().answered();
      retire();
    } finally {
      lock.unlock();
    }
  }

  /// The event gets none from this process: it is left for the next one.
  void keep(Spooled event) {
    lock.lock();
    try {
      event.file().keep();
    } finally {
      lock.unlock();
    }
  }

  /// Whether every event was read and has an answer.
  boolean isAnswered() {
    lock.lock();
    try {
      return files.stream().allMatch(SpoolFile::isAnswered);
    } finally {
      lock.unlock();
    }
  }

  /// Deletes what is answered and leaves the rest to the next process.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      syncTail();
      tail = null;
      files.forEach(SpoolFile::seal);
      while (!files.isEmpty()) {
        retire(files.removeFirst());
      }
      appended.signalAll();
      claim.close();
    } catch (IOException failed) {
      listener.spoolFailed(failed);
    } finally {
      lock.unlock();
    }
  }

  private void syncTail() {
    try {
      if (settings.fsync() && tail != null && !tail.isSealed()) {
        tail.sync();
      }
    } catch (IOException failed) {
      listener.spoolFailed(failed);
    }
  }

  private SpoolFile writable(int more) throws IOException {
    var last = tail;
    if (last != null && !last.isSealed() && last.size() + more <= settings.segmentBytes()) {
      return last;
    }
    if (last != null) {
      if (settings.fsync() && !last.isSealed()) {
        last.sync();
      }
      last.seal();
      retire();
    }
    var path = settings.directory().resolve("%019d.usage".formatted(++number));
    var next = SpoolFile.create(path);
    files.addLast(next);
    tail = next;
    if (settings.fsync()) {
      syncDirectory();
    }
    return next;
  }

  /// Makes the name of a new file outlive a power cut, too.
  private void syncDirectory() throws IOException {
    // The channel of an interrupted thread would close under its hands.
    var interrupted = Thread.interrupted();
    try (var directory = FileChannel.open(settings.directory(), StandardOpenOption.READ)) {
      directory.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /* Whoever waited here may find that the fsync before had its event already. A file that is not the
   * last one any more was synced before the next one was begun. */
  private void sync(SpoolFile file, long ticket) throws IOException {
    syncing.lock();
    try {
      var covered = synced >= ticket ? Optional.<Long>empty() : takenBy(file);
      if (covered.isPresent()) {
        file.sync();
        synced = covered.get();
      }
    } catch (SyncFailedException failed) {
      if (takenBy(file).isPresent()) {
        throw failed;
      }
      // Closed meanwhile: another thread had begun the next file, and all of this one was answered.
    } finally {
      syncing.unlock();
    }
  }

  /// How many events an fsync of the file now covers; empty where it is not the last one any more.
  private Optional<Long> takenBy(SpoolFile file) {
    lock.lock();
    try {
      return file.equals(tail) ? Optional.of(taken) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private Optional<UsageEvent> read(SpoolFile file) {
    if (file.isRead()) {
      return Optional.empty();
    }
    var before = file.isDamaged();
    var at = file.position();
    try {
      var event = file.next();
      if (file.isDamaged() && !before) {
        listener.spoolDamaged(file.path(), at);
      }
      return event;
    } catch (IOException failed) {
      file.giveUp();
      listener.spoolFailed(failed);
      return Optional.empty();
    }
  }

  private void retire() {
    files.removeIf(file -> file.isSealed() && file.isAnswered() && retire(file));
  }

  /// Lets go of a file; true where it must not be looked at any more.
  private boolean retire(SpoolFile file) {
    try {
      if (file.close()) {
        bytes -= file.size();
      }
    } catch (IOException failed) {
      listener.spoolFailed(failed);
    }
    return true;
  }
}
