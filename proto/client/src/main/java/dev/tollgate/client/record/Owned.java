package dev.tollgate.client.record;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// What makes files and directories readable for their owner only: usage names people.
final class Owned {
  private static final FileAttribute<?>[] NONE = {};

  private Owned() {}

  static FileAttribute<?>[] file(Path path) {
    return only(path, "rw-------");
  }

  static FileAttribute<?>[] directory(Path path) {
    return only(path, "rwx------");
  }

  private static FileAttribute<?>[] only(Path path, String permissions) {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return NONE;
    }
    var attribute =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    return new FileAttribute<?>[] {attribute};
  }
}
