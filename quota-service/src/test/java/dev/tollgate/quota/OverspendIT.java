package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Three instances on one Redis, 64 threads, and a budget for exactly K of N calls: exactly K are
/// admitted, and what is settled and held never passes the limit, at any read.
@ExtendWith(StoresExtension.class)
class OverspendIT {
  private static final int INSTANCES = 3;
  private static final int THREADS = 64;
  private static final int INPUT = 100;
  private static final int OUTPUT = 50;
  /* See TestBooks: 100 tokens of input and 50 of output, in nanos. */
  private static final long CALL_NANOS = 700_000;

  private final Stores stores;

  OverspendIT(Stores stores) {
    this.stores = stores;
  }

  @Test
  void check_budgetForSomeOfTheCalls_admitsExactlyThose() throws Exception {
    run(
        UnaryOperator.identity(),
        scenario ->
            Seeds.check("overspend", 5, 200, (seed, random) -> scenario.play("a" + seed, random)));
  }

  @Test
  void check_thatReadsThenWrites_isCaught() throws Exception {
    run(
        ReadThenWriteHolds::new,
        scenario ->
            assertThatThrownBy(() ->
                    Seeds.check(
                        "overspend, not atomic",
                        10,
                        10,
                        (seed, random) -> scenario.play("b" + seed, random)))
                .isInstanceOf(AssertionError.class)
                .hasStackTraceContaining("overspent"));
  }

  private interface Body {
    void accept(Scenario scenario) throws Exception;
  }

  private void run(UnaryOperator<Holds> wrapping, Body body) throws Exception {
    var services = new ArrayList<TestQuota>();
    try (var pricing = new TestPricing();
        var threads = Executors.newFixedThreadPool(THREADS + 1)) {
      for (int i = 0; i < INSTANCES; i++) {
        services.add(new TestQuota(stores, pricing, wrapping));
      }
      body.accept(new Scenario(stores.tenant(), services, threads));
    } finally {
      services.forEach(TestQuota::close);
    }
  }

  /// One round of the race; fails where the promise is broken.
  private record Scenario(String tenantPrefix, List<TestQuota> services, ExecutorService threads) {
    void play(String name, RandomGenerator random) throws Exception {
      var tenant = tenantPrefix + "-" + name;
      var admitted = random.nextInt(1, 100);
      var calls = admitted + random.nextInt(1, 150);
      var limit = admitted * CALL_NANOS + random.nextLong(CALL_NANOS);
      createBudget(tenant, limit);

      var over = new AtomicBoolean();
      var reader = threads.submit(() -> readUntil(over, tenant, limit));
      var granted = new AtomicInteger();
      var next = new AtomicInteger();
      var start = new CyclicBarrier(THREADS);
      var done = new ArrayList<Future<?>>();
      for (int i = 0; i < THREADS; i++) {
        var own = new Random(random.nextLong());
        Callable<Boolean> spender =
            () -> {
              start.await();
              for (int call = next.getAndIncrement(); call < calls; call = next.getAndIncrement()) {
                if (spend(tenant, call, own)) {
                  granted.incrementAndGet();
                }
              }
              return true;
            };
        done.add(threads.submit(spender));
      }
      try {
        for (var each : done) {
          each.get();
        }
      } finally {
        over.set(true);
      }
      assertThat(reader.get()).as("reads of the budget").isPositive();

      assertThat(granted.get()).as("calls admitted, else overspent").isEqualTo(admitted);
      var standing = standing(tenant, 0);
      assertThat(spent(standing)).isEqualTo(admitted * CALL_NANOS);
    }

    /* Some calls are sent twice, to any instance; half of those admitted are settled at their hold. */
    private boolean spend(String tenant, int call, Random random) {
      var request =
          CheckQuotaRequest.newBuilder()
              .setRequestId("call-" + call)
              .setDimensions(Dimensions.newBuilder().setProvider("p").setModel("m"))
              .setInputTokens(INPUT)
              .setMaxOutputTokens(OUTPUT)
              .build();
      var response = any(random).quota(tenant).checkQuota(request);
      if (!response.hasAllowed()) {
        return false;
      }
      if (random.nextInt(4) == 0) {
        assertThat(withoutNotices(any(random).quota(tenant).checkQuota(request)))
            .isEqualTo(withoutNotices(response));
      }
      if (random.nextBoolean()) {
        any(random)
            .quota(tenant)
            .settle(
                SettleRequest.newBuilder()
                    .setReservationId(response.getAllowed().getReservationId())
                    .setUsage(
                        Usage.newBuilder().putBuckets("input", INPUT).putBuckets("output", OUTPUT))
                    .build());
      }
      return true;
    }

    /* A retry is not told them again. */
    private static CheckQuotaResponse withoutNotices(CheckQuotaResponse response) {
      var copy = response.toBuilder();
      copy.getAllowedBuilder().clearNotices();
      return copy.build();
    }

    private TestQuota any(Random random) {
      return services.get(random.nextInt(services.size()));
    }

    private int readUntil(AtomicBoolean over, String tenant, long limit) {
      var reads = 0;
      while (!over.get() || reads == 0) {
        var standing = standing(tenant, reads++ % services.size());
        assertThat(spent(standing)).as("settled and held, else overspent").isBetween(0L, limit);
        assertThat(nanos(standing.getSettled())).isNotNegative();
        assertThat(nanos(standing.getHeld())).isNotNegative();
      }
      return reads;
    }

    private void createBudget(String tenant, long limit) {
      var budget =
          Budget.newBuilder()
              .setBudgetId("money")
              .setDisplayName("Money")
              .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()))
              .addLimits(
                  Limit.newBuilder()
                      .setCost(
                          Money.newBuilder()
                              .setCurrencyCode("USD")
                              .setAmount(BigDecimal.valueOf(limit, 9).toPlainString())));
      services
          .getFirst()
          .budgets(tenant)
          .createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build());
      /* An instance that is asked for a budget that it does not know looks again. */
      for (int i = 0; i < services.size(); i++) {
        assertThat(spent(standing(tenant, i))).isZero();
      }
    }

    private Standing standing(String tenant, int instance) {
      return services
          .get(instance)
          .budgets(tenant)
          .getBudget(GetBudgetRequest.newBuilder().setBudgetId("money").build())
          .getStandings(0);
    }

    private static long spent(Standing standing) {
      return nanos(standing.getSettled()) + nanos(standing.getHeld());
    }

    private static long nanos(Limit amount) {
      return new BigDecimal(amount.getCost().getAmount()).movePointRight(9).longValueExact();
    }
  }
}
