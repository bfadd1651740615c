package dev.tollgate.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A `redis-server` that can be run.
public record RedisBinary(Path file) {
  private static final String NAME = "redis-server";

  /// The one that is installed, else the one that is shipped.
  ///
  /// @param path the value of the variable PATH
  /// @param extractTo a directory for the shipped one
  public static RedisBinary find(String path, Path extractTo) {
    return onPath(path).orElseGet(() -> shipped(extractTo));
  }

  /// The first `redis-server` on the path.
  public static Optional<RedisBinary> onPath(String path) {
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, NAME))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(RedisBinary::new);
  }

  /// The one inside of the embedded-redis library, extracted to the directory.
  public static RedisBinary shipped(Path directory) {
    var resource =
        switch (System.getProperty("os.arch")) {
          case "amd64" -> "/redis-server-6.2.6-v5-linux-amd64";
          case "aarch64" -> "/redis-server-6.2.7-linux-arm64";
          case String other ->
              throw new StoreStartFailed(
                  "no redis-server on PATH, and none is shipped for %s (install Redis)"
                      .formatted(other),
                  List.of());
        };
    var file = directory.resolve(resource.substring(1));
    try (var content = RedisBinary.class.getResourceAsStream(resource)) {
      if (content == null) {
        throw new StoreStartFailed(
            "no redis-server on PATH, and %s is not in the library (install Redis)"
                .formatted(resource),
            List.of());
      }
      PrivateFile.directory(directory);
      // Moved into place whole: another process may be running or extracting it.
      var part = Files.createTempFile(directory, NAME, ".part");
      Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx------"));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      return new RedisBinary(file);
    } catch (IOException e) {
      throw new StoreStartFailed(
          "redis-server can't be extracted to %s: %s (install Redis)"
              .formatted(directory, e.getMessage()),
          List.of());
    }
  }
}
