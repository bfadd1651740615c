package dev.tollgate.query.alert;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// What came of a try to send.
sealed interface Outcome {
  /// The receiver has it.
  record Taken() implements Outcome {}

  /// It will never take it.
  record Refused(String why) implements Outcome {}

  /// It may take it later; it may even have it.
  record Failed(String why) implements Outcome {}

  /// Waits for an answer, or for none within the time.
  static <T> Outcome await(
      CompletableFuture<T> answer,
      Duration timeout,
      Function<T, Outcome> answered,
      Function<Throwable, Outcome> failed) {
    try {
      return answered.apply(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException late) {
      return new Failed("no answer within " + timeout.toSeconds() + " s");
    } catch (ExecutionException failure) {
      var cause = failure.getCause();
      return failed.apply(cause == null ? failure : cause);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Failed("this process is stopping");
    }
  }
}
