package dev.tollgate.quota.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.quota.Refusal;
import dev.tollgate.quota.TestPricing;
import dev.tollgate.quota.TestQuota;
import dev.tollgate.quota.redis.LocalRedis;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What went wrong in other systems, at three instances on one Redis.
@ExtendWith(StoresExtension.class)
class OthersFailuresIT {
  private static final AtomicInteger TESTS = new AtomicInteger();
  /* 100 tokens of input and 50 of output, see TestBooks. */
  private static final long CALL_NANOS = 700_000;

  private final String tenant;
  private final Map<String, String> variables;
  private final TestPricing pricing = new TestPricing();
  private final LocalRedis redis = LocalRedis.start("--appendonly", "yes");
  private final List<TestQuota> services = new ArrayList<>();

  OthersFailuresIT(Stores stores) {
    tenant = stores.tenant() + "-" + TESTS.incrementAndGet();
    variables = new HashMap<>(TestQuota.variables(stores, pricing));
    variables.put("TOLLGATE_QUOTA_REDIS_URL", redis.url().toString());
    variables.remove("TOLLGATE_QUOTA_REDIS_PASSWORD");
    for (int i = 0; i < 3; i++) {
      services.add(new TestQuota(variables));
    }
  }

  @AfterEach
  void close() {
    services.forEach(TestQuota::close);
    redis.close();
    pricing.close();
  }

  /* litellm#35533, #28247: an instance of its own counts for itself, or anew. */
  @Test
  void calls_redisDownAtStart_admitNothingAndThenWhatFitsOnce() throws Exception {
    create(Budgets.lifetime("calls").addLimits(Limit.newBuilder().setRequests(10)));
    redis.kill();

    assertThatThrownBy(() -> new TestQuota(variables))
        .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE);
    for (int i = 0; i < 30; i++) {
      var call = i;
      var refusal = Refusal.of(() -> check(call % 3, "call-" + call));
      assertThat(refusal.reason()).isEqualTo("STORE_UNAVAILABLE");
      assertThat(refusal.retryable()).isTrue();
    }
    redis.restart();
    for (int i = 0; i < 3; i++) {
      awaitServing(i);
    }

    var admitted =
        atOnce(30, i -> check(i % 3, "call-" + i)).stream()
            .filter(CheckQuotaResponse::hasAllowed)
            .count();
    assertThat(admitted).isEqualTo(10);
  }

  /* litellm#27639: a hold that nobody ends stays for ever. */
  @Test
  void hold_callerKilledAfterIt_isChargedAndCreditedWhenItsUsageComesAfterAll() {
    create(Budgets.lifetime("money").addLimits(Budgets.nanos(2 * CALL_NANOS)));
    var left =
        services
            .get(0)
            .quota(tenant)
            .checkQuota(ask("left").setHoldDuration(Durations.fromSeconds(1)).build())
            .getAllowed();

    LocalRedis.eventually("the end of the hold", () -> held(1) == 0);

    assertThat(settled(1)).isEqualTo(CALL_NANOS);
    assertThat(check(1, "next").hasAllowed()).isTrue();
    assertThat(check(2, "third").hasDenied()).isTrue();
    settle(2, left.getReservationId(), 100, 0);
    assertThat(settled(0)).isEqualTo(200_000);
    assertThat(check(0, "third").hasDenied()).isTrue();
    assertThat(check(0, "small", 100, 30).hasAllowed()).isTrue();
  }

  /* litellm#30460, #30734: what is retried counts twice. */
  @Test
  void settle_retriedAtOtherInstances_countsOnce() throws Exception {
    create(Budgets.lifetime("money").addLimits(Budgets.nanos(10 * CALL_NANOS)));
    var token = check(0, "call").getAllowed().getReservationId();

    var answers = atOnce(12, i -> settle(i % 3, token, 100, 10));

    assertThat(answers).containsOnly("0.000300000000");
    assertThat(settled(2)).isEqualTo(300_000);
    assertThat(held(2)).isZero();
  }

  @Test
  void calls_of300kTokensAtOnce_passNoBudgetOf45Cents() throws Exception {
    create(Budgets.lifetime("money").addLimits(Budgets.nanos(450_000_000)));

    assertThat(atOnce(5, i -> check(i % 3, "dear-" + i, 300_000, 0)))
        .allMatch(CheckQuotaResponse::hasDenied);
    var clamped =
        atOnce(
                5,
                i ->
                    services
                        .get(i % 3)
                        .quota(tenant)
                        .checkQuota(
                            ask("clamped-" + i)
                                .setInputTokens(200_000)
                                .setMaxOutputTokens(100_000)
                                .setMinOutputTokens(1_000)
                                .build()))
            .stream()
            .filter(CheckQuotaResponse::hasAllowed)
            .toList();

    assertThat(clamped).hasSize(1);
    assertThat(clamped.getFirst().getAllowed().getMaxOutputTokens()).isEqualTo(5_000);
    assertThat(held(0)).isEqualTo(450_000_000);
  }

  /* A budget that worst cases pin lets traffic flow where callers take less output. */
  @Test
  void calls_besidePinnedBudget_areClampedAndFreeOnesAlwaysPass() {
    create(Budgets.lifetime("money").addLimits(Budgets.nanos(10 * CALL_NANOS)));
    var outputs = new ArrayList<Long>();
    for (int i = 0; i < 6; i++) {
      var answer =
          services
              .get(i % 3)
              .quota(tenant)
              .checkQuota(ask("c" + i).setMaxOutputTokens(600).setMinOutputTokens(10).build());
      if (answer.hasAllowed()) {
        outputs.add(answer.getAllowed().getMaxOutputTokens());
        settle(i % 3, answer.getAllowed().getReservationId(), 100, 10);
      }
    }
    assertThat(outputs).hasSize(6).startsWith(600L, 600L, 600L).anyMatch(output -> output < 600);

    assertThat(check(0, "dear", 3_500, 0).hasDenied()).isTrue();
    var free = ask("free").setDimensions(Dimensions.newBuilder().setProvider("p").setModel("free"));
    assertThat(services.get(1).quota(tenant).checkQuota(free.build()).hasAllowed()).isTrue();
  }

  private void create(Budget.Builder budget) {
    var _ = Budgets.create(services.getFirst().budgets(tenant), budget);
    for (var service : services) {
      var _ = Budgets.standing(service.budgets(tenant), budget.getBudgetId());
    }
  }

  private void awaitServing(int instance) {
    LocalRedis.eventually(
        "an answer of " + instance,
        () -> {
          try {
            var _ = Budgets.standing(services.get(instance).budgets(tenant), "calls");
            return true;
          } catch (StatusRuntimeException away) {
            return false;
          }
        });
  }

  private static CheckQuotaRequest.Builder ask(String requestId) {
    return CheckQuotaRequest.newBuilder()
        .setRequestId(requestId)
        .setDimensions(Dimensions.newBuilder().setProvider("p").setModel("m"))
        .setInputTokens(100)
        .setMaxOutputTokens(50);
  }

  private CheckQuotaResponse check(int instance, String requestId) {
    return check(instance, requestId, 100, 50);
  }

  private CheckQuotaResponse check(int instance, String requestId, long input, long output) {
    var request = ask(requestId).setInputTokens(input).setMaxOutputTokens(output).build();
    return services.get(instance).quota(tenant).checkQuota(request);
  }

  private String settle(int instance, String token, long input, long output) {
    var request =
        SettleRequest.newBuilder()
            .setReservationId(token)
            .setUsage(Usage.newBuilder().putBuckets("input", input).putBuckets("output", output))
            .build();
    return services.get(instance).quota(tenant).settle(request).getSettledCost().getAmount();
  }

  private long held(int instance) {
    return Budgets.nanos(
        Budgets.standing(services.get(instance).budgets(tenant), "money").getHeld());
  }

  private long settled(int instance) {
    return Budgets.nanos(
        Budgets.standing(services.get(instance).budgets(tenant), "money").getSettled());
  }

  private interface Numbered<T> {
    T call(int number);
  }

  private static <T> List<T> atOnce(int count, Numbered<T> call) throws Exception {
    try (var threads = Executors.newFixedThreadPool(count)) {
      var calls = IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> call.call(i)).toList();
      var answers = new ArrayList<T>();
      for (var answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    }
  }
}
