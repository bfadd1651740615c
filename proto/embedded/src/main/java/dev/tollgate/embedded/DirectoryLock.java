package dev.tollgate.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

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
      var launcher = launcher(channel);
      if (launcher.isEmpty() || ProcessHandle.of(launcher.getAsLong()).isPresent()) {
        throw new DirectoryInUse(
            "%s is in use by %s: stop it, or choose another directory"
                .formatted(
                    directory,
                    launcher.isEmpty() ? "another process" : "process " + launcher.getAsLong()));
      }
      channel.lock();
    }
    var launcher = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    var text = launcher + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  /// Who started the holder; empty while the holder is still writing it down.
  private static OptionalLong launcher(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(32);
    channel.read(buffer, 0);
    var text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    return text.endsWith("\n")
        ? OptionalLong.of(Long.parseLong(text.strip()))
        : OptionalLong.empty();
  }

  /// The directory belongs to another living process.
  static final class DirectoryInUse extends Exception {
    DirectoryInUse(String message) {
      super(message);
    }
  }
}
