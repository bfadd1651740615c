package dev.tollgate.cli.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import org.slf4j.LoggerFactory;

/// Where one standalone keeps everything. Held by one process at a time.
///
/// `clickhouse/ redis/ log/` hold the data, `keys.json` the keys, `endpoints.json` where it serves
/// or served last, `tollgate.log` what happened, `lock` the id of the process that holds it.
public final class DataDirectory implements AutoCloseable {
  static final String LOG = "tollgate.log";

  /// Below this, nothing is started: the stores would stop half-way.
  private static final long FREE_BYTES_MIN = 512L << 20;

  private final Path path;
  private final FileChannel lock;

  private DataDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes the directory where it is missing and takes it for this process.
  public static DataDirectory open(Path given) {
    var path = given.toAbsolutePath().normalize();
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      checkSpace(path, Files.getFileStore(path).getUsableSpace());
      return new DataDirectory(path, lock(path));
    } catch (IOException unusable) {
      throw Problems.of(unusable, path);
    }
  }

  /// A new one, to be removed after use.
  public static DataDirectory temporary() {
    try {
      return open(Files.createTempDirectory("tollgate-"));
    } catch (IOException unusable) {
      throw Problems.of(unusable, Path.of(System.getProperty("java.io.tmpdir")));
    }
  }

  static void checkSpace(Path path, long freeBytes) {
    if (freeBytes < FREE_BYTES_MIN) {
      throw new Problem(
          "the disk of %s is full (%d MB free, %d needed): free some space or give another --data"
              .formatted(path, freeBytes >> 20, FREE_BYTES_MIN >> 20));
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    var channel =
        FileChannel.open(
            path.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (!tryLock(channel)) {
      var holder = holder(channel);
      channel.close();
      throw new Problem(
          path + " is in use by process " + holder + ": stop that one or give another --data");
    }
    channel.truncate(0);
    var pid = Long.toString(ProcessHandle.current().pid());
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    return channel;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException heldHere) {
      return false;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    var bytes = ByteBuffer.allocate(32);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
  }

  public Path path() {
    return path;
  }

  public Path log() {
    return path.resolve(LOG);
  }

  /// Gives it up and deletes all that is in it.
  public void remove() {
    close();
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException left) {
      LoggerFactory.getLogger(DataDirectory.class)
          .warn("could not remove {}: {}", path, String.valueOf(left));
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException harmless) {
      // The lock goes with the process at the latest.
    }
  }
}
