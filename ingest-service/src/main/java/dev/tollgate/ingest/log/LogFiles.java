package dev.tollgate.ingest.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The log's directory: which files are there, and whose it is.
final class LogFiles implements Closeable {
  /// Opens a file; a test puts a disk that fills up here.
  interface Opener {
    FileChannel open(Path file, OpenOption... options) throws IOException;
  }

  private static final String SUFFIX = ".log";
  private static final String UNFINISHED = ".new";

  private final Path dir;
  private final Opener opener;
  private final FileChannel lock;
  private final Spare spare;

  LogFiles(Path dir, Opener opener) throws IOException {
    this.dir = Files.createDirectories(dir);
    this.opener = opener;
    this.lock =
        FileChannel.open(dir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked()) {
      lock.close();
      throw new IllegalStateException("the log in " + dir + " is in use by another process");
    }
    this.spare = new Spare(dir.resolve("spare"));
  }

  private boolean locked() throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  /// The segments in the order of their positions.
  List<Path> segments() throws IOException {
    try (var files = Files.list(dir)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  /// Begins a segment. Its file has its name only when its header is safe on the disk.
  Segment create(SegmentHeader header) throws IOException {
    var file = dir.resolve("%020d%s".formatted(header.first(), SUFFIX));
    var own = dir.resolve(file.getFileName() + UNFINISHED);
    Files.deleteIfExists(own); // of a crash
    var unfinished = spare.take().orElse(own);
    var bytes = header.toBytes();
    var end = bytes.remaining();
    try (var channel =
        opener.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    force();
    return new Segment(file, header, end);
  }

  /// Makes a file ready for the next segment, in the background: then it takes no time to begin it.
  void prepare(long bytes) {
    spare.prepare(bytes);
  }

  /// Waits until that file is ready, where it was asked for.
  void awaitPrepared() throws InterruptedException {
    spare.await();
  }

  FileChannel openForWriting(Segment segment) throws IOException {
    return opener.open(segment.file, StandardOpenOption.WRITE);
  }

  void delete(Segment segment) throws IOException {
    Files.delete(segment.file);
    force();
  }

  long usableBytes() {
    return dir.toFile().getUsableSpace();
  }

  private void force() throws IOException {
    try (var channel = FileChannel.open(dir, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      spare.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    lock.close();
  }
}
