package dev.tollgate.client.meter;

import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.ExtendRequest;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Prolongs the holds of calls that last.
final class Heartbeats implements AutoCloseable {
  private static final Duration HOLD_UNLESS_SET = Duration.ofMinutes(10);

  private final TollgateClient client;
  private final MeteringListener listener;
  private final ScheduledThreadPoolExecutor clock;

  Heartbeats(TollgateClient client, MeteringListener listener) {
    this.client = client;
    this.listener = listener;
    this.clock =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("tollgate-heartbeats").unstarted(task));
    clock.setRemoveOnCancelPolicy(true);
    // Once closed, holds end by themselves.
    clock.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /// Prolongs the attempt's hold each time that half of it has passed, until cancelled.
  Future<?> start(Attempt attempt) {
    var half = hold(attempt.call().check()).dividedBy(2).toNanos();
    return clock.scheduleAtFixedRate(() -> beat(attempt), half, half, TimeUnit.NANOSECONDS);
  }

  private void beat(Attempt attempt) {
    var reservation = attempt.openReservation();
    if (reservation.isEmpty()) {
      return;
    }
    var request = ExtendRequest.newBuilder().setReservationId(reservation.get());
    var check = attempt.call().check();
    if (check.hasHoldDuration()) {
      request.setHoldDuration(check.getHoldDuration());
    }
    var _ =
        client
            .extendLater(request.build())
            .exceptionally(failure -> {
              // One that the end of the attempt overtook is none.
              if (attempt.openReservation().isPresent()
                  && failure instanceof TollgateException why) {
                listener.notExtended(attempt.call(), why);
              }
              return null;
            });
  }

  private static Duration hold(CheckQuotaRequest check) {
    return check.hasHoldDuration()
        ? Duration.ofSeconds(
            check.getHoldDuration().getSeconds(), check.getHoldDuration().getNanos())
        : HOLD_UNLESS_SET;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
