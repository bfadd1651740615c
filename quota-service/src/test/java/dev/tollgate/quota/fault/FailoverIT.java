package dev.tollgate.quota.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.quota.Refusal;
import dev.tollgate.quota.TestPricing;
import dev.tollgate.quota.TestQuota;
import dev.tollgate.quota.hold.TestRecords;
import dev.tollgate.quota.redis.Durability;
import dev.tollgate.quota.redis.LocalRedis;
import dev.tollgate.quota.redis.LocalSentinel;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import io.grpc.StatusRuntimeException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What each durability level loses of grants that callers were told of, measured: the primary is
/// killed under load, and whatever has no record afterwards was lost.
@ExtendWith(StoresExtension.class)
class FailoverIT {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final int CALLERS = 8;
  private static final int LIMIT = 1_000_000;
  private static final Duration LOAD = Duration.ofSeconds(2);

  private final Stores stores;
  private final String tenant;
  private final TestPricing pricing = new TestPricing();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<TestQuota> services = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> granted = new ConcurrentLinkedQueue<>();
  private final AtomicLong refused = new AtomicLong();
  private final List<Thread> callers = new ArrayList<>();
  private volatile boolean stopped;

  FailoverIT(Stores stores) {
    this.stores = stores;
    tenant = stores.tenant() + "-" + TESTS.incrementAndGet();
  }

  @AfterEach
  void close() throws Exception {
    stopped = true;
    services.forEach(TestQuota::close);
    for (var part : opened.reversed()) {
      part.close();
    }
    pricing.close();
  }

  @Test
  void promotion_async_losesNoMoreThanWhatTheReplicaLagged() throws Exception {
    var sentinel = startSentinel(Durability.ASYNC);
    load();
    failOver(sentinel);
    stop();

    var lost = lost(sentinel.replica());
    report("ASYNC, primary killed", lost);
    assertThat(overspent(sentinel.replica())).isLessThanOrEqualTo(lost);
  }

  @Test
  void promotion_waitReplica_losesNothingThatWasAnswered() throws Exception {
    var sentinel = startSentinel(Durability.WAIT_REPLICA);
    load();
    failOver(sentinel);
    stop();

    var lost = lost(sentinel.replica());
    report("WAIT_REPLICA, primary killed", lost);
    assertThat(lost).isZero();
  }

  /* The replica hears nothing for seconds, and is promoted all the same. */
  @Test
  void promotionOfACutOffReplica_async_losesWhatCameSinceAndStopsStrictChecks() throws Exception {
    var sentinel = startSentinel(Durability.ASYNC);
    load();
    cutOff(sentinel);
    LockSupport.parkNanos(Duration.ofMillis(2_500).toNanos());
    failOver(sentinel);
    LocalRedis.eventually("the loss to be noticed", () -> answer(0).contains("lost"));
    stop();

    var lost = lost(sentinel.replica());
    report("ASYNC, replica cut off for 2.5 s, primary killed", lost);
    assertThat(lost).isPositive();
    assertThat(overspent(sentinel.replica())).isLessThanOrEqualTo(lost);
    for (int i = 0; i < services.size(); i++) {
      var instance = i;
      LocalRedis.eventually("instance " + i, () -> answer(instance).contains("lost"));
      assertThat(Refusal.of(() -> check(instance, "after")).reason())
          .isEqualTo("STORE_UNAVAILABLE");
    }
  }

  @Test
  void promotionOfACutOffReplica_waitReplica_losesNothingThatWasAnswered() throws Exception {
    var sentinel = startSentinel(Durability.WAIT_REPLICA);
    load();
    cutOff(sentinel);
    var before = granted.size();
    LockSupport.parkNanos(Duration.ofMillis(2_500).toNanos());
    /* Those whose replica had them already may still be on their way. */
    assertThat(granted.size()).isLessThanOrEqualTo(before + CALLERS);
    failOver(sentinel);
    stop();

    var lost = lost(sentinel.replica());
    report("WAIT_REPLICA, replica cut off for 2.5 s, primary killed", lost);
    assertThat(lost).isZero();
  }

  @Test
  void kill_aofAlways_losesNothing() throws Exception {
    var redis = opened(LocalRedis.start("--appendonly", "yes", "--appendfsync", "always"));
    start(redis.url(), Durability.AOF_ALWAYS);
    load();
    for (int i = 0; i < 3; i++) {
      LockSupport.parkNanos(LOAD.toNanos() / 2);
      redis.kill();
      redis.restart();
      var before = granted.size();
      LocalRedis.eventually("more grants", () -> granted.size() > before + 50);
    }
    stop();

    var lost = lost(redis);
    report("AOF_ALWAYS, killed 3 times", lost);
    assertThat(lost).isZero();
    assertThat(overspent(redis)).isZero();
  }

  private LocalSentinel startSentinel(Durability durability) {
    var sentinel = opened(LocalSentinel.start());
    start(sentinel.settings().url(), durability);
    return sentinel;
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.add(part);
    return part;
  }

  private void start(URI url, Durability durability) {
    var variables = TestQuota.variables(stores, pricing);
    variables.put("TOLLGATE_QUOTA_REDIS_URL", url.toString());
    variables.remove("TOLLGATE_QUOTA_REDIS_PASSWORD");
    variables.put("TOLLGATE_QUOTA_REDIS_TIMEOUT", "PT0.5S");
    variables.put("TOLLGATE_QUOTA_REDIS_DURABILITY", durability.name());
    for (int i = 0; i < 2; i++) {
      services.add(new TestQuota(variables));
    }
    LocalRedis.eventually("the budget", this::create);
  }

  /* The first writes may find the replica still at its beginning. */
  private boolean create() {
    var budget = Budgets.lifetime("calls").addLimits(Limit.newBuilder().setRequests(LIMIT));
    try {
      return Budgets.create(services.getFirst().budgets(tenant), budget).getRevision() == 0;
    } catch (StatusRuntimeException away) {
      return false;
    }
  }

  private void load() {
    for (int i = 0; i < CALLERS; i++) {
      var number = i;
      callers.add(Thread.ofPlatform().start(() -> spend(number)));
    }
    LocalRedis.eventually("grants", () -> granted.size() > 500);
    LockSupport.parkNanos(LOAD.toNanos());
  }

  private void spend(int number) {
    for (int i = 0; !stopped; i++) {
      var id = "call-" + number + "-" + i;
      try {
        if (check(number % services.size(), id).hasAllowed()) {
          granted.add(id);
        }
      } catch (StatusRuntimeException away) {
        refused.incrementAndGet();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  private CheckQuotaResponse check(int instance, String id) {
    return services
        .get(instance)
        .quota(tenant)
        .checkQuota(
            CheckQuotaRequest.newBuilder()
                .setRequestId(id)
                .setDimensions(Dimensions.newBuilder().setProvider("p").setModel("m"))
                .setInputTokens(10)
                .setMaxOutputTokens(10)
                .build());
  }

  private String answer(int instance) {
    try {
      return check(instance, "probe-" + System.nanoTime()).getOutcomeCase().toString();
    } catch (StatusRuntimeException refusal) {
      return String.valueOf(refusal.getStatus().getDescription());
    }
  }

  /* It follows a primary that is not there; its data stay. */
  private static void cutOff(LocalSentinel sentinel) {
    sentinel.replica().asked(commands -> commands.replicaof("127.0.0.1", 1));
  }

  private void failOver(LocalSentinel sentinel) {
    sentinel.primary().kill();
    LocalRedis.eventually("the promotion", sentinel::isPromoted);
    /* As the new primary's replica: without one, WAIT_REPLICA grants nothing. */
    sentinel.primary().restart();
    LocalRedis.eventually(
        "an answer from the new primary",
        () -> answer(0).equals("ALLOWED") || answer(0).contains("lost"));
    LockSupport.parkNanos(LOAD.toNanos());
  }

  private void stop() throws InterruptedException {
    stopped = true;
    for (var caller : callers) {
      caller.join();
    }
  }

  /// How many grants have no record.
  private int lost(LocalRedis redis) {
    var client = RedisClient.create(RedisURI.create(redis.url()));
    try {
      var ids = List.copyOf(granted);
      return ids.size() - TestRecords.of(client, tenant, ids).size();
    } finally {
      client.shutdown();
    }
  }

  /// By how many calls more could be granted than the limit says: what the counter lacks.
  private long overspent(LocalRedis redis) {
    var counter = "{" + tenant + "}:b:calls:r:-:0";
    var counted = redis.asked(commands -> commands.get(counter));
    return Math.max(0, granted.size() - (counted == null ? 0 : Long.parseLong(counted)));
  }

  private void report(String what, int lost) {
    System.out.printf(
        "[failover] %s: %d of %d answered grants lost; %d calls refused meanwhile%n",
        what, lost, granted.size(), refused.get());
  }
}
