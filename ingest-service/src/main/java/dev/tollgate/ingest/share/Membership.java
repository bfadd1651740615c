package dev.tollgate.ingest.share;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which instances shared the ids when this log was last in use.
///
/// @param historyEndMillis what others decided about before this one did has no later event time
public record Membership(List<String> instances, long historyEndMillis) {
  /*
   * With other instances than last time, ids have other owners, who don't remember them. What is in
   * the ledger by then can be asked for there, as after a log that was lost; so the bound is written
   * down beside the log, before anything is taken.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final String FILE = "instances";

  public Membership {
    instances = List.copyOf(instances);
  }

  /// Reads what lies beside the log, and writes it anew where the instances have changed.
  ///
  /// @param ledgerEndMillis the latest event time in the ledger
  public static Membership update(Path dir, List<String> instances, LongSupplier ledgerEndMillis)
      throws IOException {
    var file = dir.resolve(FILE);
    var before = read(file);
    if (before.instances.equals(instances)) {
      return before;
    }
    var now = new Membership(instances, ledgerEndMillis.getAsLong());
    LOG.warn(
        "the instances are {} now and were {}: what is older than the latest event in the ledger is"
            + " looked up there (what another instance has not stored yet is not: let all of them"
            + " drain before)",
        instances,
        before.instances);
    now.write(file);
    return now;
  }

  private static Membership read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new Membership(List.of(), Long.MIN_VALUE);
    }
    var lines = Files.readAllLines(file);
    try {
      var instances = lines.get(0).isEmpty() ? List.<String>of() : List.of(lines.get(0).split(","));
      return new Membership(instances, Long.parseLong(lines.get(1)));
    } catch (IndexOutOfBoundsException | NumberFormatException damaged) {
      throw new IOException(
          file + ": not what this service wrote (delete it, and what is old is looked up)",
          damaged);
    }
  }

  private void write(Path file) throws IOException {
    var text = String.join(",", instances) + "\n" + historyEndMillis + "\n";
    var unfinished = file.resolveSibling(FILE + ".new");
    try (var channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    try (var directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
