package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.CheckRules.NoBudget;
import dev.tollgate.quota.budget.CheckRules.UnknownModel;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.seed.Seeds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Check, settle and apply on the wire for model `nope`, which no book prices. Held at the dearest
/// of its provider, a token of input costs 2,000 nanos, one of output 10,000.
class UnknownModelRpcTest extends QuotaRpcCase {
  @BeforeEach
  void setBudget() {
    set(CheckRules.DEFAULT);
  }

  @Test
  void checkQuota_unknownModel_isRefusedUntilTheRulesHoldTheCeiling() {
    assertThat(Refusal.of(() -> check(of("r", "nope"))).reason()).isEqualTo("MODEL_UNKNOWN");
    assertThat(money()).isEqualTo(new Stand(0, 0));

    holdCeiling();
    var allowed = check(of("r", "nope")).getAllowed();

    assertThat(allowed.getUnknownModel()).isTrue();
    assertThat(allowed.getHeldCost().getAmount()).isEqualTo("0.000700000000");
    assertThat(money()).isEqualTo(new Stand(700_000, 700_000));
    assertThat(check(of("r", "nope")).getAllowed()).isEqualTo(allowed);
    assertThat(check(of("r2", "m")).getAllowed().getUnknownModel()).isFalse();
  }

  @Test
  void settle_unknownModel_chargesTheCeilingOfItsTokens() {
    var reservation = unknown("r");

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
          var reservation = unknown("r" + seed);
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

    assertThat(settle(unknown("r"), Map.of("input", 100L))).isEqualTo("0.000700000000");
  }

  @Test
  void settle_unknownModelWithMoreTokensThanHeld_chargesThemAll() {
    var reservation = unknown("r");

    assertThat(settle(reservation, Map.of("input", 100L, "output", 1_000L)))
        .isEqualTo("0.010200000000");
    assertThat(money()).isEqualTo(new Stand(10_200_000, 0));
  }

  @Test
  void settle_unknownModelWithMoreThanTokens_chargesNoLessThanWasHeld() {
    settle(unknown("r"), Map.of("input", 1L, "request", 1L, "web_search", 1L));

    assertThat(money()).isEqualTo(new Stand(700_000, 0));
  }

  @Test
  void settle_unknownModelWithOneRequest_isStillBoundedByItsTokens() {
    settle(unknown("r"), Map.of("input", 1L, "request", 1L));

    assertThat(money()).isEqualTo(new Stand(2_000, 0));
  }

  @Test
  void settle_unknownModelThatGotAPrice_isChargedAsItWasHeld() {
    var reservation = unknown("r");
    books.add(TestBooks.bookWith(2, "nope", 1, 1), "");

    settle(reservation, Map.of("input", 50L, "output", 10L));

    assertThat(money()).isEqualTo(new Stand(200_000, 0));
  }

  @Test
  void applySettlements_unpricedUnknownModel_keepsTheCeilingAsSpent() {
    var reservation = unknown("r");

    apply(reservation, Actual.newBuilder().setUnpriced(true).setTokens(60));

    assertThat(money()).isEqualTo(new Stand(700_000, 0));
    assertThat(settle(reservation, Map.of("input", 1L))).isEqualTo("0.000700000000");
  }

  @Test
  void applySettlements_unpricedAfterASettle_keepsWhatWasSettled() {
    var reservation = unknown("r");
    settle(reservation, Map.of("input", 50L, "output", 10L));

    apply(reservation, Actual.newBuilder().setUnpriced(true).setTokens(60));

    assertThat(money()).isEqualTo(new Stand(200_000, 0));
  }

  @Test
  void applySettlements_unknownModelThatGotAPrice_isChargedWhatTheLedgerSays() {
    var reservation = unknown("r");

    apply(
        reservation, Actual.newBuilder().setCurrencyCode("USD").setCostNanos(60_000).setTokens(60));

    assertThat(money()).isEqualTo(new Stand(60_000, 0));
  }

  private void holdCeiling() {
    set(new CheckRules(UnknownModel.HOLD_CEILING, NoBudget.ALLOW, 1, Instant.EPOCH));
  }

  private String unknown(String requestId) {
    holdCeiling();
    return check(of(requestId, "nope")).getAllowed().getReservationId();
  }

  private static CheckQuotaRequest.Builder of(String requestId, String model) {
    return CheckQuotaRequest.newBuilder()
        .setRequestId(requestId)
        .setDimensions(Dimensions.newBuilder().setProvider("p").setModel(model))
        .setInputTokens(100)
        .setMaxOutputTokens(50);
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

  private void apply(String reservation, Actual.Builder actual) {
    var applied =
        SettlementServiceGrpc.newBlockingStub(
                server().channel(new Caller("ingest", Set.of(Role.ROLE_SERVICE), "acme", Map.of())))
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

  private void set(CheckRules rules) {
    var budget = budget(Map.of(), Limit.cost("USD", 1_000_000_000), new Window.Lifetime());
    policy = new Policy(0, List.of(budget), List.of(), rules, Map.of());
  }
}
