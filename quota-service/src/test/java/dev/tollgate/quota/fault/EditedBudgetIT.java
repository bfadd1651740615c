package dev.tollgate.quota.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.UpdateBudgetRequest;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.quota.TestPricing;
import dev.tollgate.quota.TestQuota;
import dev.tollgate.quota.recover.TestLedger;
import dev.tollgate.quota.redis.LocalRedis;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Budgets edited in the middle of their window, compared with what callers and the ledger have.
@ExtendWith(StoresExtension.class)
class EditedBudgetIT {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final long PLENTY = 1_000_000_000_000L;
  private static final Duration LOAD = Duration.ofSeconds(2);

  /// An edit after which the budget counts anew.
  ///
  /// @param user whose calls it counts then; empty for all
  record Edit(String name, String user, UnaryOperator<Budget.Builder> change) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final String tenant;
  private final TestLedger ledger;
  private final TestPricing pricing = new TestPricing();
  private final List<TestQuota> services = new ArrayList<>();

  EditedBudgetIT(Stores stores) {
    tenant = stores.tenant() + "-" + TESTS.incrementAndGet();
    ledger = new TestLedger(stores);
    services.add(new TestQuota(stores, pricing));
    services.add(new TestQuota(stores, pricing));
  }

  @AfterEach
  void close() {
    services.forEach(TestQuota::close);
    pricing.close();
    ledger.close();
  }

  static Stream<Edit> edits() {
    /* Far from anybody's midnight, so that the day before is not the answer. */
    var hour = Instant.now().atZone(ZoneOffset.UTC).getHour();
    var zone = hour < 12 ? "Etc/GMT-6" : "Etc/GMT+6";
    var day = Instant.now().atZone(ZoneOffset.UTC).getDayOfMonth() > 15 ? 10 : 20;
    return Stream.of(
        new Edit(
            "zone",
            "",
            budget ->
                budget.setWindow(
                    window(
                        Calendar.newBuilder()
                            .setUnit(CalendarUnit.CALENDAR_UNIT_DAY)
                            .setTimeZone(zone)))),
        new Edit(
            "anchor",
            "",
            budget ->
                budget.setWindow(
                    window(
                        Calendar.newBuilder()
                            .setUnit(CalendarUnit.CALENDAR_UNIT_MONTH)
                            .setAnchorDay(day)))),
        new Edit("selector", "user-1", budget -> budget.putSelector("user", "user-1")));
  }

  private static Window.Builder window(Calendar.Builder calendar) {
    return Window.newBuilder().setCalendar(calendar);
  }

  @ParameterizedTest
  @MethodSource("edits")
  void edit_whileNothingIsInFlight_countsWhatTheLedgerHas(Edit edit) throws Exception {
    create();
    try (var feed = feed()) {
      var load = load(feed, 1);
      LockSupport.parkNanos(LOAD.toNanos());
      load.stop();
      awaitQuiet(feed);
      update(edit.change());

      var reported =
          sum(load.book().stream().filter(call -> call.reported && counts(call, edit)).toList());
      assertThat(reported).isPositive();
      assertThat(settled()).isEqualTo(reported);
    }
  }

  /* Whatever comes to the ledger counts, whenever it was checked and stored. What never comes there
  counts where it was checked: on the old counter, or on the new one. */
  @ParameterizedTest
  @MethodSource("edits")
  void edit_underLoad_forgetsNothingThatComesToTheLedger(Edit edit) throws Exception {
    create();
    try (var feed = feed()) {
      var load = load(feed, 2);
      LockSupport.parkNanos(LOAD.toNanos());
      var before = System.nanoTime();
      var stored = load.book().stream().filter(call -> call.reported).toList();
      update(edit.change());
      var after = System.nanoTime();
      LockSupport.parkNanos(LOAD.toNanos());
      load.stop();
      awaitQuiet(feed);

      var counting = load.book().stream().filter(call -> counts(call, edit)).toList();
      var late =
          counting.stream()
              .filter(call -> call.reported && call.begun < before && !stored.contains(call))
              .toList();
      var surely = counting.stream().filter(call -> call.reported || call.begun > after).toList();
      var perhaps =
          counting.stream()
              .filter(call -> !call.reported && call.begun >= before && call.begun <= after)
              .toList();
      System.out.printf(
          "[edited] %s under load, in %d ms: %,d nanos count, of which %,d were checked before it"
              + " and came to the ledger after; %,d more may%n",
          edit, Duration.ofNanos(after - before).toMillis(), settled(), sum(late), sum(perhaps));
      assertThat(late).isNotEmpty();
      assertThat(settled()).isBetween(sum(surely), sum(surely) + sum(perhaps));
    }
  }

  @Test
  void limits_editedUnderLoad_forgetNothing() throws Exception {
    create();
    try (var feed = feed()) {
      var load = load(feed, 3);
      for (int i = 1; i <= 10; i++) {
        LockSupport.parkNanos(LOAD.toNanos() / 10);
        var limit = Budgets.nanos(PLENTY / i);
        update(budget -> budget.clearLimits().addLimits(limit));
      }
      load.stop();
      awaitQuiet(feed);

      assertThat(settled()).isEqualTo(sum(load.book()));
    }
  }

  private void create() {
    var _ =
        Budgets.create(
            admin(),
            Budgets.lifetime("money")
                .setWindow(window(Calendar.newBuilder().setUnit(CalendarUnit.CALENDAR_UNIT_MONTH)))
                .addLimits(Budgets.nanos(PLENTY)));
  }

  private BudgetServiceBlockingStub admin() {
    return services.getFirst().budgets(tenant);
  }

  private void update(UnaryOperator<Budget.Builder> change) {
    var now =
        admin().getBudget(GetBudgetRequest.newBuilder().setBudgetId("money").build()).getBudget();
    var _ =
        admin()
            .updateBudget(
                UpdateBudgetRequest.newBuilder().setBudget(change.apply(now.toBuilder())).build());
  }

  private List<Instance> instances() {
    return services.stream().<Instance>map(Instance.Here::new).toList();
  }

  private LedgerFeed feed() {
    return new LedgerFeed(ledger, instances(), 1);
  }

  private Load load(LedgerFeed feed, long seed) {
    return new Load(instances(), feed, List.of(tenant), seed);
  }

  private void awaitQuiet(LedgerFeed feed) {
    LocalRedis.eventually("the ledger to be applied", feed::isDone);
    LocalRedis.eventually("the end of all holds", () -> held() == 0);
  }

  private long held() {
    return Budgets.nanos(Budgets.standing(admin(), "money").getHeld());
  }

  private long settled() {
    return Budgets.nanos(Budgets.standing(admin(), "money").getSettled());
  }

  private static boolean counts(Call call, Edit edit) {
    return edit.user().isEmpty() || edit.user().equals(call.user);
  }

  /* Nothing was lost, so every end was answered. */
  private static long spent(Call call) {
    if (!call.isGranted() || call.end == Call.End.RELEASED) {
      return 0;
    }
    return call.reported || call.end == Call.End.SETTLED
        ? call.used.costNanos()
        : call.held.costNanos();
  }

  private static long sum(List<Call> calls) {
    return calls.stream().mapToLong(EditedBudgetIT::spent).sum();
  }
}
