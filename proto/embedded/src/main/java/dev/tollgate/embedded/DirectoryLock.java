package dev.tollgate.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Scanner;

/// A store's directory, held by one child process as long as it lives.
///
/// The child holds it, not its launcher: a launcher that was killed may leave a child which still
/// writes what it has.
final class DirectoryLock {
  private static final String NAME = "lock";

  private DirectoryLock() {}

  /// Takes the directory for the rest of this process. Waits where its holder has lost its launcher
  /// and is therefore about to end.
  ///
  /// @throws DirectoryInUse where the holder is there to stay
  static void take(Path directory) throws IOException, DirectoryInUse {
    // Never closed and never opened again here: closing any descriptor of the file frees it.
    @SuppressWarnings("resource")
    var channel =
        FileChannel.open(
            directory.resolve(NAME),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      var holder = read(channel);
      if (holder.launcher() == 0 || isAlive(holder.launcher())) {
        throw new DirectoryInUse(
            "%s is in use by process %d: stop it, or choose another directory"
                .formatted(directory, holder.launcher()));
      }
      channel.lock();
    }
    var launcher = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    var text = "%d %d%n".formatted(launcher, ProcessHandle.current().pid());
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static Holder read(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(64);
    channel.read(buffer, 0);
    var text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    try (var scanner = new Scanner(text)) {
      return new Holder(
          scanner.hasNextLong() ? scanner.nextLong() : 0,
          scanner.hasNextLong() ? scanner.nextLong() : 0);
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).isPresent();
  }

  private record Holder(long launcher, long child) {}

  /// The directory belongs to another living process.
  static final class DirectoryInUse extends Exception {
    DirectoryInUse(String message) {
      super(message);
    }
  }
}
