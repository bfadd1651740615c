package dev.tollgate.quota.simulate;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Carries calls to the service and answers back: late, twice, in another order, or not at all. A
/// service that crashes loses what it works on.
final class Network {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int ATTEMPTS = 6;
  private static final int LOST = 40;
  private static final int TWICE = 40;
  private static final int VERY_LATE = 20;

  private final World world;
  private int crashes;

  Network(World world) {
    this.world = world;
  }

  /// The services stop at once, and others take their place.
  void crash() {
    crashes++;
    world.note("crash");
  }

  /// Calls until there is an answer, or it gives up. Failures that say to come back are none.
  <T> void call(Supplier<CompletableFuture<T>> service, Consumer<T> answered, Runnable failed) {
    new Call<>(service, answered, failed).attempt(1);
  }

  private final class Call<T> {
    private final Supplier<CompletableFuture<T>> service;
    private final Consumer<T> answered;
    private final Runnable failed;
    private boolean over;

    Call(Supplier<CompletableFuture<T>> service, Consumer<T> answered, Runnable failed) {
      this.service = service;
      this.answered = answered;
      this.failed = failed;
    }

    void attempt(int number) {
      if (over) {
        return;
      }
      if (number > ATTEMPTS) {
        end(failed);
        return;
      }
      var copies = world.chance(TWICE) ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        carry(this::arrive);
      }
      world.after(TIMEOUT, () -> attempt(number + 1));
    }

    private void arrive() {
      var crashesBefore = crashes;
      CompletableFuture<T> answer;
      try {
        answer = service.get();
      } catch (Failure failure) {
        answer = CompletableFuture.failedFuture(failure);
      }
      var _ =
          answer.whenComplete((value, error) -> {
            if (crashes == crashesBefore) {
              carry(() -> take(value, error));
            }
          });
    }

    private void take(T value, Throwable error) {
      if (over) {
        return;
      }
      if (error == null) {
        end(() -> answered.accept(value));
      } else if (!isToBeRetried(error)) {
        end(failed);
      }
    }

    private void end(Runnable last) {
      over = true;
      last.run();
    }
  }

  private static boolean isToBeRetried(Throwable error) {
    var cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
    return cause instanceof Failure failure && failure.reason() == Reason.STORE_UNAVAILABLE;
  }

  private void carry(Runnable message) {
    if (world.chance(LOST)) {
      return;
    }
    world.afterMillis(0, world.chance(VERY_LATE) ? 90_000 : 300, message);
  }
}
