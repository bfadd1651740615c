package dev.tollgate.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.redis.HandTurnedLinks.Sent;
import dev.tollgate.quota.redis.Trouble.Kind;
import dev.tollgate.secret.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/* Some submit only to have something under way. */
@SuppressWarnings("FutureReturnValueIgnored")
class CourierTest {
  private static final Duration TIMEOUT = Duration.ofMillis(50);

  private final HandTurnedLoop loop = new HandTurnedLoop();
  private final HandTurnedLinks links = new HandTurnedLinks();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Courier courier =
      new Courier(
          loop,
          links,
          Tally.SCRIPT,
          RedisSettings.single(URI.create("redis://a:1"), new Secret("")),
          loop.time(),
          new RedisMeters(registry));

  @BeforeEach
  void start() {
    var started = courier.start();
    loop.turn();
    started.join().forEach(CompletableFuture::join);
  }

  @Test
  void submit_whileABatchIsUnderWay_goesWithTheNext() {
    var first = submit(tally(1));
    loop.turn();
    var second = submit(tally(2));
    var third = submit(tally(3));
    loop.turn();

    assertThat(links.sent).hasSize(1);
    answer(links.take(), 10);
    assertThat(first.join()).isEqualTo(10);

    assertThat(links.sent).hasSize(1);
    var batch = links.take();
    assertThat(amounts(batch)).containsExactly(2L, 3L);
    answer(batch, 20, 30);
    assertThat(second.join()).isEqualTo(20);
    assertThat(third.join()).isEqualTo(30);
    assertThat(links.sent).isEmpty();
    assertThat(waiting).hasValue(0);
  }

  @Test
  void submit_inOneTurn_travelsTogether() {
    submit(tally(1));
    submit(tally(2));
    loop.turn();

    assertThat(amounts(links.take())).containsExactly(1L, 2L);
  }

  @Test
  void batch_ofSeveralKinds_isInTheirOrderAndKeepsEachKindsOwn() {
    submit(new Tally("{t}:a", 1, 2));
    submit(new Tally("{t}:a", 2, 1));
    submit(new Tally("{t}:a", 3, 2));
    submit(new Tally("{t}:a", 4, 1));
    loop.turn();

    assertThat(amounts(links.take())).containsExactly(2L, 4L, 1L, 3L);
  }

  @Test
  void batch_sameKeysInSeveralSteps_declaresThemOnce() {
    submit(new Tally("{t}:a", 1, 0));
    submit(new Tally("{t}:b", 2, 0));
    submit(new Tally("{t}:a", 3, 0));
    loop.turn();

    var invocation = links.take().invocation;
    assertThat(invocation.keys().stream().map(key -> new String(key, StandardCharsets.UTF_8)))
        .containsExactly("{t}:a", "{t}:b");
    assertThat(invocation.arguments().stream().map(CourierTest::keyNumber))
        .containsExactly(1L, 2L, 1L);
  }

  @Test
  void batch_manyWait_takesNoMoreThanItsMost() {
    IntStream.range(0, 150).forEach(i -> submit(tally(i)));
    loop.turn();

    assertThat(amounts(links.sent.getFirst())).hasSize(64);
    answer(links.take(), LongStream.range(0, 64).toArray());
    assertThat(amounts(links.take())).startsWith(64L).hasSize(64);
  }

  @Test
  void batch_oneItemFailed_failsItAlone() {
    var good = submit(tally(1));
    var bad = submit(tally(2));
    loop.turn();

    links
        .take()
        .answer(
            new Packer()
                .array(2)
                .array(1)
                .integer(7)
                .array(2)
                .text("ERR")
                .text("no integer")
                .take());

    assertThat(good.join()).isEqualTo(7);
    assertThatThrownBy(bad::join).hasRootCauseMessage("script: no integer");
  }

  @Test
  void batch_oneCannotBePacked_failsItAlone() {
    var bad = submit(tally(-1));
    var good = submit(tally(2));
    loop.turn();

    assertThatThrownBy(bad::join).hasMessageContaining("amount: -1 (expected: not negative)");
    answer(links.take(), 2);
    assertThat(good.join()).isEqualTo(2);
    assertThat(waiting).hasValue(0);
  }

  @Test
  void batch_answersOfAnotherNumber_allFail() {
    var first = submit(tally(1));
    var second = submit(tally(2));
    loop.turn();

    answer(links.take(), 1);

    assertThatThrownBy(first::join).hasMessageContaining("script's answers: 1 (expected: 2)");
    assertThatThrownBy(second::join).hasMessageContaining("script's answers: 1 (expected: 2)");
  }

  @Test
  void batch_scriptIsDefect_allFailAndTheNextGoes() {
    var first = submit(tally(1));
    loop.turn();
    submit(tally(2));
    loop.turn();

    links.take().fail(new IllegalStateException("script: ERR bad"));

    assertThatThrownBy(first::join).hasRootCauseMessage("script: ERR bad");
    assertThat(amounts(links.take())).containsExactly(2L);
  }

  @Test
  void batch_nodeRefuses_isUnavailable() {
    var answer = submit(tally(1));
    loop.turn();

    links.take().fail(Trouble.told("LOADING Redis is loading the dataset").orElseThrow());

    assertUnavailable(answer, "Redis refuses: LOADING");
  }

  @Test
  void answers_notInTime_areUnavailableAndTheirPlaceStaysTaken() {
    var first = submit(tally(1));
    loop.turn();
    var second = submit(tally(2));
    loop.pass(TIMEOUT);

    assertUnavailable(first, "Redis does not answer in time");
    assertUnavailable(second, "Redis does not answer in time");
    assertThat(waiting).hasValue(0);
    assertThat(links.sent).hasSize(1);

    var third = submit(tally(3));
    loop.turn();
    answer(links.take(), 1);
    assertThat(amounts(links.sent.getFirst())).containsExactly(3L);
    answer(links.take(), 3);
    assertThat(third.join()).isEqualTo(3);
  }

  @Test
  void answer_givenUpByItsCaller_isNotSentAndLeavesNoTrace() {
    submit(tally(1));
    loop.turn();
    submit(tally(2)).cancel(true);
    submit(tally(3));
    loop.turn();

    answer(links.take(), 1);

    var batch = links.take();
    assertThat(amounts(batch)).containsExactly(3L);
    answer(batch, 3);
    assertThat(waiting).hasValue(0);
  }

  @Test
  void circuit_fiveTimesSilence_opensAndAProbeClosesIt() {
    silence();

    assertThat(circuits()).isEqualTo(1);
    var refused = submit(tally(1));
    loop.turn();
    assertUnavailable(refused, "Redis is away");

    links.sent.clear();
    loop.pass(Duration.ofMillis(250));
    var probe = links.take();
    assertThat(probe.invocation.script()).isEqualTo(Solo.CLOCK);
    probe.answer(new byte[0]);

    assertThat(circuits()).isZero();
    assertThat(links.attempts).isEqualTo(2);
  }

  @Test
  void circuit_probeStaysUnanswered_givesTheLinkUp() {
    silence();

    loop.pass(Duration.ofSeconds(2));

    assertThat(links.attempts).isEqualTo(3);
    assertThat(circuits()).isZero();
    var answer = submit(tally(5));
    loop.turn();
    answer(links.sent.removeLast(), 5);
    assertThat(answer.join()).isEqualTo(5);
  }

  @Test
  void circuit_answersInBetween_staysClosed() {
    for (int i = 0; i < 20; i++) {
      submit(tally(1));
      loop.pass(TIMEOUT.plusMillis(5));
      answer(links.take(), 1);
      var inTime = submit(tally(2));
      loop.turn();
      answer(links.take(), 2);
      assertThat(inTime).isCompleted();
    }
    assertThat(circuits()).isZero();
  }

  @Test
  void link_lost_failsWhatWasSentAndSendsTheRestOnANewOne() {
    var sent = submit(tally(1));
    loop.turn();
    var waits = submit(tally(2));
    loop.turn();

    links.cut();

    assertUnavailable(sent, "the connection to Redis was lost");
    loop.turn();
    assertThat(links.sent).hasSize(2);
    var batch = links.sent.getLast();
    assertThat(amounts(batch)).containsExactly(2L);
    answer(batch, 2);
    assertThat(waits.join()).isEqualTo(2);
    assertThat(circuits()).isZero();
  }

  @Test
  void node_cannotBeReached_failsAtOnceUntilItCan() {
    links.reachable = false;
    links.cut();
    loop.turn();

    var refused = submit(tally(1));
    loop.turn();
    assertUnavailable(refused, "Redis is away");

    loop.pass(Duration.ofSeconds(5));
    assertThat(links.attempts).isBetween(8, 20);

    links.reachable = true;
    loop.pass(Duration.ofSeconds(1));
    assertThat(circuits()).isZero();
    var answer = submit(tally(1));
    loop.turn();
    answer(links.take(), 1);
    assertThat(answer.join()).isEqualTo(1);
  }

  @Test
  void slot_moved_isSentToTheOtherNode() {
    var answer = submit(tally(1));
    loop.turn();

    links.take().fail(Trouble.told("MOVED 0 b:1").orElseThrow());

    var again = links.take();
    assertThat(again.address).isEqualTo("b:1");
    assertThat(again.asking).isFalse();
    answer(again, 4);
    assertThat(answer.join()).isEqualTo(4);
  }

  @Test
  void slot_onItsWay_isAskedForThereOnce() {
    var answer = submit(tally(1));
    loop.turn();

    links.take().fail(Trouble.told("ASK 0 b:1").orElseThrow());

    var detour = links.take();
    assertThat(detour.address).isEqualTo("b:1");
    assertThat(detour.asking).isTrue();
    detour.fail(Trouble.told("TRYAGAIN Multiple keys").orElseThrow());
    assertThat(links.sent).isEmpty();

    loop.pass(Duration.ofMillis(5));
    var again = links.take();
    assertThat(again.address).isEqualTo("a:1");
    answer(again, 4);
    assertThat(answer.join()).isEqualTo(4);
  }

  @Test
  void slots_ofACluster_haveBatchesOfTheirOwn() {
    links.owners.put(7, "b:1");
    submit(tally(1));
    submit(tally(2), 7);
    loop.turn();

    assertThat(links.sent).extracting(call -> call.address).containsExactly("a:1", "b:1");
    submit(tally(3), 7);
    loop.turn();
    assertThat(links.sent).hasSize(2);
  }

  @Test
  void node_demoted_isLeftAndNothingOfTheCallLost() {
    var answer = submit(tally(1));
    loop.turn();

    links.take().fail(Trouble.told("READONLY You can't write").orElseThrow());
    loop.turn();

    answer(links.take(), 9);
    assertThat(answer.join()).isEqualTo(9);
    assertThat(links.attempts).isEqualTo(3);
  }

  @Test
  void link_givenUp_isNotMissedWhenItsEndIsToldLate() {
    submit(tally(1));
    loop.turn();
    links.take().fail(Trouble.told("READONLY You can't write").orElseThrow());
    links.sent.clear();

    links.open.getFirst().lost.run();
    loop.turn();

    assertThat(links.attempts).isEqualTo(3);
    assertThat(circuits()).isZero();
  }

  @Test
  void link_lostWhileItIsOpened_isOpenedAnew() {
    links.loseNext = true;
    links.cut();
    loop.turn();

    var answer = submit(tally(1));
    loop.turn();
    answer(links.take(), 1);
    assertThat(answer.join()).isEqualTo(1);
  }

  @Test
  void slot_movedToAPortAlone_isOnTheSameHost() {
    var answer = submit(tally(1));
    loop.turn();

    links.take().fail(Trouble.told("MOVED 0 :2").orElseThrow());

    assertThat(links.sent.getFirst().address).isEqualTo("a:2");
    answer(links.take(), 4);
    assertThat(answer.join()).isEqualTo(4);
  }

  @Test
  void write_notReplicated_isUnavailable() {
    var answer = submit(tally(1));
    loop.turn();

    links.take().fail(Trouble.of(Kind.NOT_REPLICATED, ""));

    assertUnavailable(answer, "not replicated");
  }

  @Test
  void shut_somethingUnderWay_failsAllOfIt() {
    var sent = submit(tally(1));
    loop.turn();
    var waits = submit(tally(2));

    var done = courier.shut();
    loop.turn();

    assertThat(done).isCompleted();
    assertThat(sent).isCompletedExceptionally();
    assertThat(waits).isCompletedExceptionally();
    var late = submit(tally(3));
    loop.turn();
    assertUnavailable(late, "the connection to Redis is closed");
    assertThat(waiting).hasValue(0);
  }

  private void silence() {
    for (int i = 0; i < 5; i++) {
      submit(tally(1));
      loop.pass(TIMEOUT.plusMillis(1));
    }
  }

  private double circuits() {
    return registry.get("quota.redis.circuit").gauge().value();
  }

  private CompletableFuture<Long> submit(Tally verb) {
    return submit(verb, 0);
  }

  private CompletableFuture<Long> submit(Tally verb, int slot) {
    waiting.incrementAndGet();
    var deadline = loop.time().nanoTime() + TIMEOUT.toNanos();
    var step = new Step<>(verb, slot, deadline, waiting);
    courier.accept(step);
    return step.answer();
  }

  private static Tally tally(long amount) {
    return new Tally("{t}:a", amount, 0);
  }

  private static void answer(Sent sent, long... sums) {
    var out = new Packer().array(sums.length);
    for (var sum : sums) {
      out.array(1).integer(sum);
    }
    sent.answer(out.take());
  }

  private static List<Long> amounts(Sent sent) {
    var amounts = new ArrayList<Long>();
    for (var argument : sent.invocation.arguments()) {
      var in = new Unpacker(argument);
      in.array();
      in.skip();
      in.skip();
      amounts.add(in.integer());
    }
    return amounts;
  }

  private static long keyNumber(byte[] argument) {
    var in = new Unpacker(argument);
    in.array();
    in.skip();
    return in.integer();
  }

  private static void assertUnavailable(CompletableFuture<?> answer, String message) {
    assertThat(answer).isCompletedExceptionally();
    assertThatThrownBy(answer::join)
        .cause()
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
              assertThat(failure.retryAfter()).isPresent();
              assertThat(failure).hasMessage(message);
            });
  }
}
