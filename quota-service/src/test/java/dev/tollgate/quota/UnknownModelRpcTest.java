package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceBlockingStub;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.CheckRules.NoBudget;
import dev.tollgate.quota.budget.CheckRules.UnknownModel;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Window;
import dev.tollgate.quota.check.CheckQuotaRpc;
import dev.tollgate.quota.check.Checks;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.Lives;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.PriceBooks;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.quota.settle.ApplySettlementsRpc;
import dev.tollgate.quota.settle.SettleRpc;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.InProcess;
import dev.tollgate.time.FakeTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Check, settle and apply on the wire for model `nope`, which no book prices. Held at the dearest
/// of its provider, a token of input costs 2,000 nanos, one of output 10,000.
class UnknownModelRpcTest {
  private static final Counter MONEY =
      new Counter("money", CounterUnit.COST_NANOS, Counter.NO_GROUP, 0, 0);

  @RegisterExtension final Conformance conformance = new Conformance();

  private final FakeTime time = new FakeTime(Instant.parse("2026-08-31T23:59:00Z"));
  private final InMemoryHolds holds = new InMemoryHolds(time);
  private final PriceBooks books = new PriceBooks();
  private final List<Budget> budgets =
      List.of(
          new Budget(
              "money",
              "Money",
              new TreeMap<>(),
              List.of(),
              new Window.Lifetime(),
              List.of(Limit.cost("USD", 1_000_000_000)),
              Instant.EPOCH));
  private CheckRules rules = CheckRules.DEFAULT;
  private InProcess server;

  @BeforeEach
  void start() {
    books.add(TestBooks.book(1), "");
    var meters = new SimpleMeterRegistry();
    var tokens = new Tokens(new Secret("0123456789abcdef0123456789abcdef"));
    var lives = new Lives(holds.heads(), new Random(1));
    var checks = new Checks(this::policy, books, holds, lives, tokens);
    server =
        InProcess.start(
            conformance,
            new QuotaRpc(
                new CheckQuotaRpc(checks, tokens, meters),
                new SettleRpc(holds, lives, books, tokens, meters)),
            new ApplySettlementsRpc(holds, holds.heads(), lives, tokens, meters));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void checkQuota_unknownModel_isRefusedUntilTheRulesHoldTheCeiling() {
    assertThat(Refusal.of(() -> check(ask("r", "nope"))).reason()).isEqualTo("MODEL_UNKNOWN");
    assertThat(money()).isEqualTo(new Stand(0, 0));

    holdCeiling();
    var allowed = check(ask("r", "nope")).getAllowed();

    assertThat(allowed.getUnknownModel()).isTrue();
    assertThat(allowed.getHeldCost().getAmount()).isEqualTo("0.000700000000");
    assertThat(money()).isEqualTo(new Stand(700_000, 700_000));
    assertThat(check(ask("r", "nope")).getAllowed()).isEqualTo(allowed);
    assertThat(check(ask("r2", "m")).getAllowed().getUnknownModel()).isFalse();
  }

  @Test
  void settle_unknownModel_chargesTheCeilingOfItsTokens() {
    var reservation = reservation("r");

    assertThat(settle(reservation, Map.of("input", 50L, "output", 10L)))
        .isEqualTo("0.000200000000");
    assertThat(money()).isEqualTo(new Stand(200_000, 0));
  }

  @Test
  void settle_unknownModelWithinItsBounds_neverChargesMoreThanWasHeld() {
    Seeds.check(
        "unknown model",
        20,
        200,
        (seed, random) -> {
          var before = money().encumbered();
          var reservation = reservation("r" + seed);
          var cached = random.nextLong(101);
          var fresh = random.nextLong(101 - cached);
          var reasoning = random.nextLong(51);
          var text = random.nextLong(51 - reasoning);

          settle(
              reservation,
              Map.of("cache_read", cached, "input", fresh, "reasoning", reasoning, "output", text));

          var charged = money().encumbered() - before;
          assertThat(charged).isEqualTo(2_000 * (cached + fresh) + 10_000 * (reasoning + text));
          assertThat(charged).isLessThanOrEqualTo(700_000);
        });
  }

  @Test
  void settle_unknownModelWithoutOutput_isNotChargedAModelThatCouldNotHaveBeenAsked() {
    books.add(TestBooks.bookWithInputOnly(2, "embed", 50), "");

    assertThat(settle(reservation("r"), Map.of("input", 100L))).isEqualTo("0.000700000000");
  }

  @Test
  void settle_unknownModelWithMoreTokensThanHeld_chargesThemAll() {
    var reservation = reservation("r");

    assertThat(settle(reservation, Map.of("input", 100L, "output", 1_000L)))
        .isEqualTo("0.010200000000");
    assertThat(money()).isEqualTo(new Stand(10_200_000, 0));
  }

  @Test
  void settle_unknownModelWithMoreThanTokens_chargesNoLessThanWasHeld() {
    settle(reservation("r"), Map.of("input", 1L, "request", 1L, "web_search", 1L));

    assertThat(money()).isEqualTo(new Stand(700_000, 0));
  }

  @Test
  void settle_unknownModelWithOneRequest_isStillBoundedByItsTokens() {
    settle(reservation("r"), Map.of("input", 1L, "request", 1L));

    assertThat(money()).isEqualTo(new Stand(2_000, 0));
  }

  @Test
  void settle_unknownModelThatGotAPrice_isChargedAsItWasHeld() {
    var reservation = reservation("r");
    books.add(TestBooks.bookWith(2, "nope", 1, 1), "");

    settle(reservation, Map.of("input", 50L, "output", 10L));

    assertThat(money()).isEqualTo(new Stand(200_000, 0));
  }

  @Test
  void applySettlements_unpricedUnknownModel_keepsTheCeilingAsSpent() {
    var reservation = reservation("r");

    apply(reservation, Actual.newBuilder().setUnpriced(true).setTokens(60));

    assertThat(money()).isEqualTo(new Stand(700_000, 0));
    assertThat(settle(reservation, Map.of("input", 1L))).isEqualTo("0.000700000000");
  }

  @Test
  void applySettlements_unpricedAfterASettle_keepsWhatWasSettled() {
    var reservation = reservation("r");
    settle(reservation, Map.of("input", 50L, "output", 10L));

    apply(reservation, Actual.newBuilder().setUnpriced(true).setTokens(60));

    assertThat(money()).isEqualTo(new Stand(200_000, 0));
  }

  @Test
  void applySettlements_unknownModelThatGotAPrice_isChargedWhatTheLedgerSays() {
    var reservation = reservation("r");

    apply(
        reservation, Actual.newBuilder().setCurrencyCode("USD").setCostNanos(60_000).setTokens(60));

    assertThat(money()).isEqualTo(new Stand(60_000, 0));
  }

  private void holdCeiling() {
    rules = new CheckRules(UnknownModel.HOLD_CEILING, NoBudget.ALLOW, 1, Instant.EPOCH);
  }

  private String reservation(String requestId) {
    holdCeiling();
    return check(ask(requestId, "nope")).getAllowed().getReservationId();
  }

  private CheckQuotaResponse check(CheckQuotaRequest ask) {
    return quota().checkQuota(ask);
  }

  private static CheckQuotaRequest ask(String requestId, String model) {
    return CheckQuotaRequest.newBuilder()
        .setRequestId(requestId)
        .setDimensions(Dimensions.newBuilder().setProvider("p").setModel(model))
        .setInputTokens(100)
        .setMaxOutputTokens(50)
        .build();
  }

  /* What the settlement cost. */
  private String settle(String reservation, Map<String, Long> buckets) {
    return quota()
        .settle(
            SettleRequest.newBuilder()
                .setReservationId(reservation)
                .setUsage(Usage.newBuilder().putAllBuckets(buckets))
                .build())
        .getSettledCost()
        .getAmount();
  }

  private QuotaServiceBlockingStub quota() {
    return QuotaServiceGrpc.newBlockingStub(
        server.channel(new Caller("caller", Set.of(Role.ROLE_CALLER), "acme", Map.of())));
  }

  private void apply(String reservation, Actual.Builder actual) {
    var applied =
        SettlementServiceGrpc.newBlockingStub(
                server.channel(new Caller("ingest", Set.of(Role.ROLE_SERVICE), "acme", Map.of())))
            .applySettlements(
                ApplySettlementsRequest.newBuilder()
                    .setLogId("log-1")
                    .addSettlements(
                        Settlement.newBuilder()
                            .setPosition(1)
                            .setReservationId(reservation)
                            .setActual(actual))
                    .build());
    assertThat(applied.getApplied()).isEqualTo(1);
  }

  private Stand money() {
    return holds.stand("acme", List.of(MONEY)).join().getFirst();
  }

  private Policy policy(String tenant) {
    return new Policy(0, budgets, List.of(), rules, Map.of());
  }
}
