package dev.tollgate.quota.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CreateFreezeRequest;
import dev.tollgate.proto.budget.v1.DeleteFreezeRequest;
import dev.tollgate.proto.budget.v1.Freeze;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.UpdateBudgetRequest;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.quota.TestPricing;
import dev.tollgate.quota.TestQuota;
import dev.tollgate.quota.redis.LocalRedis;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Budgets lowered and calls frozen at one instance, while all three of them serve checks: whatever
/// begins after the change has returned is decided by it, everywhere.
@ExtendWith(StoresExtension.class)
class EditUnderLoadIT {
  private static final int INSTANCES = 3;
  private static final int CALLERS = 6;
  private static final int EDITS = 5;
  private static final Duration BEFORE = Duration.ofSeconds(1);
  private static final Duration AFTER = Duration.ofMillis(500);
  private static final long LARGE = 1_000_000_000_000L;
  private static final long SMALL = 1;

  private record Sample(long begun, long nanos, boolean allowed) {}

  private final String tenant;
  private final TestPricing pricing = new TestPricing();
  private final List<TestQuota> services = new ArrayList<>();
  private final List<Thread> callers = new ArrayList<>();
  private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  EditUnderLoadIT(Stores stores) {
    tenant = stores.tenant();
    for (int i = 0; i < INSTANCES; i++) {
      services.add(new TestQuota(stores, pricing));
    }
  }

  @AfterEach
  void close() {
    services.forEach(TestQuota::close);
    pricing.close();
  }

  @Test
  void changes_underLoad_bindEverywhereFromTheirReturnOn() throws Exception {
    var _ = Budgets.create(first(), Budgets.lifetime("money").addLimits(Budgets.nanos(LARGE)));
    for (int i = 0; i < CALLERS; i++) {
      var number = i;
      callers.add(Thread.ofPlatform().start(() -> spend(number)));
    }
    LocalRedis.eventually("warm instances", () -> samples.size() > 2_000);
    for (int i = 0; i < EDITS; i++) {
      bound("lowered limit", () -> limit(SMALL));
      limit(LARGE);
      LocalRedis.eventually("calls to be allowed", this::isAllowing);
      bound("freeze", this::freeze);
      var _ = first().deleteFreeze(DeleteFreezeRequest.newBuilder().setFreezeId("stop").build());
      LocalRedis.eventually("calls to be allowed", this::isAllowing);
    }
    stopped = true;
    for (var caller : callers) {
      caller.join();
    }
    assertThat(defects).isEmpty();
  }

  /* Each caller at one instance, so that no instance has nothing to do. */
  private void spend(int number) {
    try {
      var quota = services.get(number % INSTANCES).quota(tenant);
      for (int i = 0; !stopped; i++) {
        var request =
            CheckQuotaRequest.newBuilder()
                .setRequestId(number + "-" + i)
                .setDimensions(Dimensions.newBuilder().setProvider("p").setModel("m"))
                .setInputTokens(10)
                .setMaxOutputTokens(10)
                .build();
        var begun = System.nanoTime();
        var answer = quota.checkQuota(request);
        samples.add(new Sample(begun, System.nanoTime() - begun, answer.hasAllowed()));
        if (answer.hasAllowed()) {
          var token = answer.getAllowed().getReservationId();
          var _ = quota.release(ReleaseRequest.newBuilder().setReservationId(token).build());
        }
      }
    } catch (RuntimeException | Error defect) {
      defects.add(defect);
    }
  }

  private void bound(String what, Runnable change) {
    samples.clear();
    LockSupport.parkNanos(BEFORE.toNanos());
    var begun = System.nanoTime();
    change.run();
    var returned = System.nanoTime();
    LockSupport.parkNanos(AFTER.toNanos());
    var all = List.copyOf(samples);
    System.out.printf(
        "[edits] %s took %d ms; checks' p50/p99/max before: %s, around: %s us; decided after: %d%n",
        what,
        Duration.ofNanos(returned - begun).toMillis(),
        figures(all.stream().filter(sample -> sample.begun() < begun).toList()),
        figures(all.stream().filter(sample -> sample.begun() >= begun).toList()),
        all.stream().filter(sample -> sample.begun() > returned).count());
    assertThat(all).filteredOn(sample -> sample.begun() < begun).anyMatch(Sample::allowed);
    assertThat(all)
        .as("checks that began after the return of: " + what)
        .filteredOn(sample -> sample.begun() > returned)
        .hasSizeGreaterThan(CALLERS)
        .noneMatch(Sample::allowed);
  }

  private static String figures(List<Sample> some) {
    var sorted = some.stream().mapToLong(Sample::nanos).sorted().toArray();
    return sorted.length == 0
        ? "none"
        : "%d/%d/%d"
            .formatted(
                sorted[sorted.length / 2] / 1_000,
                sorted[sorted.length * 99 / 100] / 1_000,
                sorted[sorted.length - 1] / 1_000);
  }

  private boolean isAllowing() {
    samples.clear();
    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    var some = List.copyOf(samples);
    return some.size() > CALLERS && some.stream().allMatch(Sample::allowed);
  }

  private BudgetServiceBlockingStub first() {
    return services.getFirst().budgets(tenant);
  }

  private void limit(long nanos) {
    Budget now =
        first().getBudget(GetBudgetRequest.newBuilder().setBudgetId("money").build()).getBudget();
    var edited = now.toBuilder().clearLimits().addLimits(Budgets.nanos(nanos));
    var _ = first().updateBudget(UpdateBudgetRequest.newBuilder().setBudget(edited).build());
  }

  private void freeze() {
    var _ =
        first()
            .createFreeze(
                CreateFreezeRequest.newBuilder()
                    .setFreeze(Freeze.newBuilder().setFreezeId("stop").setNote("a leak"))
                    .build());
  }
}
