package dev.tollgate.client.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.client.Endpoints;
import dev.tollgate.client.FakeIngest;
import dev.tollgate.client.FakeServer;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.DenialReason;
import dev.tollgate.proto.quota.v1.Denied;
import dev.tollgate.proto.quota.v1.Downgrade;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.FakeTime;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(60)
class MeteringTest {
  private static final Secret KEY = new Secret("tg_caller_secret");
  private static final Instant NOW = Instant.parse("2026-08-01T12:00:00.25Z");
  private static final Duration SOON = Duration.ofMillis(100);

  /// A limit that a busy machine keeps.
  private static final MeteringSettings PATIENT =
      MeteringSettings.DEFAULT.withLimit(Duration.ofSeconds(30));

  private static final ModelCall CALL =
      ModelCall.of(Dimensions.newBuilder().setProvider("openai").setModel("gpt-4o").build())
          .withInputTokens(1_000)
          .withMaxOutputTokens(500);

  private final FakeTime time = new FakeTime(NOW);
  private final FakeIngest ingest = new FakeIngest(_ -> FakeIngest.Fate.SERVED);

  /// What a test does with metering.
  interface Use {
    void with(Metering metering) throws Exception;
  }

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

  private void assertFails(FakeQuota quota, String reason) throws Exception {
    with(
        quota,
        PATIENT.withWhenAway(WhenAway.ALLOW),
        MeteringListener.NONE,
        metering -> {
          var thrown = catchThrowableOfType(TollgateException.class, () -> metering.begin(CALL));
          assertThat(thrown.reason()).isEqualTo(reason);
        });
    assertThat(ingest.requests).isEmpty();
  }

  private UsageEvent eventOf(FakeQuota quota, MeteringSettings settings, Use use) throws Exception {
    with(quota, settings, MeteringListener.NONE, use);
    assertThat(ingest.events()).hasSize(1);
    return ingest.events().getFirst();
  }

  private void with(FakeQuota quota, MeteringSettings settings, MeteringListener listener, Use use)
      throws Exception {
    try (var server = new FakeServer(0, quota, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var metering = Metering.open(client, settings, listener, time, new Random(1))) {
      use.with(metering);
    }
  }

  /// Allows every check, each when the test runs what it queued.
  private static FakeQuota slow(BlockingQueue<Runnable> held) {
    return new FakeQuota(
        (request, answer) -> held.add(() -> allow(answer, FakeQuota.allowed(request))));
  }

  private static void allow(
      StreamObserver<CheckQuotaResponse> observer, CheckQuotaResponse answer) {
    FakeQuota.answer(observer, answer);
  }

  private static <E extends Exception> ModelAnswer<String> failing(E failure) throws E {
    throw failure;
  }

  /// How many extensions come from now on, of which one may have been under way.
  private static int extensionsSoon(FakeQuota quota) throws InterruptedException {
    quota.extensions.clear();
    var count = 0;
    for (var look = 0; look < 4; look++) {
      count += quota.extensions.poll(100, TimeUnit.MILLISECONDS) == null ? 0 : 1;
    }
    return count;
  }

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    return Objects.requireNonNull(queue.poll(30, TimeUnit.SECONDS), "nothing came");
  }

  private static void await(BooleanSupplier condition) {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static Usage usage(long input, long output) {
    return Usage.newBuilder().putBuckets("input", input).putBuckets("output", output).build();
  }

  private static com.google.protobuf.Duration wire(long millis) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) (millis % 1_000) * 1_000_000)
        .build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  private static URI uri(FakeServer server) {
    return server.endpoints().ingest();
  }

  /// Where nobody listens.
  private static URI nowhere() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }
}
