package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.DenialReason;
import dev.tollgate.proto.quota.v1.ExplainQuotaRequest;
import dev.tollgate.proto.quota.v1.ExplainQuotaResponse;
import dev.tollgate.proto.quota.v1.GetAllowanceRequest;
import dev.tollgate.proto.quota.v1.GetAllowanceResponse;
import dev.tollgate.proto.quota.v1.InputSize;
import dev.tollgate.proto.quota.v1.LimitUnit;
import dev.tollgate.proto.quota.v1.SkippedBudget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Freeze;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.Stand;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Explanations and allowances on the wire.
class ExplainRpcTest extends QuotaRpcCase {
  @Test
  void explainQuota_fits_saysSoAndHoldsNothing() {
    var response = explain(ask(""));

    var allowed = response.getDecision().getAllowed();
    assertThat(allowed.getReservationId()).isEmpty();
    assertThat(allowed.getMaxOutputTokens()).isEqualTo(50);
    assertThat(allowed.getHeldCost().getAmount()).isEqualTo("0.000700000000");
    assertThat(response.getWorstCost().getAmount()).isEqualTo("0.000700000000");
    assertThat(response.getInputTokens()).isEqualTo(100);
    assertThat(response.getLimits(0).getAdmits()).isTrue();
    assertThat(money()).isEqualTo(new Stand(0, 0));
  }

  @Test
  void explainQuota_doesNotFit_tellsEachLimit() {
    policy =
        new Policy(
            List.of(
                TestBudget.of("money", Limit.cost("USD", 1_000_000)).made(),
                TestBudget.of("z", Limit.requests(1))
                    .groupBy(9, "user")
                    .enforcement(Enforcement.SHADOW)
                    .window(Window.month(ZoneOffset.UTC))
                    .made()));
    check(ask("r"));

    var response = explain(ask("r2"));

    assertThat(response.getDecision().getDenied().getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_LIMIT);
    var money = response.getLimits(0);
    assertThat(money.getBudgetId()).isEqualTo("money");
    assertThat(money.getBudgetDisplayName()).isEqualTo("MONEY");
    assertThat(money.getUnit()).isEqualTo(LimitUnit.LIMIT_UNIT_COST);
    assertThat(money.getEffectiveLimit()).isEqualTo("0.001000000000");
    assertThat(money.getStatedLimit()).isEqualTo("0.001000000000");
    assertThat(money.getEncumbered()).isEqualTo("0.000700000000");
    assertThat(money.getRequested()).isEqualTo("0.000700000000");
    assertThat(money.getAdmits()).isFalse();
    assertThat(money.getEnforced()).isTrue();
    assertThat(money.hasResetTime()).isFalse();
    assertThat(money.getStepsList()).containsExactly("stated: 0.001000000000");
    var calls = response.getLimits(1);
    assertThat(calls.getEncumbered()).isEqualTo("1");
    assertThat(calls.getGroupList()).containsExactly("");
    assertThat(calls.getAdmits()).isFalse();
    assertThat(calls.getEnforced()).isFalse();
    assertThat(calls.getResetTime().getSeconds())
        .isEqualTo(Instant.parse("2026-09-01T00:00:00Z").getEpochSecond());
  }

  @Test
  void explainQuota_freezesAndBudgetsThatDoNotCount_areNamed() {
    var freeze = new Freeze("f", Selector.ALL, "", "", Instant.MAX, Instant.EPOCH, "ada");
    policy =
        new Policy(
            0,
            List.of(
                TestBudget.of("counts", Limit.requests(1)).made(),
                TestBudget.of("ended", Limit.requests(1)).endTime(Instant.EPOCH).made(),
                TestBudget.of("euro", Limit.cost("EUR", 1)).made(),
                TestBudget.of("rest", Limit.requests(1)).fallback().made()),
            List.of(freeze),
            CheckRules.DEFAULT,
            Map.of());
    var free = ask("r");
    free.getDimensionsBuilder().setModel("free");

    var response = explain(free);

    assertThat(response.getFreezeIdsList()).containsExactly("f");
    assertThat(response.getDecision().getDenied().getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_FROZEN);
    assertThat(response.getSkippedList())
        .extracting(SkippedBudget::getBudgetId, SkippedBudget::getWhy)
        .containsExactly(
            tuple("ended", "it has ended"),
            tuple("euro", "it counts another currency, and the call is free"),
            tuple("rest", "it counts only what no other budget matches"));
  }

  @Test
  void explainQuota_badInput_isNamedBelowTheCheck() {
    assertThat(
            Refusal.of(() -> quota().explainQuota(ExplainQuotaRequest.getDefaultInstance()))
                .fields())
        .containsExactly("check");
    assertThat(Refusal.of(() -> explain(CheckQuotaRequest.newBuilder())).fields())
        .containsExactly("check.dimensions.provider", "check.dimensions.model");
    assertThat(
            Refusal.of(() ->
                    explain(
                        ask("a b")
                            .setInputTokens(-1)
                            .setPriorityValue(77)
                            .setInputSize(InputSize.newBuilder().setTools(-1))))
                .fields())
        .containsExactly(
            "check.request_id",
            "check.input_tokens",
            "check.input_size",
            "check.input_size.tools",
            "check.priority");
    var unknown = ask("r");
    unknown.getDimensionsBuilder().setModel("nope");
    assertThat(Refusal.of(() -> explain(unknown)).reason()).isEqualTo("MODEL_UNKNOWN");
  }

  @Test
  void getAllowance_someSpent_tellsWhatIsLeft() {
    policy =
        new Policy(
            List.of(
                TestBudget.of("money", Limit.cost("USD", 1_000_000))
                    .window(Window.month(ZoneOffset.UTC))
                    .made(),
                TestBudget.of("z", Limit.requests(4)).made()));
    check(ask("r"));

    var response = allowance(GetAllowanceRequest.newBuilder());

    assertThat(response.getFrozen()).isFalse();
    var money = response.getAllowances(0);
    assertThat(money.getBudgetId()).isEqualTo("money");
    assertThat(money.getBudgetDisplayName()).isEqualTo("MONEY");
    assertThat(money.getCurrencyCode()).isEqualTo("USD");
    assertThat(money.getLimit()).isEqualTo("0.001000000000");
    assertThat(money.getRemaining()).isEqualTo("0.000300000000");
    assertThat(money.getRemainingPercent()).isEqualTo(30);
    assertThat(money.getEnforced()).isTrue();
    assertThat(money.hasResetTime()).isTrue();
    var calls = response.getAllowances(1);
    assertThat(calls.getUnit()).isEqualTo(LimitUnit.LIMIT_UNIT_REQUESTS);
    assertThat(calls.getCurrencyCode()).isEmpty();
    assertThat(calls.getRemaining()).isEqualTo("3");
    assertThat(calls.getRemainingPercent()).isEqualTo(75);
  }

  @Test
  void getAllowance_pinnedCaller_seesItsOwn() {
    policy =
        new Policy(
            List.of(
                TestBudget.of("a", Limit.requests(4)).where("team", "search").made(),
                TestBudget.of("b", Limit.requests(4)).where("team", "ads").made()));
    var pinned = quota(caller("pinned", "acme", Map.of("team", "search")));

    assertThat(pinned.getAllowance(GetAllowanceRequest.getDefaultInstance()).getAllowancesList())
        .extracting(each -> each.getBudgetId())
        .containsExactly("a");
    assertThat(
            Refusal.of(() ->
                    pinned.getAllowance(
                        GetAllowanceRequest.newBuilder()
                            .setDimensions(Dimensions.newBuilder().setTeam("ads"))
                            .build()))
                .reason())
        .isEqualTo("DIMENSION_FORBIDDEN");
  }

  @Test
  void getAllowance_endedTrial_hasNothingLeft() {
    policy =
        new Policy(
            List.of(
                TestBudget.of("trial", Limit.requests(4))
                    .carvedOutOf("parent")
                    .endTime(Instant.EPOCH)
                    .made()));

    var trial = allowance(GetAllowanceRequest.newBuilder()).getAllowances(0);

    assertThat(trial.getRemaining()).isEqualTo("0");
    assertThat(trial.getEnforced()).isTrue();
  }

  @Test
  void getAllowance_badInput_isNamed() {
    var request =
        GetAllowanceRequest.newBuilder()
            .setPriorityValue(-3)
            .setDimensions(Dimensions.newBuilder().setTeam("x".repeat(257)));

    var refusal = Refusal.of(() -> allowance(request));

    assertThat(refusal.reason()).isEqualTo("FIELD_INVALID");
    assertThat(refusal.fields()).containsExactly("dimensions.team", "priority");
  }

  private ExplainQuotaResponse explain(CheckQuotaRequest.Builder check) {
    return quota().explainQuota(ExplainQuotaRequest.newBuilder().setCheck(check).build());
  }

  private GetAllowanceResponse allowance(GetAllowanceRequest.Builder request) {
    return quota().getAllowance(request.build());
  }
}
