package dev.tollgate.ingest;

import dev.tollgate.ingest.log.Passage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Waits at a point of an ingest-service until it was passed so many times, and then does a deed
/// there, once: ends the process, or kills ClickHouse.
final class Ambush implements Passage {
  private Optional<Trap> armed = Optional.empty();

  /// @param left how many passages are to come until the deed, itself included
  private record Trap(Point point, int left, Runnable deed, CompletableFuture<Void> done) {
    Trap next() {
      return new Trap(point, left - 1, deed, done);
    }
  }

  /// Only one is armed at a time. Done when the deed is; the service goes on as soon as it returns.
  ///
  /// @param passage at which passage from now on; the first one has 1
  synchronized CompletableFuture<Void> arm(Point point, int passage, Runnable deed) {
    var done = new CompletableFuture<Void>();
    armed = Optional.of(new Trap(point, passage, deed, done));
    return done;
  }

  @Override
  public void at(Point point) {
    due(point)
        .ifPresent(trap -> {
          trap.deed.run();
          trap.done.complete(null);
        });
  }

  private synchronized Optional<Trap> due(Point point) {
    var trap = armed.filter(each -> each.point == point);
    if (trap.isPresent()) {
      armed = trap.filter(each -> each.left > 1).map(Trap::next);
    }
    return trap.filter(each -> each.left == 1);
  }
}
