package dev.tollgate.shared;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Assumptions;

/// Test data that lies beside the repository and is not part of it.
@NullMarked
public final class SharedData {
  private SharedData() {}

  /// The file's path. A test that asks for a missing one is skipped and says so; under CI=true it
  /// fails.
  ///
  /// @param name relative to `../shared/data`, such as `golden-prices.csv`
  public static Path file(String name) {
    var root = Path.of(System.getProperty("tollgate.root", "."));
    return file(
        root.resolve("../shared/data").normalize(), name, "true".equals(System.getenv("CI")));
  }

  static Path file(Path folder, String name, boolean required) {
    var file = folder.resolve(name);
    if (Files.isReadable(file)) {
      return file;
    }
    var missing = "[shared data] missing: " + file.toAbsolutePath();
    if (required) {
      throw new AssertionError(missing + " (CI=true requires it)");
    }
    System.out.println(missing + ": the test is skipped");
    return Assumptions.abort(missing);
  }
}
