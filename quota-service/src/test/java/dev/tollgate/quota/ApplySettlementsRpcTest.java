package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.ApplySettlementsResponse;
import dev.tollgate.proto.quota.v1.GiveBack;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Window;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Stand;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the ledger settles, on the wire.
class ApplySettlementsRpcTest extends QuotaRpcCase {
  @Test
  void applySettlements_mixedRun_isCounted() {
    var priced = reservation("r1");
    policy = policy(Limit.cost("USD", 10_000_000), new Window.Lifetime());
    var unpriced = reservation("r2");
    var duplicate = reservation("r3");

    var response =
        apply(
            actual(1, priced, "USD", 123_456),
            actual(2, unpriced, "EUR", 1),
            Settlement.newBuilder()
                .setPosition(3)
                .setReservationId(duplicate)
                .setGiveBack(GiveBack.getDefaultInstance()),
            actual(4, "forged", "USD", 1),
            actual(5, priced, "USD", 999));

    assertThat(response)
        .isEqualTo(
            ApplySettlementsResponse.newBuilder()
                .setAppliedPosition(5)
                .setApplied(3)
                .setSkipped(1)
                .setUnknown(1)
                .build());
    assertThat(money()).isEqualTo(new Stand(123_456 + 700_000, 0));
    assertThat(
            meters.counter("quota.settlements", "source", "ledger", "outcome", "applied").count())
        .isEqualTo(3);
  }

  @Test
  void applySettlements_usageMissing_keepsTheTokensThatWereHeld() {
    var tokens = new Counter("money", CounterUnit.TOKENS, Counter.NO_GROUP, 0, 0);
    policy = policy(Limit.tokens(1_000), new Window.Lifetime());
    var missing = reservation("r1");
    var known = reservation("r2");

    apply(unpriced(1, missing, 0), unpriced(2, known, 7));

    assertThat(holds.stand("acme", List.of(tokens)).join()).containsExactly(new Stand(157, 0));
  }

  @Test
  void applySettlements_badInput_saysWhyAndMovesNothing() {
    var reservation = reservation("r");
    var before = money();

    assertThat(Refusal.of(() -> apply()).fields()).containsExactly("settlements (size)");
    assertThat(Refusal.of(() -> apply(actual(0, reservation, "USD", 1))).fields())
        .containsExactly("settlements[0].position");
    assertThat(
            Refusal.of(
                    () -> apply(actual(2, reservation, "USD", 1), actual(2, reservation, "USD", 1)))
                .fields())
        .containsExactly("settlements[1].position");
    assertThat(Refusal.of(() -> apply(actual(1, reservation, "usd", -1))).fields())
        .containsExactly("settlements[0].actual.cost_nanos", "settlements[0].actual.currency_code");
    assertThat(
            Refusal.of(() -> apply(Settlement.newBuilder().setPosition(1).setReservationId("x")))
                .fields())
        .containsExactly("settlements[0].effect");
    assertThat(
            Refusal.of(() ->
                    settlements()
                        .applySettlements(
                            ApplySettlementsRequest.newBuilder()
                                .setLogId("UPPER")
                                .addSettlements(actual(1, reservation, "USD", 1))
                                .build()))
                .fields())
        .containsExactly("log_id");
    var tooMany = ApplySettlementsRequest.newBuilder().setLogId("log-1");
    for (int i = 1; i <= 501; i++) {
      tooMany.addSettlements(actual(i, reservation, "USD", 1));
    }
    assertThat(Refusal.of(() -> settlements().applySettlements(tooMany.build())).fields())
        .containsExactly("settlements (size)");
    assertThat(money()).isEqualTo(before);
  }

  @Test
  void applySettlements_byACaller_isForbidden() {
    var caller =
        SettlementServiceGrpc.newBlockingStub(server().channel(caller("caller", "acme", Map.of())));

    assertThat(
            Refusal.of(() -> caller.applySettlements(ApplySettlementsRequest.getDefaultInstance()))
                .reason())
        .isEqualTo("ROLE_FORBIDDEN");
  }

  @Test
  void applySettlements_inputAndOutput_areCountedApart() {
    var input = new Counter("a", CounterUnit.INPUT_TOKENS, Counter.NO_GROUP, 0, 0);
    var output = new Counter("a", CounterUnit.OUTPUT_TOKENS, Counter.NO_GROUP, 0, 0);
    var budget = TestBudget.of("a", Limit.inputTokens(999), Limit.outputTokens(999));
    policy = new Policy(List.of(budget.made()));
    var reservation = reservation("r");
    var settlement = actual(1, reservation, "USD", 1);
    settlement.getActualBuilder().setTokens(30).setOutputTokens(7);

    apply(settlement);

    assertThat(holds.stand("acme", List.of(input, output)).join())
        .containsExactly(new Stand(23, 0), new Stand(7, 0));
  }

  @Test
  void applySettlements_moreOutputThanTokens_isNamed() {
    var settlement = actual(1, reservation("r"), "USD", 1);
    settlement.getActualBuilder().setTokens(5).setOutputTokens(6);

    assertThat(Refusal.of(() -> apply(settlement)).fields())
        .containsExactly("settlements[0].actual.output_tokens");
  }
}
