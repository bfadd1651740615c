package dev.tollgate.client.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.quota.v1.DenialReason;
import dev.tollgate.proto.quota.v1.Denied;
import dev.tollgate.proto.quota.v1.Downgrade;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(60)
class MeteringTest extends MeteringCase {
  @Test
  void call_allowed_reportsItsUsageWithTheReservation() throws Exception {
    var quota = FakeQuota.allowing();
    var event =
        eventOf(
            quota,
            PATIENT,
            metering -> {
              var answer =
                  metering.call(
                      CALL,
                      attempt -> {
                        assertThat(attempt.maxOutputTokens()).isEqualTo(500);
                        assertThat(attempt.checked()).isTrue();
                        time.advance(Duration.ofMillis(1_500));
                        return ModelAnswer.of("hello", 900, 20).withFinishReason("stop");
                      });
              assertThat(answer).isEqualTo(new Metered.Passed<>("hello"));
            });

    var check = Objects.requireNonNull(quota.checks.poll());
    assertThat(check.getRequestId()).isNotEmpty();
    assertThat(event)
        .isEqualTo(
            UsageEvent.newBuilder()
                .setEventId(check.getRequestId())
                .setEventTime(timestamp(NOW.plusMillis(1_500)))
                .setReservationId("r-" + check.getRequestId())
                .setDimensions(CALL.check().getDimensions())
                .setUsage(usage(900, 20))
                .setAttempt(1)
                .setTerminalStatus(TerminalStatus.TERMINAL_STATUS_SUCCESS)
                .setLatency(
                    com.google.protobuf.Duration.newBuilder().setSeconds(1).setNanos(500_000_000))
                .setRequestedMaxOutputTokens(500)
                .setFinishReason("stop")
                .build());
    assertThat(quota.settlements).isEmpty();
    assertThat(quota.releases).isEmpty();
  }

  @Test
  void call_clamped_givesTheModelTheSmallerLimit() throws Exception {
    var quota =
        new FakeQuota(
            (request, answer) -> FakeQuota.answer(answer, FakeQuota.allowed(request, 120)));
    var event =
        eventOf(
            quota,
            PATIENT,
            metering ->
                metering.call(
                    CALL.withMinOutputTokens(100),
                    attempt -> {
                      assertThat(attempt.clamped()).isTrue();
                      return ModelAnswer.of("", 1, attempt.maxOutputTokens());
                    }));

    assertThat(event.getUsage()).isEqualTo(usage(1, 120));
    assertThat(event.getRequestedMaxOutputTokens()).isEqualTo(120);
    assertThat(quota.checks.element().getMinOutputTokens()).isEqualTo(100);
  }

  @Test
  void call_denied_isNotMadeAndSaysWhy() throws Exception {
    var denied =
        Denied.newBuilder()
            .setReason(DenialReason.DENIAL_REASON_LIMIT)
            .setMessage("This month's budget is used up.")
            .setOwner("finops@example.com")
            .setResetTime(timestamp(NOW))
            .setRetryAfter(com.google.protobuf.Duration.newBuilder().setSeconds(60))
            .setDowngrade(Downgrade.newBuilder().setModel("gpt-4o-mini"))
            .build();
    var quota = new FakeQuota((_, answer) -> FakeQuota.answer(answer, FakeQuota.denied(denied)));
    with(
        quota,
        PATIENT,
        MeteringListener.NONE,
        metering -> {
          var made = new AtomicBoolean();
          var answer =
              metering.call(
                  CALL,
                  _ -> {
                    made.set(true);
                    return ModelAnswer.of("", 1, 1);
                  });

          assertThat(made).isFalse();
          assertThat(answer).isInstanceOf(Metered.Denied.class);
          var thrown = catchThrowableOfType(CallDenied.class, answer::orElseThrow);
          assertThat(thrown).hasMessage("This month's budget is used up.");
          var denial = thrown.denial();
          assertThat(denial.reason()).isEqualTo(DenialReason.DENIAL_REASON_LIMIT);
          assertThat(denial.owner()).contains("finops@example.com");
          assertThat(denial.resetTime()).contains(NOW);
          assertThat(denial.retryAfter()).contains(Duration.ofMinutes(1));
          assertThat(denial.downgrade().orElseThrow().getModel()).isEqualTo("gpt-4o-mini");
        });
    assertThat(ingest.requests).isEmpty();
  }

  @Test
  void call_modelRefuses_reportsThatNothingWasConsumed() throws Exception {
    var event =
        eventOf(
            FakeQuota.allowing(),
            PATIENT,
            metering ->
                assertThatThrownBy(
                        () -> metering.call(CALL, _ -> failing(new IllegalStateException("x"))))
                    .isInstanceOf(IllegalStateException.class));

    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_ERROR);
    assertThat(event.getErrorCode()).isEqualTo("IllegalStateException");
    assertThat(event.getReservationId()).isNotEmpty();
    assertThat(event.hasUsage()).isTrue();
    assertThat(event.getUsage().getBucketsMap()).isEmpty();
  }

  @Test
  void call_connectionToTheModelBreaks_reportsUnknownUsage() throws Exception {
    var event =
        eventOf(
            FakeQuota.allowing(),
            PATIENT,
            metering ->
                assertThatThrownBy(
                        () -> metering.call(CALL, _ -> failing(new IOException("reset"))))
                    .isInstanceOf(IOException.class));

    assertThat(event.hasUsage()).isFalse();
    assertThat(event.getReservationId()).isNotEmpty();
  }

  @Test
  void call_exceptionCarriesUsage_reportsIt() throws Exception {
    var settings =
        PATIENT.withFailures(thrown ->
            AttemptFailure.unknown(TerminalStatus.TERMINAL_STATUS_TIMEOUT, "408")
                .withUsage(usage(7, Long.parseLong(Objects.requireNonNull(thrown.getMessage()))))
                .withRetryable(false));
    var event =
        eventOf(
            FakeQuota.allowing(),
            settings,
            metering ->
                assertThatThrownBy(() -> metering.call(CALL, _ -> failing(new IOException("3"))))
                    .isInstanceOf(IOException.class));

    assertThat(event.getUsage()).isEqualTo(usage(7, 3));
    assertThat(event.getTerminalStatus()).isEqualTo(TerminalStatus.TERMINAL_STATUS_TIMEOUT);
    assertThat(event.getErrorCode()).isEqualTo("408");
  }

  @Test
  void call_readerOfFailuresThrows_reportsTheFailureAllTheSame() throws Exception {
    var settings =
        PATIENT.withFailures(_ -> {
          throw new UnsupportedOperationException("the reader");
        });
    var event =
        eventOf(
            FakeQuota.allowing(),
            settings,
            metering ->
                assertThatThrownBy(() -> metering.call(CALL, _ -> failing(new IOException("x"))))
                    .isInstanceOf(IOException.class));

    assertThat(event.getErrorCode()).isEqualTo("IOException");
  }

  @Test
  void call_retried_reportsEachAttemptUnderOneLogicalRequest() throws Exception {
    var tries = new AtomicInteger();
    with(
        FakeQuota.allowing(),
        PATIENT,
        MeteringListener.NONE,
        metering ->
            metering.call(
                CALL,
                new Retries(5, Duration.ZERO, Duration.ZERO),
                attempt -> {
                  assertThat(attempt.call().attempt()).isEqualTo(tries.incrementAndGet());
                  return tries.get() < 3
                      ? failing(new IOException("reset"))
                      : ModelAnswer.of("at last", 1, 1);
                }));

    var events = ingest.events();
    assertThat(events).extracting(UsageEvent::getAttempt).containsExactly(1, 2, 3);
    assertThat(events)
        .extracting(UsageEvent::getTerminalStatus)
        .containsExactly(
            TerminalStatus.TERMINAL_STATUS_ERROR,
            TerminalStatus.TERMINAL_STATUS_ERROR,
            TerminalStatus.TERMINAL_STATUS_SUCCESS);
    assertThat(events).extracting(UsageEvent::getEventId).doesNotHaveDuplicates();
    assertThat(events).extracting(UsageEvent::getReservationId).doesNotHaveDuplicates();
    assertThat(events.stream().map(UsageEvent::getLogicalRequestId).distinct()).hasSize(1);
    assertThat(events.getFirst().getLogicalRequestId()).isNotEmpty();
  }

  @Test
  void call_failsForGood_isNotRetried() throws Exception {
    with(
        FakeQuota.allowing(),
        PATIENT,
        MeteringListener.NONE,
        metering ->
            assertThatThrownBy(() ->
                    metering.call(
                        CALL, Retries.upTo(5), _ -> failing(new IllegalStateException("no"))))
                .isInstanceOf(IllegalStateException.class));

    assertThat(ingest.events()).hasSize(1);
  }

  @Test
  void call_afterClose_isMadeAndItsUsageToldToBeDropped() throws Exception {
    var dropped = new AtomicInteger();
    var listener =
        new MeteringListener() {
          @Override
          public void dropped(UsageEvent event) {
            dropped.incrementAndGet();
          }
        };
    with(
        FakeQuota.allowing(),
        PATIENT,
        listener,
        metering -> {
          metering.close();
          assertThat(metering.call(CALL, _ -> ModelAnswer.of("made", 1, 1)).orElseThrow())
              .isEqualTo("made");
        });

    assertThat(dropped).hasValue(1);
  }

  @Test
  void open_quotaThere_connectsBeforeTheFirstCall() throws Exception {
    var quota = FakeQuota.allowing();
    with(
        quota,
        PATIENT,
        MeteringListener.NONE,
        _ -> {
          assertThat(quota.allowances).hasSize(1);
          assertThat(quota.checks).isEmpty();
        });
  }

  @Test
  void listener_thatThrows_harmsNothing() throws Exception {
    var listener =
        new MeteringListener() {
          @Override
          public void checked(boolean passed, Duration took) {
            throw new IllegalStateException("checked");
          }

          @Override
          public void answered(UsageEvent event, EventResult result) {
            throw new IllegalStateException("answered");
          }
        };
    with(
        FakeQuota.allowing(),
        PATIENT,
        listener,
        metering -> {
          for (var i = 0; i < 10; i++) {
            metering.call(CALL, _ -> ModelAnswer.of("", 1, 1));
          }
          assertThat(metering.recorder().flush(Duration.ofSeconds(30))).isTrue();
        });

    assertThat(ingest.events()).hasSize(10);
  }
}
