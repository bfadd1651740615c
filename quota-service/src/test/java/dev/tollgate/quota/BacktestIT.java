package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Lists;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import dev.tollgate.proto.budget.v1.BacktestReport;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.Enforcement;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.SpendRate;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.ExplainQuotaRequest;
import dev.tollgate.proto.quota.v1.NoticeKind;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.recover.LedgerRow;
import dev.tollgate.quota.recover.TestLedger;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a whole quota-service makes of the past: backtests, and what is usual.
@ExtendWith(StoresExtension.class)
class BacktestIT {
  private static final AtomicInteger TENANTS = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long USD = 1_000_000_000;

  private static TestPricing pricing;
  private static TestQuota quota;
  private static TestLedger ledger;

  private final String tenant;
  private final List<LedgerRow> rows = new ArrayList<>();
  private int requests;

  BacktestIT(Stores stores) {
    tenant = stores.tenant() + "-" + TENANTS.incrementAndGet();
  }

  @BeforeAll
  static void start(Stores stores) {
    pricing = new TestPricing();
    ledger = new TestLedger(stores);
    quota = new TestQuota(stores, pricing);
  }

  @AfterAll
  static void stop() {
    quota.close();
    ledger.close();
    pricing.close();
  }

  @Test
  void shadowReport_onTheSameTraffic_saysWhatItsNoticesSaid() throws Exception {
    create(budget("shadow", cost("0.005")).setEnforcement(Enforcement.ENFORCEMENT_SHADOW));
    var start = TimeSource.SYSTEM.now().truncatedTo(ChronoUnit.MILLIS);
    var noticed = 0;
    for (int i = 0; i < 20; i++) {
      var answer = call("s", 50);
      assertThat(answer.hasAllowed()).isTrue();
      for (var notice : answer.getAllowed().getNoticesList()) {
        noticed += notice.getKind() == NoticeKind.NOTICE_KIND_WOULD_DENY ? 1 : 0;
      }
      row(start.plusMillis(i), "s", new Spend(700_000, 100, 50));
    }
    ledger.insert(rows);

    var report = report(BacktestBudgetsRequest.newBuilder().setStartTime(time(start)));

    assertThat(noticed).isEqualTo(13);
    assertThat(report.getEvents()).isEqualTo(20);
    assertThat(report.getDenied()).isEqualTo(noticed);
    assertThat(report.getSaved(0).getAmount()).isEqualTo("0.009100000000");
    assertThat(report.getBudgets(0).getBudgetId()).isEqualTo("shadow");
    assertThat(report.getBudgets(0).getFirstDenialTime()).isEqualTo(time(start.plusMillis(7)));
  }

  @Test
  void agentsLoop_withACapPerSession_isStoppedAndOthersAreNot() {
    create(budget("sessions", cost("0.002")).addGroupBy("session"));

    assertThat(admitted("loop", 50, 20)).isEqualTo(2);
    assertThat(admitted("other", 50, 1)).isEqualTo(1);
  }

  @Test
  void agentsLoop_withASpendRate_isStoppedAtTwiceTheUsualHour() throws Exception {
    /* A dollar in each hour of five weeks; a call is half a dollar, which is more than the floor. */
    var now = TimeSource.SYSTEM.now().truncatedTo(ChronoUnit.HOURS);
    for (int hours = 1; hours <= 5 * 7 * 24; hours++) {
      row(now.minus(Duration.ofHours(hours)), "s", new Spend(USD, 100, 100));
    }
    ledger.insert(rows);
    var hourly = Calendar.newBuilder().setUnit(CalendarUnit.CALENDAR_UNIT_HOUR);
    create(
        budget(
                "rate",
                Limit.newBuilder()
                    .setSpendRate(SpendRate.newBuilder().setPercent(200).setFloor(usd("0.1"))))
            .setWindow(Window.newBuilder().setCalendar(hourly)));
    var until = System.nanoTime() + PATIENCE.toNanos();
    while (!isLikelyAllowed()) {
      assertThat(System.nanoTime()).as("learned within " + PATIENCE).isLessThan(until);
      LockSupport.parkNanos(20_000_000);
    }

    /* Three are a dollar and a half. The hour may turn meanwhile. */
    assertThat(admitted("loop", 50_000, 20)).isBetween(3, 6);
    assertThat(check("loop", 1).hasAllowed()).isTrue();
  }

  @Test
  void backtest_whatTheLoopCost_isWhatASpendRateWouldHaveSaved() throws Exception {
    var start = Instant.parse("2026-03-02T00:00:00Z");
    for (int hours = 0; hours < 5 * 7 * 24; hours++) {
      row(start.plus(Duration.ofHours(hours)), "s", new Spend(USD, 100, 99_980));
    }
    var loop = start.plus(Duration.ofDays(30)).plus(Duration.ofMinutes(10));
    for (int i = 0; i < 40; i++) {
      row(loop.plusSeconds(i), "loop", new Spend(USD / 2, 100, 49_980));
    }
    ledger.insert(rows);
    var hourly = Calendar.newBuilder().setUnit(CalendarUnit.CALENDAR_UNIT_HOUR);

    var report =
        report(
            BacktestBudgetsRequest.newBuilder()
                .setStartTime(time(start.plus(Duration.ofDays(28))))
                .setEndTime(time(start.plus(Duration.ofDays(35))))
                .addBudgets(
                    budget(
                            "rate",
                            Limit.newBuilder()
                                .setSpendRate(
                                    SpendRate.newBuilder().setPercent(300).setFloor(usd("0.1"))))
                        .setWindow(Window.newBuilder().setCalendar(hourly))));

    /* A dollar was spent, three may be: four more calls. */
    assertThat(report.getDenied()).isEqualTo(36);
    assertThat(report.getSaved(0).getAmount()).isEqualTo("18.000000000000");
    assertThat(report.getBudgets(0).getFirstDenialTime()).isEqualTo(time(loop.plusSeconds(4)));
  }

  private int admitted(String session, long output, int calls) {
    var admitted = 0;
    for (int i = 0; i < calls; i++) {
      admitted += call(session, output).hasAllowed() ? 1 : 0;
    }
    return admitted;
  }

  /* Uses all that it asked for. */
  private CheckQuotaResponse call(String session, long output) {
    var answer = check(session, output);
    if (answer.hasAllowed()) {
      var used = Usage.newBuilder().putBuckets("input", 100).putBuckets("output", output);
      var _ =
          quota
              .quota(tenant)
              .settle(
                  SettleRequest.newBuilder()
                      .setReservationId(answer.getAllowed().getReservationId())
                      .setUsage(used)
                      .build());
    }
    return answer;
  }

  private CheckQuotaResponse check(String session, long output) {
    return quota.quota(tenant).checkQuota(ask(session, output).build());
  }

  private boolean isLikelyAllowed() {
    var request = ExplainQuotaRequest.newBuilder().setCheck(ask("s", 50_000)).build();
    return quota.quota(tenant).explainQuota(request).getDecision().hasAllowed();
  }

  private CheckQuotaRequest.Builder ask(String session, long output) {
    return CheckQuotaRequest.newBuilder()
        .setRequestId("r" + ++requests)
        .setDimensions(Dimensions.newBuilder().setProvider("p").setModel("m").setSession(session))
        .setInputTokens(100)
        .setMaxOutputTokens(output);
  }

  private void create(Budget.Builder budget) {
    var _ =
        quota
            .budgets(tenant)
            .createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build());
  }

  private static Budget.Builder budget(String id, Limit.Builder limit) {
    return Budget.newBuilder()
        .setBudgetId(id)
        .setDisplayName(id)
        .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()))
        .addLimits(limit);
  }

  private static Limit.Builder cost(String dollars) {
    return Limit.newBuilder().setCost(usd(dollars));
  }

  private static Money.Builder usd(String dollars) {
    return Money.newBuilder().setCurrencyCode("USD").setAmount(dollars);
  }

  private static Timestamp time(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }

  private BacktestReport report(BacktestBudgetsRequest.Builder request) {
    var answers = Lists.newArrayList(quota.budgets(tenant).backtestBudgets(request.build()));
    return answers.getLast().getReport();
  }

  private void row(Instant time, String session, Spend spend) {
    var dimensions = Dimensions.newBuilder().setProvider("p").setModel("m").setSession(session);
    rows.add(
        new LedgerRow(
            tenant, "log-a", rows.size() + 1L, time, dimensions.build(), "", false, "USD", spend));
  }
}
