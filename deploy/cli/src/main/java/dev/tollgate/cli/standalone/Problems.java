package dev.tollgate.cli.standalone;

import dev.tollgate.embedded.StoreStartFailed;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.env.SettingsInvalid;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// Finds, in what was thrown, what a person can do about it.
final class Problems {
  private Problems() {}

  /// @param directory that holds the data
  static Problem of(Throwable thrown, Path directory) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      var text = String.valueOf(cause.getMessage());
      if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
        return new Problem(
            "the disk of " + directory + " is full: free some space or give another --data",
            thrown);
      }
      switch (cause) {
        case Problem problem -> {
          return problem;
        }
        case StoreStartFailed failed -> {
          return new Problem(failed.summary(), thrown);
        }
        case SettingsInvalid invalid -> {
          return new Problem("settings: " + String.join("; ", invalid.mistakes()), thrown);
        }
        case BindException _ -> {
          return new Problem("a port is in use (" + text + "): give --ports 0 or others", thrown);
        }
        case FileSystemException unusable -> {
          return new Problem(
              "can't use %s (%s): give another --data"
                  .formatted(unusable.getFile(), unusable.getClass().getSimpleName()),
              thrown);
        }
        case Failure failure when failure.reason() == Reason.STORE_UNAVAILABLE -> {
          return new Problem(
              text + ": start it, or give another --redis or --clickhouse (or none)", thrown);
        }
        case Failure failure -> {
          return new Problem(failure.reason() + ": " + text, thrown);
        }
        default -> {}
      }
    }
    return new Problem(
        thrown + ": a defect, its details are in " + directory.resolve(DataDirectory.LOG), thrown);
  }
}
