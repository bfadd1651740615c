package dev.tollgate.client;

import static dev.tollgate.client.FakeIngest.Fate.BROKEN;
import static dev.tollgate.client.FakeIngest.Fate.CUT_AFTER;
import static dev.tollgate.client.FakeIngest.Fate.CUT_BEFORE;
import static dev.tollgate.client.FakeIngest.Fate.FORBIDDEN;
import static dev.tollgate.client.FakeIngest.Fate.IGNORED;
import static dev.tollgate.client.FakeIngest.Fate.LOG_FULL;
import static dev.tollgate.client.FakeIngest.Fate.SERVED;
import static dev.tollgate.client.FakeIngest.Fate.SKIPPED;
import static dev.tollgate.client.FakeIngest.Fate.UNKNOWN_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(60)
class UsageStreamTest {
  private static final UsageStreamSettings FAST =
      UsageStreamSettings.DEFAULT.withBackoff(Duration.ofMillis(1), Duration.ofMillis(20));

  private static final Secret KEY = new Secret("tg_caller_secret");

  @Test
  void stream_serverWell_answersEachEventAndBatches() throws Exception {
    var ingest = new FakeIngest(request -> SERVED);
    var answers = exchange(ingest, FAST, 5_000);

    assertThat(answers).extracting(EventResult::getEventId).containsExactlyElementsOf(ids(5_000));
    assertThat(answers)
        .extracting(EventResult::getStatus)
        .containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
    assertThat(ingest.requests).allMatch(request -> request.getEventsCount() <= 100);
  }

  @Test
  @Timeout(600)
  void stream_anyMixOfCutsAndLostAcks_countsAndAnswersEachEventOnce() {
    Seeds.check(
        "usage stream over bad connections",
        20,
        300,
        (seed, random) -> {
          var fates = List.of(SERVED, SERVED, SERVED, SKIPPED, CUT_AFTER, CUT_BEFORE);
          var ingest = new FakeIngest(request -> fates.get(random.nextInt(fates.size())));
          // A request whose answer is skipped, with none behind it, waits for its time to run out.
          var settings = FAST.withAckWait(Duration.ofMillis(100));
          var answers = exchange(ingest, settings, 700);

          assertThat(answers)
              .extracting(EventResult::getEventId)
              .containsExactlyElementsOf(ids(700));
          assertThat(ingest.counted()).containsExactlyInAnyOrderElementsOf(ids(700));
        });
  }

  @Test
  void stream_everySecondAckLost_answersAcceptedOrDuplicate() throws Exception {
    var turn = new AtomicInteger();
    var ingest = new FakeIngest(request -> turn.incrementAndGet() % 2 == 0 ? CUT_AFTER : SERVED);
    var answers = exchange(ingest, FAST, 1_000);

    assertThat(answers).extracting(EventResult::getEventId).containsExactlyElementsOf(ids(1_000));
    assertThat(answers)
        .extracting(EventResult::getStatus)
        .contains(EventStatus.EVENT_STATUS_ACCEPTED, EventStatus.EVENT_STATUS_DUPLICATE);
    assertThat(ingest.counted()).hasSize(1_000);
  }

  @Test
  void stream_serverKilledAndStartedAgain_losesNothing() throws Exception {
    var ingest = new FakeIngest(request -> SERVED);
    var first = new FakeServer(0, ingest);
    try (var client = TollgateClient.connect(first.endpoints(), KEY);
        var stream = client.streamUsage(FAST)) {
      var answers = new ArrayList<CompletableFuture<EventResult>>();
      send(stream, answers, 0, 500);
      first.close();
      send(stream, answers, 500, 1_000);
      try (var second = new FakeServer(first.port(), ingest)) {
        send(stream, answers, 1_000, 1_500);
        all(answers);
        assertThat(second.headers).isNotEmpty();
      }
    }
    assertThat(ingest.counted()).containsExactlyInAnyOrderElementsOf(ids(1_500));
  }

  @Test
  void stream_logFull_comesBackWhenToldTo() throws Exception {
    var turn = new AtomicInteger();
    var ingest = new FakeIngest(request -> turn.incrementAndGet() == 1 ? LOG_FULL : SERVED);
    var answers = exchange(ingest, FAST, 1);

    assertThat(answers)
        .extracting(EventResult::getStatus)
        .containsExactly(EventStatus.EVENT_STATUS_ACCEPTED);
    assertThat(TimeUnit.NANOSECONDS.toMillis(ingest.arrivals.get(1) - ingest.arrivals.get(0)))
        .isBetween(400L, 5_000L);
  }

  @Test
  void stream_serverSilent_refusesAfterTheBound() throws Exception {
    var ingest = new FakeIngest(request -> IGNORED);
    var settings =
        FAST.withBufferedEventsMax(3)
            .withSendWait(Duration.ofMillis(50))
            .withDrainWait(Duration.ZERO);
    var answers = new ArrayList<CompletableFuture<EventResult>>();
    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var stream = client.streamUsage(settings)) {
      send(stream, answers, 0, 3);
      var refused =
          catchThrowableOfType(TollgateException.class, () -> stream.send(event("one-more")));

      assertThat(refused.reason()).isEqualTo("BUFFER_FULL");
      assertThat(stream.buffered()).isEqualTo(3);
    }
    assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(reasonOf(answers.getFirst())).isEqualTo("STOPPING");
  }

  @Test
  void stream_serverSilentOnce_givesTheConnectionUp() throws Exception {
    var turn = new AtomicInteger();
    var ingest = new FakeIngest(request -> turn.incrementAndGet() == 1 ? IGNORED : SERVED);
    var answers = exchange(ingest, FAST.withAckWait(Duration.ofMillis(200)), 1);

    assertThat(answers).hasSize(1);
    // On a busy machine a good answer may come too late as well.
    assertThat(ingest.requests).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void stream_refusedForGood_failsWhatWasSentAndGoesOn() throws Exception {
    var turn = new AtomicInteger();
    var ingest = new FakeIngest(request -> turn.incrementAndGet() == 1 ? FORBIDDEN : SERVED);
    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var stream = client.streamUsage(FAST)) {
      var refused = stream.send(event("refused"));
      assertThat(reasonOf(refused)).isEqualTo("ROLE_FORBIDDEN");

      assertThat(stream.send(event("later")).join().getStatus())
          .isEqualTo(EventStatus.EVENT_STATUS_ACCEPTED);
      assertThat(stream.buffered()).isZero();
    }
  }

  @Test
  void stream_keyNotKnownYet_waitsWhereItIsToAndSaysWhy() throws Exception {
    var turn = new AtomicInteger();
    var ingest = new FakeIngest(_ -> turn.incrementAndGet() < 4 ? UNKNOWN_KEY : SERVED);
    var interruptions = new CopyOnWriteArrayList<String>();
    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY)) {
      try (var hasty = client.streamUsage(FAST)) {
        assertThat(reasonOf(hasty.send(event("a")))).isEqualTo("CREDENTIALS_INVALID");
      }
      try (var patient =
          client.streamUsage(FAST.withKeyAwaited(true), why -> interruptions.add(why.reason()))) {
        assertThat(patient.send(event("b")).join().getStatus())
            .isEqualTo(EventStatus.EVENT_STATUS_ACCEPTED);
      }
    }
    assertThat(interruptions).containsExactly("CREDENTIALS_INVALID", "CREDENTIALS_INVALID");
  }

  @Test
  void stream_eventThatBreaksTheServer_isGivenUpInTheEnd() throws Exception {
    var ingest =
        new FakeIngest(
            request -> request.getEvents(0).getEventId().equals("poison") ? BROKEN : SERVED);
    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var stream = client.streamUsage(FAST)) {
      assertThat(reasonOf(stream.send(event("poison")))).isEqualTo("BUG");
      assertThat(stream.send(event("good")).join().getEventId()).isEqualTo("good");
    }
    assertThat(ingest.requests).hasSize(6);
  }

  @Test
  void stream_closed_deliversWhatItTookAndTakesNoMore() throws Exception {
    var ingest = new FakeIngest(request -> SERVED);
    var answers = new ArrayList<CompletableFuture<EventResult>>();
    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY)) {
      var stream = client.streamUsage(FAST);
      send(stream, answers, 0, 2_000);
      stream.close();

      assertThat(answers).allMatch(CompletableFuture::isDone);
      assertThat(ingest.counted()).hasSize(2_000);
      assertThatThrownBy(() -> stream.send(event("late")))
          .isInstanceOf(TollgateException.class)
          .hasMessageContaining("STOPPING");
    }
  }

  @Test
  void send_hugeEvent_isRefusedAndHarmsNoOther() throws Exception {
    var ingest = new FakeIngest(request -> SERVED);
    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var stream = client.streamUsage(FAST)) {
      var huge =
          event("huge").toBuilder()
              .setDimensions(Dimensions.newBuilder().setTeam("x".repeat(10_000_000)))
              .build();
      assertThatThrownBy(() -> stream.send(huge)).hasMessageContaining("REQUEST_TOO_LARGE");

      assertThat(stream.send(event("small")).join().getEventId()).isEqualTo("small");
    }
  }

  @Test
  void stream_linkThatThrows_failsItsEventsAfterSomeTries() {
    var tries = new AtomicInteger();
    UsageStream.Connector broken =
        responses ->
            new StreamObserver<>() {
              @Override
              public void onNext(StreamUsageRequest request) {
                tries.incrementAndGet();
                throw new IllegalStateException("broken");
              }

              @Override
              public void onError(Throwable failure) {}

              @Override
              public void onCompleted() {}
            };
    try (var stream = UsageStream.open(broken, FAST, _ -> {}, new Random(1))) {
      assertThat(reasonOf(stream.send(event("a")).orTimeout(30, TimeUnit.SECONDS)))
          .isEqualTo("BUG");
      assertThat(tries.get()).isBetween(2, 10);
      assertThat(reasonOf(stream.send(event("b")).orTimeout(30, TimeUnit.SECONDS)))
          .isEqualTo("BUG");
      assertThat(stream.buffered()).isZero();
    }
  }

  @Test
  void retryable_exhaustedForGood_isFalse() {
    for (var reason : List.of("LIMIT_REACHED", "QUERY_TOO_LARGE")) {
      assertThat(refusal(reason).retryable()).isFalse();
    }
    assertThat(refusal("RATE_LIMITED").retryable()).isTrue();
  }

  private static TollgateException refusal(String reason) {
    return TollgateException.local(Status.Code.RESOURCE_EXHAUSTED, reason, "x");
  }

  private static List<EventResult> exchange(
      FakeIngest ingest, UsageStreamSettings settings, int count) throws Exception {
    try (var server = new FakeServer(0, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var stream = client.streamUsage(settings)) {
      var answers = new ArrayList<CompletableFuture<EventResult>>();
      send(stream, answers, 0, count);
      var results = all(answers);
      assertThat(stream.buffered()).isZero();
      return results;
    }
  }

  private static List<EventResult> all(List<CompletableFuture<EventResult>> answers) {
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static void send(
      UsageStream stream, List<CompletableFuture<EventResult>> answers, int from, int to) {
    for (var i = from; i < to; i++) {
      answers.add(stream.send(event("e" + i)));
    }
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "e" + i).toList();
  }

  private static UsageEvent event(String id) {
    return UsageEvent.newBuilder().setEventId(id).build();
  }

  private static String reasonOf(CompletableFuture<EventResult> answer) {
    var failure = catchThrowableOfType(CompletionException.class, answer::join);
    assertThat(failure.getCause()).isInstanceOf(TollgateException.class);
    return ((TollgateException) Objects.requireNonNull(failure.getCause())).reason();
  }
}
