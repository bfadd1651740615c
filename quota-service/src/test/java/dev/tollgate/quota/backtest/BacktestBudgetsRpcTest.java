package dev.tollgate.quota.backtest;

import static dev.tollgate.quota.backtest.TestHistory.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Lists;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.budget.v1.BacktestBudget;
import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import dev.tollgate.proto.budget.v1.BacktestBudgetsResponse;
import dev.tollgate.proto.budget.v1.BacktestReport;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceImplBase;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.quota.Refusal;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.InProcess;
import dev.tollgate.time.FakeTime;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `BacktestBudgets` on the wire, over calls that the test made up: of team `search`, 1,000,000
/// nanos each.
class BacktestBudgetsRpcTest {
  private static final Instant NOW = Instant.parse("2026-03-20T00:00:00Z");
  private static final Instant START = NOW.minus(Duration.ofDays(10));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension final Conformance conformance = new Conformance();

  private final TestHistory history = new TestHistory();
  private final PriceBooks books = new PriceBooks();
  private Policy policy = Policy.EMPTY;
  private InProcess server;

  @BeforeEach
  void start() {
    books.add(TestBooks.book(1), "");
    var backtests =
        new BacktestBudgetsRpc(
            tenant -> policy,
            history,
            (tenant, budget, carved, since, until) -> Map.of(),
            books,
            new Tokens(new Secret("0123456789abcdef0123456789abcdef")),
            new FakeTime(NOW));
    server =
        InProcess.start(
            conformance,
            new BudgetServiceImplBase() {
              @Override
              public void backtestBudgets(
                  BacktestBudgetsRequest request,
                  StreamObserver<BacktestBudgetsResponse> observer) {
                backtests.run(
                    request, (ServerCallStreamObserver<BacktestBudgetsResponse>) observer);
              }
            });
    history.add(
        call("a", START.plusSeconds(1), "ada", 0, 100),
        call("b", START.plusSeconds(2), "ada", 0, 100),
        call("c", START.plusSeconds(3), "ben", 0, 100),
        call("d", START.plusSeconds(4), "ada", 0, 100));
  }

  @AfterEach
  void stop() {
    history.pages.release(10);
    server.close();
  }

  @Test
  void backtest_ofABudget_saysWhatItWouldHaveDenied() {
    var answers =
        Lists.newArrayList(reader(Map.of()).backtestBudgets(asking(cost("new", "0.002")).build()));

    assertThat(answers.getFirst().getProgress().getEventsTotal()).isEqualTo(4);
    var report = answers.getLast().getReport();
    assertThat(report.getEvents()).isEqualTo(4);
    assertThat(report.getDenied()).isEqualTo(2);
    assertThat(report.getSaved(0))
        .isEqualTo(Money.newBuilder().setCurrencyCode("USD").setAmount("0.002000000000").build());
    var budget = report.getBudgets(0);
    assertThat(budget.getBudgetId()).isEqualTo("new");
    assertThat(budget.getBudgetDisplayName()).isEqualTo("Budget new");
    assertThat(Timestamps.toString(budget.getFirstDenialTime())).isEqualTo("2026-03-10T00:00:03Z");
    assertThat(budget.getHitsList())
        .extracting(hit -> hit.getTeam() + "/" + hit.getUser() + ":" + hit.getDenied())
        .containsExactly("search/ada:1", "search/ben:1");
  }

  @Test
  void backtest_ofABudgetThatNeverDenies_namesNone() {
    var report = report(reader(Map.of()), asking(cost("new", "0.004")));

    assertThat(report.getEvents()).isEqualTo(4);
    assertThat(report.getDenied()).isZero();
    assertThat(report.getSavedCount()).isZero();
    assertThat(report.getBudgetsCount()).isZero();
  }

  @Test
  void backtest_besideTheTenantsOthers_replacesAndRemovesThem() {
    installed(
        TestBudget.of("strict", requests(1)),
        TestBudget.of("changed", requests(2)),
        TestBudget.of("shadow", requests(0)).enforcement(Enforcement.SHADOW));

    assertThat(ids(asking(cost("new", "9")))).containsExactly("strict");
    assertThat(ids(asking(cost("new", "9")).addRemovedBudgetIds("strict")))
        .containsExactly("changed");
    assertThat(ids(asking(cost("changed", "9")).addRemovedBudgetIds("strict"))).isEmpty();
  }

  @Test
  void backtest_withoutBudgets_isOnShadowOnesAlone() {
    installed(
        TestBudget.of("strict", requests(1)),
        TestBudget.of("shadow", requests(2)).enforcement(Enforcement.SHADOW));

    var report = report(reader(Map.of()), asking());

    assertThat(report.getBudgetsList())
        .extracting(BacktestBudget::getBudgetId)
        .containsExactly("shadow");
    assertThat(report.getDenied()).isEqualTo(2);
  }

  @Test
  void backtest_byACredentialThatPins_isOfItsOwnBudgetsAndCalls() {
    installed(
        TestBudget.of("all", requests(0)), TestBudget.of("adas", requests(2)).where("user", "ada"));
    var ada = reader(Map.of("user", "ada"));

    var report = report(ada, asking(cost("own", "9").putSelector("user", "ada")));

    assertThat(report.getEvents()).isEqualTo(3);
    assertThat(report.getBudgetsList())
        .extracting(BacktestBudget::getBudgetId)
        .containsExactly("adas");
    assertThat(Refusal.of(() -> report(ada, asking(cost("x", "9")))).reason())
        .isEqualTo("DIMENSION_FORBIDDEN");
    assertThat(
            Refusal.of(() ->
                    report(
                        ada,
                        asking(cost("own", "9").putSelector("user", "ada"))
                            .addRemovedBudgetIds("all")))
                .reason())
        .isEqualTo("BUDGET_UNKNOWN");
  }

  @Test
  void backtest_badInput_isAllNamed() {
    assertFields(
        asking(cost("A b", "9"), cost("b", "-1"), cost("c", "1"), cost("c", "1"))
            .addRemovedBudgetIds("b")
            .addRemovedBudgetIds("X"),
        "removed_budget_ids[0]",
        "removed_budget_ids[1]",
        "budgets[0].budget_id",
        "budgets[1].limits[0].cost.amount",
        "budgets[3].budget_id");
    assertFields(BacktestBudgetsRequest.newBuilder(), "start_time");
    assertFields(asking().setEndTime(time(START)), "start_time");
    assertFields(asking().setStartTime(time(NOW.minus(Duration.ofDays(93)))), "start_time");
    assertFields(asking().setStartTime(time(NOW.plusSeconds(1))), "start_time");
    assertFields(asking().setEndTime(Timestamps.MAX_VALUE), "end_time");
    assertFields(
        asking(cost("child", "1").setParentBudgetId("none")), "budgets[0].parent_budget_id");
    var many = asking();
    for (int i = 0; i < 1_001; i++) {
      many.addBudgets(cost("b" + i, "1"));
    }
    assertFields(many, "budgets (size)");
    assertThat(
            Refusal.of(() -> report(reader(Map.of()), asking().addRemovedBudgetIds("gone")))
                .reason())
        .isEqualTo("BUDGET_UNKNOWN");
  }

  /* Its first page alone is more than what may pass between two looks at the call. */
  @Test
  void backtest_cancelledWhileItReplays_readsNoFurther() {
    for (int i = 0; i < 60_000; i++) {
      history.add(call("more" + i, START.plusSeconds(5), "ada", 0, 1));
    }
    history.pages.drainPermits();
    var begun = begin();
    await(() -> history.asked.get() == 1);
    begun.cancel();
    assertThat(begun.report).failsWithin(PATIENCE);
    history.pages.release(10);

    assertThat(report(reader(Map.of()), asking(cost("new", "9"))).getEvents()).isEqualTo(60_004);
    assertThat(history.asked).hasValue(3);
  }

  @Test
  void backtest_aThirdAtATime_isRefusedUntilOneIsCancelled() {
    history.pages.drainPermits();
    var first = begin();
    var second = begin();
    await(() -> history.asked.get() == 2);

    var refusal = Refusal.of(() -> report(reader(Map.of()), asking(cost("new", "9"))));
    assertThat(refusal.reason()).isEqualTo("LIMIT_REACHED");
    assertThat(refusal.retryable()).isTrue();

    first.cancel();
    assertThat(first.report).failsWithin(PATIENCE);
    history.pages.release(3);
    assertThat(second.report).succeedsWithin(PATIENCE);
    await(() -> {
      try {
        return report(reader(Map.of()), asking(cost("new", "9"))).getEvents() == 4;
      } catch (StatusRuntimeException busy) {
        return false;
      }
    });
  }

  private Begun begin() {
    var begun = new Begun();
    BudgetServiceGrpc.newStub(server.channel(caller(Map.of())))
        .backtestBudgets(asking(cost("new", "9")).build(), begun);
    return begun;
  }

  /// A backtest under way.
  private static final class Begun
      implements ClientResponseObserver<BacktestBudgetsRequest, BacktestBudgetsResponse> {
    final CompletableFuture<BacktestReport> report = new CompletableFuture<>();
    private final CompletableFuture<ClientCallStreamObserver<BacktestBudgetsRequest>> call =
        new CompletableFuture<>();

    void cancel() {
      call.join().cancel("enough", null);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<BacktestBudgetsRequest> started) {
      call.complete(started);
    }

    @Override
    public void onNext(BacktestBudgetsResponse answer) {
      if (answer.hasReport()) {
        report.complete(answer.getReport());
      }
    }

    @Override
    public void onError(Throwable error) {
      report.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {}
  }

  private static void await(BooleanSupplier condition) {
    var until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within " + PATIENCE).isLessThan(until);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private void installed(TestBudget... budgets) {
    policy = new Policy(Stream.of(budgets).map(TestBudget::made).toList());
  }

  private static dev.tollgate.quota.budget.Limit requests(long most) {
    return dev.tollgate.quota.budget.Limit.requests(most);
  }

  private static Budget.Builder cost(String id, String dollars) {
    return Budget.newBuilder()
        .setBudgetId(id)
        .setDisplayName("Budget " + id)
        .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()))
        .addLimits(
            Limit.newBuilder()
                .setCost(Money.newBuilder().setCurrencyCode("USD").setAmount(dollars)));
  }

  private static BacktestBudgetsRequest.Builder asking(Budget.Builder... budgets) {
    var request = BacktestBudgetsRequest.newBuilder().setStartTime(time(START));
    for (var budget : budgets) {
      request.addBudgets(budget);
    }
    return request;
  }

  private static Timestamp time(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }

  private List<String> ids(BacktestBudgetsRequest.Builder request) {
    return report(reader(Map.of()), request).getBudgetsList().stream()
        .map(BacktestBudget::getBudgetId)
        .toList();
  }

  private static BacktestReport report(
      BudgetServiceBlockingStub stub, BacktestBudgetsRequest.Builder request) {
    return Lists.newArrayList(stub.backtestBudgets(request.build())).getLast().getReport();
  }

  private void assertFields(BacktestBudgetsRequest.Builder request, String... fields) {
    assertThat(Refusal.of(() -> report(reader(Map.of()), request)).fields())
        .containsExactlyInAnyOrder(fields);
  }

  private BudgetServiceBlockingStub reader(Map<String, String> pins) {
    return BudgetServiceGrpc.newBlockingStub(server.channel(caller(pins)));
  }

  private static Caller caller(Map<String, String> pins) {
    return new Caller("reader" + pins.size(), Set.of(Role.ROLE_READER), "acme", pins);
  }
}
