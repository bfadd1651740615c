package dev.tollgate.client.meter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(60)
class AttemptTest extends MeteringCase {
  @Test
  void attempt_streamed_measuresTheFirstToken() throws Exception {
    var event =
        eventOf(
            FakeQuota.allowing(),
            PATIENT,
            metering -> {
              try (var attempt = metering.begin(CALL).orElseThrow()) {
                time.advance(Duration.ofMillis(300));
                attempt.firstToken();
                time.advance(Duration.ofMillis(700));
                attempt.firstToken();
                attempt.succeed(usage(10, 5));
              }
            });

    assertThat(event.getTimeToFirstToken()).isEqualTo(wire(300));
    assertThat(event.getLatency()).isEqualTo(wire(1_000));
    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_SUCCESS);
  }

  @Test
  void attempt_refusedAfterTheFirstToken_hasUnknownUsage() throws Exception {
    var event =
        eventOf(
            FakeQuota.allowing(),
            PATIENT,
            metering -> {
              try (var attempt = metering.begin(CALL).orElseThrow()) {
                attempt.firstToken();
                attempt.fail(
                    AttemptFailure.refused(TerminalStatus.TERMINAL_STATUS_ERROR, "overloaded"));
              }
            });

    assertThat(event.hasUsage()).isFalse();
    assertThat(event.getErrorCode()).isEqualTo("overloaded");
  }

  @Test
  void attempt_closedWithoutAnEnd_isCancelledWithUnknownUsage() throws Exception {
    var event =
        eventOf(
            FakeQuota.allowing(), PATIENT, metering -> metering.begin(CALL).orElseThrow().close());

    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_CANCELLED);
    assertThat(event.hasUsage()).isFalse();
  }

  @Test
  void attempt_released_givesTheHoldBackAndReportsNothing() throws Exception {
    var quota = FakeQuota.allowing();
    with(
        quota,
        PATIENT,
        MeteringListener.NONE,
        metering -> {
          try (var attempt = metering.begin(CALL).orElseThrow()) {
            attempt.release();
          }
          assertThat(take(quota.releases).getReservationId())
              .isEqualTo("r-" + quota.checks.element().getRequestId());
        });

    assertThat(ingest.requests).isEmpty();
  }

  @Test
  void attempt_lasting_isExtendedUntilItEnds() throws Exception {
    var quota = FakeQuota.allowing();
    with(
        quota,
        PATIENT,
        MeteringListener.NONE,
        metering -> {
          var attempt = metering.begin(CALL.withHold(Duration.ofMillis(50))).orElseThrow();
          for (var beat = 0; beat < 3; beat++) {
            var extension = take(quota.extensions);
            assertThat(extension.getReservationId())
                .isEqualTo("r-" + attempt.call().check().getRequestId());
            assertThat(extension.getHoldDuration()).isEqualTo(wire(50));
          }
          attempt.succeed(usage(1, 1));
          assertThat(attempt.openReservation()).isEmpty();
          metering.recorder().flush(Duration.ofSeconds(30));
          assertThat(extensionsSoon(quota)).isLessThanOrEqualTo(1);
        });
  }

  @Test
  void attempt_forgotten_isNotExtendedForEver() throws Exception {
    var quota = FakeQuota.allowing();
    with(
        quota,
        PATIENT,
        MeteringListener.NONE,
        metering -> {
          var attempt = metering.begin(CALL.withHold(Duration.ofMillis(50))).orElseThrow();
          time.advance(Duration.ofHours(25));
          assertThat(extensionsSoon(quota)).isLessThanOrEqualTo(1);
          attempt.release();
        });
  }

  @Test
  void attempt_settledAtOnce_settlesAndReports() throws Exception {
    var quota = FakeQuota.allowing();
    with(
        quota,
        PATIENT.withSettling(Settling.AT_ONCE),
        MeteringListener.NONE,
        metering -> {
          metering.call(CALL, _ -> ModelAnswer.of("", 3, 4));
          assertThat(take(quota.settlements).getUsage()).isEqualTo(usage(3, 4));
        });

    assertThat(ingest.events()).hasSize(1);
  }

  @Test
  void event_toldTimeAndLatency_winOverTheMeasured() throws Exception {
    var told =
        UsageEvent.newBuilder()
            .setUsage(usage(1, 1))
            .setEventTime(Timestamp.newBuilder().setSeconds(7))
            .setLatency(com.google.protobuf.Duration.newBuilder().setSeconds(2))
            .setTimeToFirstToken(com.google.protobuf.Duration.newBuilder().setSeconds(1))
            .build();
    var event =
        eventOf(
            FakeQuota.allowing(),
            PATIENT,
            metering -> {
              var attempt = metering.begin(CALL).orElseThrow();
              time.advance(Duration.ofMillis(10));
              attempt.firstToken();
              attempt.succeed(told);
            });

    assertThat(event.getEventTime()).isEqualTo(told.getEventTime());
    assertThat(event.getLatency()).isEqualTo(told.getLatency());
    assertThat(event.getTimeToFirstToken()).isEqualTo(told.getTimeToFirstToken());
  }

  @Test
  void event_ofAnAttemptLeftOpenForDays_staysValid() throws Exception {
    var event =
        eventOf(
            FakeQuota.allowing(),
            PATIENT,
            metering -> {
              var attempt = metering.begin(CALL).orElseThrow();
              time.advance(Duration.ofDays(3));
              attempt.firstToken();
              attempt.fail(
                  AttemptFailure.unknown(
                      TerminalStatus.TERMINAL_STATUS_ERROR, "bad\ngateway " + "x".repeat(100)));
            });

    assertThat(event.getLatency()).isEqualTo(wire(Duration.ofHours(24).toMillis()));
    assertThat(event.getTimeToFirstToken()).isEqualTo(event.getLatency());
    assertThat(event.getErrorCode()).hasSize(64).startsWith("badgateway xxx");
  }

  @Test
  void brief_text_isCutBetweenCharacters() {
    assertThat(Brief.of("x".repeat(63) + "\uD83D\uDE00")).isEqualTo("x".repeat(63));
    assertThat(Brief.of("a\uD83Db\u0000c")).isEqualTo("abc");
  }
}
