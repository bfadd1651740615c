package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CheckRules;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.proto.budget.v1.UnknownModel;
import dev.tollgate.proto.budget.v1.UpdateBudgetRequest;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesRequest;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The whole service on real stores, over real gRPC. A budget of 0.001 USD, of which a call takes
/// 0.0007.
@ExtendWith(StoresExtension.class)
class QuotaServiceIT {
  private static final AtomicInteger TESTS = new AtomicInteger();

  private static TestPricing pricing;
  private static TestQuota first;
  private static TestQuota second;

  private final String tenant;

  QuotaServiceIT(Stores stores) {
    tenant = stores.tenant() + "-" + TESTS.incrementAndGet();
  }

  @BeforeAll
  static void start(Stores stores) {
    pricing = new TestPricing();
    first = new TestQuota(stores, pricing);
    second = new TestQuota(stores, pricing);
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
    pricing.close();
  }

  @BeforeEach
  void createBudget() {
    var budget =
        Budget.newBuilder()
            .setBudgetId("money")
            .setDisplayName("Money")
            .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()))
            .addLimits(
                Limit.newBuilder()
                    .setCost(Money.newBuilder().setCurrencyCode("USD").setAmount("0.001")));
    first.budgets(tenant).createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build());
    assertThat(standing(second).getHeld().getCost().getAmount()).isEqualTo("0.000000000000");
  }

  @Test
  void holdOnOneInstance_settledOnTheOther_freesTheRest() {
    var reservation = check(first, "a", 60).getAllowed().getReservationId();
    assertThat(check(second, "b", 60).hasDenied()).isTrue();

    second
        .quota(tenant)
        .settle(
            SettleRequest.newBuilder()
                .setReservationId(reservation)
                .setUsage(Usage.newBuilder().putBuckets("input", 100))
                .build());

    assertThat(standing(first).getSettled().getCost().getAmount()).isEqualTo("0.000200000000");
    assertThat(standing(first).getHeld().getCost().getAmount()).isEqualTo("0.000000000000");
    assertThat(check(second, "b", 60).hasAllowed()).isTrue();
  }

  @Test
  void holdPastItsExpiry_isChargedAndThenCorrectedByTheLedger() throws InterruptedException {
    var reservation = check(first, "a", 1).getAllowed().getReservationId();
    assertThat(standing(first).getHeld().getCost().getAmount()).isEqualTo("0.000700000000");
    for (int i = 0; standing(first).getHeld().getCost().getAmount().contains("7"); i++) {
      assertThat(i).as("polls of 20 ms").isLessThan(500);
      Thread.sleep(20);
    }
    assertThat(standing(first).getSettled().getCost().getAmount()).isEqualTo("0.000700000000");

    var applied =
        second
            .settlements(tenant)
            .applySettlements(
                ApplySettlementsRequest.newBuilder()
                    .setLogId("shard-1")
                    .addSettlements(
                        Settlement.newBuilder()
                            .setPosition(7)
                            .setReservationId(reservation)
                            .setActual(
                                Actual.newBuilder()
                                    .setCurrencyCode("USD")
                                    .setCostNanos(1_234_567)
                                    .setTokens(10)))
                    .build());

    assertThat(applied.getApplied()).isEqualTo(1);
    assertThat(applied.getAppliedPosition()).isEqualTo(7);
    var standing = standing(first);
    assertThat(standing.getSettled().getCost().getAmount()).isEqualTo("0.001234567000");
    assertThat(standing.getDebt().getCost().getAmount()).isEqualTo("0.000234567000");
  }

  @Test
  void budgetEditedOnOneInstance_bindsOnTheOtherAtOnce() {
    assertThat(check(second, "a", 60).hasAllowed()).isTrue();
    assertThat(check(second, "b", 60).hasDenied()).isTrue();
    var known =
        first
            .budgets(tenant)
            .getBudget(GetBudgetRequest.newBuilder().setBudgetId("money").build())
            .getBudget();
    var raised =
        known.toBuilder()
            .setLimits(
                0,
                Limit.newBuilder()
                    .setCost(Money.newBuilder().setCurrencyCode("USD").setAmount("0.002")));

    first.budgets(tenant).updateBudget(UpdateBudgetRequest.newBuilder().setBudget(raised).build());

    assertThat(check(second, "c", 60).hasAllowed()).isTrue();
    var kept = standing(second).getHeld().getCost().getAmount();
    assertThat(kept).isEqualTo("0.001400000000");
  }

  @Test
  void unknownModel_rulesWrittenOnOneInstance_isHeldOnTheOtherAndNeverSettledAtZero()
      throws InterruptedException {
    assertThat(Refusal.of(() -> check(second, "a", "nope", 60)).reason())
        .isEqualTo("MODEL_UNKNOWN");
    first
        .budgets(tenant)
        .updateCheckRules(
            UpdateCheckRulesRequest.newBuilder()
                .setCheckRules(
                    CheckRules.newBuilder()
                        .setUnknownModel(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING))
                .build());
    for (int i = 0; isRefused(second); i++) {
      assertThat(i).as("polls of 20 ms").isLessThan(150);
      Thread.sleep(20);
    }
    var allowed = check(second, "a", "nope", 60).getAllowed();
    assertThat(allowed.getUnknownModel()).isTrue();
    assertThat(check(first, "a", "nope", 60).getAllowed()).isEqualTo(allowed);
    assertThat(check(first, "b", "nope", 60).hasDenied()).isTrue();
    assertThat(standing(first).getHeld().getCost().getAmount()).isEqualTo("0.000700000000");

    first
        .quota(tenant)
        .settle(
            SettleRequest.newBuilder()
                .setReservationId(allowed.getReservationId())
                .setUsage(Usage.newBuilder().putBuckets("input", 100))
                .build());
    var next = check(second, "b", "nope", 60).getAllowed().getReservationId();
    second
        .settlements(tenant)
        .applySettlements(
            ApplySettlementsRequest.newBuilder()
                .setLogId("shard-1")
                .addSettlements(
                    Settlement.newBuilder()
                        .setPosition(1)
                        .setReservationId(next)
                        .setActual(Actual.newBuilder().setUnpriced(true).setTokens(3)))
                .build());

    assertThat(standing(first).getSettled().getCost().getAmount()).isEqualTo("0.000900000000");
    assertThat(standing(first).getHeld().getCost().getAmount()).isEqualTo("0.000000000000");
  }

  private boolean isRefused(TestQuota service) {
    try {
      return check(service, "a", "nope", 60).hasDenied();
    } catch (StatusRuntimeException refused) {
      return true;
    }
  }

  private CheckQuotaResponse check(TestQuota service, String requestId, int holdSeconds) {
    return check(service, requestId, "m", holdSeconds);
  }

  private CheckQuotaResponse check(
      TestQuota service, String requestId, String model, int holdSeconds) {
    return service
        .quota(tenant)
        .checkQuota(
            CheckQuotaRequest.newBuilder()
                .setRequestId(requestId)
                .setDimensions(Dimensions.newBuilder().setProvider("p").setModel(model))
                .setInputTokens(100)
                .setMaxOutputTokens(50)
                .setHoldDuration(Duration.newBuilder().setSeconds(holdSeconds))
                .build());
  }

  private Standing standing(TestQuota service) {
    return service
        .budgets(tenant)
        .getBudget(GetBudgetRequest.newBuilder().setBudgetId("money").build())
        .getStandings(0);
  }
}
