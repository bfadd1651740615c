package dev.tollgate.client.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.client.Endpoints;
import dev.tollgate.client.FakeIngest;
import dev.tollgate.client.FakeServer;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of calls that can't be checked in time.
@NullMarked
@Timeout(60)
class AwayTest extends MeteringCase {
  @Test
  void begin_checkNotAnsweredInTime_isStoppedAndItsLateHoldGivenBack() throws Exception {
    var held = new LinkedBlockingQueue<Runnable>();
    var quota = slow(held);
    var stopped = new CopyOnWriteArrayList<String>();
    var listener =
        new MeteringListener() {
          @Override
          public void stopped(ModelCall call, TollgateException why) {
            stopped.add(why.reason());
          }
        };
    with(
        quota,
        MeteringSettings.DEFAULT.withLimit(SOON),
        listener,
        metering -> {
          var began = System.nanoTime();
          assertThatThrownBy(() -> metering.begin(CALL)).hasMessageContaining("DEADLINE_EXCEEDED");
          assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));

          take(held).run();
          assertThat(take(quota.releases).getReservationId()).startsWith("r-");
        });

    assertThat(stopped).containsExactly("DEADLINE_EXCEEDED");
    assertThat(ingest.requests).isEmpty();
  }

  @Test
  void begin_checkAnsweredLateInTheCall_settlesThatHold() throws Exception {
    var held = new LinkedBlockingQueue<Runnable>();
    var event =
        eventOf(
            slow(held),
            MeteringSettings.DEFAULT.withLimit(SOON).withWhenAway(WhenAway.ALLOW),
            metering -> {
              var attempt = metering.begin(CALL).orElseThrow();
              assertThat(attempt.checked()).isFalse();
              assertThat(attempt.maxOutputTokens()).isEqualTo(500);
              take(held).run();
              await(() -> attempt.openReservation().isPresent());
              attempt.succeed(usage(1, 1));
            });

    assertThat(event.getReservationId()).isEqualTo("r-" + event.getEventId());
  }

  @Test
  void begin_checkAnsweredAfterTheCall_isReportedWithoutAReservationAndGivenBack()
      throws Exception {
    var held = new LinkedBlockingQueue<Runnable>();
    var quota = slow(held);
    var event =
        eventOf(
            quota,
            MeteringSettings.DEFAULT.withLimit(SOON).withWhenAway(WhenAway.ALLOW),
            metering -> {
              metering.begin(CALL).orElseThrow().succeed(usage(1, 1));
              take(held).run();
              take(quota.releases);
            });

    assertThat(event.getReservationId()).isEmpty();
    assertThat(event.getUsage()).isEqualTo(usage(1, 1));
  }

  @Test
  void call_quotaAway_isMadeUncheckedOnlyWhereThatIsAllowed() throws Exception {
    var unchecked = new AtomicInteger();
    var listener =
        new MeteringListener() {
          @Override
          public void unchecked(ModelCall call, TollgateException why) {
            assertThat(why.reason()).isEqualTo("SERVICE_UNAVAILABLE");
            unchecked.incrementAndGet();
          }
        };
    try (var server = new FakeServer(0, ingest);
        var client =
            TollgateClient.connect(
                new Endpoints(nowhere(), nowhere(), uri(server), nowhere()), KEY)) {
      try (var strict = Metering.open(client, PATIENT)) {
        assertThatThrownBy(() -> strict.call(CALL, _ -> ModelAnswer.of("", 1, 1)))
            .hasMessageContaining("SERVICE_UNAVAILABLE");
      }
      assertThat(ingest.requests).isEmpty();
      try (var lenient = Metering.open(client, PATIENT.withWhenAway(WhenAway.ALLOW), listener)) {
        assertThat(lenient.call(CALL, _ -> ModelAnswer.of("made", 1, 1)).orElseThrow())
            .isEqualTo("made");
      }
    }

    assertThat(unchecked).hasValue(1);
    assertThat(ingest.events())
        .singleElement()
        .satisfies(event -> assertThat(event.getReservationId()).isEmpty());
  }

  @Test
  void begin_budgetDeniesBecauseItsStoreIsAway_bindsWhateverTheSetting() throws Exception {
    assertFails(
        FakeQuota.failing(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE"), "STORE_UNAVAILABLE");
  }

  @Test
  void begin_serverRefusesTheRequest_throwsItsReasonWhateverTheSetting() throws Exception {
    assertFails(FakeQuota.failing(Status.Code.NOT_FOUND, "MODEL_UNKNOWN"), "MODEL_UNKNOWN");
    assertFails(
        FakeQuota.failing(Status.Code.UNAUTHENTICATED, "CREDENTIALS_INVALID"),
        "CREDENTIALS_INVALID");
    assertFails(FakeQuota.failing(Status.Code.RESOURCE_EXHAUSTED, "RATE_LIMITED"), "RATE_LIMITED");
  }

  @Test
  void begin_firstAnswersLost_isAskedAgainUnderTheSameId() throws Exception {
    var turn = new AtomicInteger();
    var quota =
        new FakeQuota((request, answer) -> {
          if (turn.incrementAndGet() < 3) {
            answer.onError(FakeIngest.failure(Status.Code.UNAVAILABLE, "STOPPING"));
          } else {
            FakeQuota.answer(answer, FakeQuota.allowed(request));
          }
        });
    eventOf(quota, PATIENT, metering -> metering.begin(CALL).orElseThrow().succeed(usage(1, 1)));

    assertThat(quota.checks).hasSize(3);
    assertThat(quota.checks.stream().distinct()).hasSize(1);
  }

  @Test
  void begin_interrupted_throwsAndGivesTheHoldBack() throws Exception {
    var held = new LinkedBlockingQueue<Runnable>();
    var quota = slow(held);
    with(
        quota,
        PATIENT,
        MeteringListener.NONE,
        metering -> {
          Thread.currentThread().interrupt();
          assertThatThrownBy(() -> metering.begin(CALL)).hasMessageContaining("CANCELLED");
          assertThat(Thread.interrupted()).isTrue();
          take(held).run();
          take(quota.releases);
        });
  }
}
