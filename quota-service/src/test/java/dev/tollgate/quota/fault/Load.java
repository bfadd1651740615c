package dev.tollgate.quota.fault;

import com.google.protobuf.util.Durations;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.ExtendRequest;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.quota.Refusal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.assertj.core.api.Assertions;

/// Callers that check, settle, release, extend, repeat themselves and sometimes die, at any
/// instance, and write down what they did.
final class Load {
  private static final int CALLERS = 16;
  private static final int USERS = 5;
  private static final int CHECK_TRIES = 5;
  private static final int END_TRIES = 120;
  private static final Duration PAUSE = Duration.ofMillis(150);
  private static final Duration THINKING = Duration.ofMillis(30);
  private static final Duration HOLD = Duration.ofSeconds(3);

  private final List<? extends Instance> services;
  private final LedgerFeed feed;
  private final ConcurrentLinkedQueue<Call> book = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService later = Executors.newScheduledThreadPool(CALLERS);
  private final List<Thread> callers = new ArrayList<>();
  private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
  private final List<Throwable> defects = new CopyOnWriteArrayList<>();
  private final AtomicLong unfinished = new AtomicLong();
  private volatile List<String> tenants;
  private volatile boolean stopped;

  Load(List<? extends Instance> services, LedgerFeed feed, List<String> tenants, long seed) {
    this.services = services;
    this.feed = feed;
    this.tenants = List.copyOf(tenants);
    for (int i = 0; i < CALLERS; i++) {
      var caller = new Caller(i, new Random(seed + i));
      callers.add(Thread.ofPlatform().name("caller-" + i).start(caller::run));
    }
  }

  /// Whom calls are for from now on.
  void spendFor(List<String> others) {
    tenants = List.copyOf(others);
  }

  /// Begins no more calls, and waits until all that were begun are over or left.
  void stop() throws InterruptedException {
    stopped = true;
    for (var caller : callers) {
      caller.join();
    }
    var done = new CountDownLatch(1);
    while (unfinished.get() > 0 && !done.await(20, TimeUnit.MILLISECONDS)) {
      // Late settlements.
    }
    later.shutdown();
    Assertions.assertThat(defects).isEmpty();
  }

  /// What was written down; complete after [#stop].
  List<Call> book() {
    return List.copyOf(book);
  }

  /// How often what happened.
  Map<String, AtomicLong> counts() {
    return new TreeMap<>(counts);
  }

  long count(String what) {
    return counts.getOrDefault(what, new AtomicLong()).get();
  }

  private void counted(String what) {
    counts.computeIfAbsent(what, any -> new AtomicLong()).incrementAndGet();
  }

  private static void pause(Duration atMost, Random random) {
    LockSupport.parkNanos(1 + random.nextLong(atMost.toNanos()));
  }

  /// One of them.
  private final class Caller {
    private final int number;
    private final Random random;
    private int calls;

    Caller(int number, Random random) {
      this.number = number;
      this.random = random;
    }

    void run() {
      try {
        while (!stopped) {
          call();
          pause(THINKING, random);
        }
      } catch (RuntimeException | Error defect) {
        defects.add(defect);
      }
    }

    private void call() {
      var known = tenants;
      var call =
          new Call(
              known.get(random.nextInt(known.size())),
              "call-" + number + "-" + calls++,
              "user-" + random.nextInt(USERS),
              HOLD,
              10 + random.nextInt(180),
              10 + random.nextInt(90));
      book.add(call);
      var answer = attempt(call, CHECK_TRIES, at -> at.quota(call.tenant).checkQuota(call.check()));
      if (answer.isEmpty()) {
        counted("check unanswered");
      } else if (answer.get().hasDenied()) {
        counted("denied");
      } else {
        counted("granted");
        call.granted = System.nanoTime();
        call.token = answer.get().getAllowed().getReservationId();
        if (random.nextInt(10) == 0) {
          repeat(call, answer.get());
        }
        goOn(call);
      }
    }

    /* The same answer, from whomever; or none. */
    private void repeat(Call call, CheckQuotaResponse first) {
      try {
        var again = any().quota(call.tenant).checkQuota(call.check());
        counted("check repeated");
        Assertions.assertThat(again.getAllowed().getReservationId())
            .as("answer to %s of %s", call.id, call.tenant)
            .isEqualTo(first.getAllowed().getReservationId());
      } catch (StatusRuntimeException away) {
        counted("repeat unanswered");
      }
    }

    private void goOn(Call call) {
      call.used =
          Call.spend(
              random.nextLong(call.held.inputTokens() + 1),
              random.nextLong(call.held.outputTokens() + 1));
      switch (random.nextInt(20)) {
        case 0, 1 -> counted("died");
        case 2, 3 -> release(call);
        case 4, 5 -> {
          extend(call);
          settle(call);
        }
        case 6, 7 -> settleLate(call);
        case 8 -> {
          counted("reported alone");
          feed.report(call);
        }
        default -> settle(call);
      }
    }

    private void extend(Call call) {
      var request =
          ExtendRequest.newBuilder()
              .setReservationId(call.token)
              .setHoldDuration(Durations.fromMillis(2 * HOLD.toMillis()))
              .build();
      try {
        var _ = any().quota(call.tenant).extend(request);
        counted("extended");
      } catch (StatusRuntimeException away) {
        counted("extend refused");
      }
    }

    private void settleLate(Call call) {
      unfinished.incrementAndGet();
      var _ =
          later.schedule(
              () -> {
                try {
                  counted("settled late");
                  settle(call);
                } catch (RuntimeException | Error defect) {
                  defects.add(defect);
                } finally {
                  unfinished.decrementAndGet();
                }
              },
              HOLD.toMillis() + random.nextInt(3_000),
              TimeUnit.MILLISECONDS);
    }

    private void settle(Call call) {
      call.end = Call.End.SETTLED;
      call.ended = System.nanoTime();
      var request =
          SettleRequest.newBuilder().setReservationId(call.token).setUsage(call.usage()).build();
      end(call, at -> at.quota(call.tenant).settle(request).getSettledCost().getAmount());
      if (random.nextInt(20) > 0) {
        feed.report(call);
      }
      if (random.nextInt(20) == 0) {
        counted("settle repeated");
        end(call, at -> at.quota(call.tenant).settle(request).getSettledCost().getAmount());
      }
    }

    private void release(Call call) {
      call.end = Call.End.RELEASED;
      call.ended = System.nanoTime();
      var request = ReleaseRequest.newBuilder().setReservationId(call.token).build();
      end(call, at -> at.quota(call.tenant).release(request).toString());
    }

    private void end(Call call, Function<Instance, String> verb) {
      var answer = attempt(call, END_TRIES, verb);
      call.endAnswered |= answer.isPresent();
      counted(call.end + (answer.isPresent() ? "" : " unanswered"));
    }

    /* What has no answer is tried again, at another instance mostly. */
    private <T> Optional<T> attempt(Call call, int tries, Function<Instance, T> verb) {
      for (int i = 0; i < tries; i++) {
        try {
          return Optional.of(verb.apply(any()));
        } catch (StatusRuntimeException failed) {
          call.uncertain |= !call.isGranted();
          var reason =
              Refusal.of(
                      () -> {
                        throw failed;
                      })
                  .reason();
          counted("failed: " + (reason.isEmpty() ? failed.getStatus().getCode() : reason));
          var code = failed.getStatus().getCode();
          if (code != Status.Code.UNAVAILABLE && code != Status.Code.DEADLINE_EXCEEDED) {
            return Optional.empty();
          }
          pause(PAUSE.multipliedBy(Math.min(i + 1, 10)), random);
        }
      }
      return Optional.empty();
    }

    private Instance any() {
      return services.get(random.nextInt(services.size()));
    }
  }
}
