package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.ApplySettlementsResponse;
import dev.tollgate.proto.quota.v1.GiveBack;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Stand;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
                .setApplied(5)
                .setUnknown(1)
                .setBypassing(1)
                .build());
    assertThat(money()).isEqualTo(new Stand(123_456 + 700_000 + 999, 0));
    assertThat(
            meters.counter("quota.settlements", "source", "ledger", "outcome", "applied").count())
        .isEqualTo(5);
    assertThat(meters.counter("quota.bypass.calls").count()).isEqualTo(1);
  }

  @Test
  void applySettlements_withoutAReservation_debitsEveryBudgetThatCountsIt() {
    var monthly = Window.month(ZoneOffset.UTC);
    policy =
        new Policy(
            List.of(
                budget(Map.of(), Limit.cost("USD", 1_000_000), new Window.Lifetime()),
                calls("team", Map.of("team", "search"), monthly),
                calls("other", Map.of("team", "ads"), monthly)));

    var response =
        apply(
            debit(1, "USD", 500),
            debit(2, "EUR", 500),
            unpriced(3, "", 9).setDimensions(search()).setCheckTime(at("2026-08-01T00:00:00Z")),
            debit(4, "USD", 70).setReservationId("forged"));

    assertThat(response.getApplied()).isEqualTo(4);
    assertThat(response.getBypassing()).isEqualTo(4);
    assertThat(response.getUnknown()).isEqualTo(1);
    assertThat(money()).isEqualTo(new Stand(570, 0));
    assertThat(callsOf("team")).isEqualTo(new Stand(4, 0));
    assertThat(callsOf("other")).isEqualTo(new Stand(0, 0));
  }

  @Test
  void applySettlements_ofACallThatIsOlderThanABudget_debitsThatToo() {
    var reservation = reservation("r1");
    var lifetime = new Window.Lifetime();
    policy =
        new Policy(
            List.of(
                budget(Map.of(), Limit.cost("USD", 1_000_000), lifetime),
                calls("team", Map.of("team", "search"), lifetime)));

    apply(actual(1, reservation, "USD", 100).setDimensions(search()));

    assertThat(money()).isEqualTo(new Stand(100, 0));
    assertThat(callsOf("team")).isEqualTo(new Stand(1, 0));
  }

  private static Dimensions search() {
    return Dimensions.newBuilder().setProvider("p").setModel("m").setTeam("search").build();
  }

  private Settlement.Builder debit(long position, String currency, long nanos) {
    return actual(position, "", currency, nanos)
        .setDimensions(search())
        .setCheckTime(at("2026-08-31T23:00:00Z"));
  }

  private static Timestamp at(String instant) {
    return Timestamp.newBuilder().setSeconds(Instant.parse(instant).getEpochSecond()).build();
  }

  private static Budget calls(String id, Map<String, String> selector, Window window) {
    return new Budget(
        id, id, selector, List.of(), window, List.of(Limit.requests(1_000)), Instant.EPOCH);
  }

  private Stand callsOf(String id) {
    var budget = Objects.requireNonNull(policy.budgets().get(id));
    var counter = budget.counter(budget.limits().getFirst(), List.of(), time.now());
    return holds.stand("acme", List.of(counter)).join().getFirst();
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
