package dev.tollgate.quota.fault;

import dev.tollgate.quota.QuotaService;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The quota service on a clock that is wrong by the first argument. Writes its port to the file
/// that the second names, and ends with its standard input: with whoever started it.
final class SkewedMain {
  private SkewedMain() {}

  public static void main(String[] arguments) throws IOException {
    var service =
        QuotaService.start(
            QuotaSettings.from(System.getenv()),
            new Skewed(Duration.parse(arguments[0])),
            new SecureRandom());
    while (!service.isReady()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    var file = Path.of(arguments[1]);
    var part = Path.of(arguments[1] + ".part");
    Files.writeString(part, Integer.toString(service.grpcPort()));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    while (System.in.read() >= 0) {
      // Nobody says anything.
    }
    Runtime.getRuntime().halt(0);
  }

  /// The machine's clocks, the wall clock moved by an offset.
  private record Skewed(Duration offset) implements TimeSource {
    @Override
    public Instant now() {
      return TimeSource.SYSTEM.now().plus(offset);
    }

    @Override
    public long nanoTime() {
      return TimeSource.SYSTEM.nanoTime();
    }
  }
}
