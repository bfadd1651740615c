package dev.tollgate.embedded;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Files and directories that only their owner may read.
final class PrivateFile {
  private PrivateFile() {}

  /// Replaces the file; it is never readable by others, not even while it is written.
  static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    try (var channel =
            Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")));
        var output = Channels.newOutputStream(channel)) {
      output.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  static Path directory(Path directory) throws IOException {
    return Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
