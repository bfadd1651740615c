package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.ApplySettlementsResponse;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.TestRedis;
import dev.tollgate.quota.recover.LedgerRow;
import dev.tollgate.quota.recover.TestLedger;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Two instances of the service, whose Redis comes back empty for a tenant.
@NullMarked
@ExtendWith(StoresExtension.class)
class LostStoreIT {
  private static final AtomicInteger TESTS = new AtomicInteger();

  private final String tenant;
  private final TestLedger ledger;
  private final TestRedis redis;
  private final TestPricing pricing = new TestPricing();
  private final TestQuota first;
  private final TestQuota second;

  LostStoreIT(Stores stores) {
    tenant = stores.tenant() + "-" + TESTS.incrementAndGet();
    ledger = new TestLedger(stores);
    redis = new TestRedis(stores.redisUrl(), stores.redisPassword());
    first = new TestQuota(stores, pricing);
    second = new TestQuota(stores, pricing);
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    pricing.close();
    redis.close();
    ledger.close();
  }

  @Test
  void store_comesBackEmptyUnderLoad_deniesUntilOldHoldsAreOverAndCountsTheLedger()
      throws Exception {
    create("money");
    var settled = check(first, "a").getAllowed().getReservationId();
    check(first, "b");
    ledger.insert(
        List.of(
            new LedgerRow(
                tenant,
                "log-1",
                5,
                Instant.now(),
                Dimensions.getDefaultInstance(),
                settled,
                false,
                "USD",
                new Spend(300_000, 100, 10))));
    var admitted = new ArrayList<Future<Boolean>>();
    try (var callers = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 20; i++) {
        var call = "c" + i;
        admitted.add(callers.submit(() -> tried(second, call)));
        if (i == 5) {
          redis.forget(tenant);
        }
      }
    }
    awaitSettled("money", "0.000300000000");
    for (var call : admitted.subList(8, 20)) {
      assertThat(call.get()).isFalse();
    }

    for (var service : List.of(first, second)) {
      var refusal = Refusal.of(() -> check(service, "later"));
      assertThat(refusal.reason()).isEqualTo("STORE_UNAVAILABLE");
      assertThat(refusal.retryable()).isTrue();
    }
    assertThat(standing("money").getHeld().getCost().getAmount()).isEqualTo("0.000000000000");
    var behind = apply(9, settled, 8);
    assertThat(behind.getAppliedPosition()).isEqualTo(5);
    assertThat(behind.getApplied()).isEqualTo(0);
    assertThat(apply(5, settled, 5).getSkipped()).isEqualTo(1);
    assertThat(standing("money").getSettled().getCost().getAmount()).isEqualTo("0.000300000000");
  }

  @Test
  void budget_madeInMidWindow_countsWhatTheLedgerHas() throws Exception {
    create("money");
    var token = check(first, "a").getAllowed().getReservationId();
    ledger.insert(
        List.of(
            new LedgerRow(
                tenant,
                "log-1",
                5,
                Instant.now(),
                Dimensions.getDefaultInstance(),
                token,
                false,
                "USD",
                new Spend(1_400_000, 100, 10))));
    assertThat(apply(5, token, 0).getApplied()).isEqualTo(1);

    create("second");

    assertThat(check(first, "b").getDenied().getBudgetId()).isEqualTo("second");
    awaitSettled("second", "0.001400000000");
  }

  private void create(String id) {
    var budget =
        Budget.newBuilder()
            .setBudgetId(id)
            .setDisplayName(id)
            .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()))
            .addLimits(
                Limit.newBuilder()
                    .setCost(Money.newBuilder().setCurrencyCode("USD").setAmount("0.0015")));
    first.budgets(tenant).createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build());
  }

  private ApplySettlementsResponse apply(long position, String token, long before) {
    return first
        .settlements(tenant)
        .applySettlements(
            ApplySettlementsRequest.newBuilder()
                .setLogId("log-1")
                .setAppliedBefore(before)
                .addSettlements(
                    Settlement.newBuilder()
                        .setPosition(position)
                        .setReservationId(token)
                        .setActual(
                            Actual.newBuilder()
                                .setCurrencyCode("USD")
                                .setCostNanos(300_000)
                                .setTokens(110)))
                .build());
  }

  private boolean tried(TestQuota service, String requestId) {
    try {
      return check(service, requestId).hasAllowed();
    } catch (StatusRuntimeException refused) {
      return false;
    }
  }

  private CheckQuotaResponse check(TestQuota service, String requestId) {
    return service
        .quota(tenant)
        .checkQuota(
            CheckQuotaRequest.newBuilder()
                .setRequestId(requestId)
                .setDimensions(Dimensions.newBuilder().setProvider("p").setModel("m"))
                .setInputTokens(100)
                .setMaxOutputTokens(50)
                .build());
  }

  private void awaitSettled(String id, String amount) {
    var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!standing(id).getSettled().getCost().getAmount().equals(amount)) {
      assertThat(System.nanoTime()).as("%s is not %s", standing(id), amount).isLessThan(until);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private Standing standing(String id) {
    return first
        .budgets(tenant)
        .getBudget(GetBudgetRequest.newBuilder().setBudgetId(id).build())
        .getStandings(0);
  }
}
