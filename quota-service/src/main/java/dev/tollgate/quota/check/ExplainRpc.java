package dev.tollgate.quota.check;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.quota.v1.Allowance;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.ExplainQuotaRequest;
import dev.tollgate.proto.quota.v1.ExplainQuotaResponse;
import dev.tollgate.proto.quota.v1.GetAllowanceRequest;
import dev.tollgate.proto.quota.v1.GetAllowanceResponse;
import dev.tollgate.proto.quota.v1.MatchedLimit;
import dev.tollgate.proto.quota.v1.SkippedBudget;
import dev.tollgate.quota.answer.Amounts;
import dev.tollgate.quota.answer.Answers;
import dev.tollgate.quota.answer.Units;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Freeze;
import dev.tollgate.quota.budget.Matched;
import dev.tollgate.quota.budget.PriorityForm;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.TreeMap;

/// `ExplainQuota` and `GetAllowance` on the wire. Does not block.
public final class ExplainRpc {
  private final Explanations explanations;
  private final CheckForm form;

  public ExplainRpc(Explanations explanations, InputBounds bounds) {
    this.explanations = explanations;
    this.form = new CheckForm(bounds);
  }

  public void explainQuota(
      ExplainQuotaRequest request, StreamObserver<ExplainQuotaResponse> observer) {
    if (!request.hasCheck()) {
      var fields = new Fields();
      fields.reject("check", "missing (expected: a check as for CheckQuota)");
      fields.check();
    }
    var check = form.parse(request.getCheck(), Caller.current(), "check");
    Answers.send(explanations.explain(check).thenApply(ExplainRpc::print), observer);
  }

  private static ExplainQuotaResponse print(Explanation explanation) {
    var demand = explanation.demand();
    var response =
        ExplainQuotaResponse.newBuilder()
            .setDecision(print(explanation.decision()))
            .setWorstCost(
                Amounts.money(
                    demand.ceiling().whole().currency(), demand.worst().spend().costNanos()))
            .setInputTokens(demand.check().inputTokens());
    for (int i = 0; i < demand.parts().size(); i++) {
      response.addLimits(print(demand.parts().get(i), explanation.encumbered().get(i)));
    }
    explanation.matched().freezes().stream().map(Freeze::id).forEach(response::addFreezeIds);
    var skipped = new TreeMap<String, String>();
    explanation.matched().ended().forEach(budget -> skipped.put(budget.id(), "it has ended"));
    explanation.matched().skipped().forEach(each -> skipped.put(each.budget().id(), why(each)));
    demand
        .foreign()
        .forEach(
            budget -> skipped.put(budget.id(), "it counts another currency, and the call is free"));
    skipped.forEach(
        (id, why) -> response.addSkipped(SkippedBudget.newBuilder().setBudgetId(id).setWhy(why)));
    return response.build();
  }

  private static CheckQuotaResponse print(Decision decision) {
    return switch (decision) {
      case Decision.Allowed yes -> DecisionForm.allowed(yes, "");
      case Decision.Denied no -> DecisionForm.denied(no);
    };
  }

  private static String why(Matched.Skipped skipped) {
    return switch (skipped.why()) {
      case ENDED -> "it has ended";
      case FALLBACK -> "it counts only what no other budget matches";
      case CARVED -> "a budget that is carved out of it counts the call";
    };
  }

  private static MatchedLimit print(Part part, long encumbered) {
    var limit = part.limit();
    var matched =
        MatchedLimit.newBuilder()
            .setBudgetId(part.budget().id())
            .setBudgetDisplayName(part.budget().displayName())
            .addAllGroup(part.group())
            .setUnit(Units.print(limit.unit()))
            .setEffectiveLimit(limit.print(part.bound().extended()))
            .setStatedLimit(limit.print(limit.counted()))
            .setEncumbered(limit.print(encumbered))
            .setRequested(limit.print(part.claim().amount()))
            .setAdmits(part.admits(encumbered))
            .setEnforced(part.isEnforced())
            .addAllSteps(part.bound().steps(part.budget(), limit));
    if (part.resetMillis() > 0) {
      matched.setResetTime(DecisionForm.timestamp(Instant.ofEpochMilli(part.resetMillis())));
    }
    return matched.build();
  }

  public void getAllowance(
      GetAllowanceRequest request, StreamObserver<GetAllowanceResponse> observer) {
    var fields = new Fields();
    var given = fields.dimensions("dimensions", request.getDimensions(), false);
    fields.known("priority", request.getPriority(), request.getPriorityValue());
    fields.check();
    var caller = Caller.current();
    Answers.send(
        explanations
            .allowances(
                caller.tenant(), caller.pinned(given), PriorityForm.parse(request.getPriority()))
            .thenApply(ExplainRpc::print),
        observer);
  }

  private static GetAllowanceResponse print(Allowances allowances) {
    var response = GetAllowanceResponse.newBuilder().setFrozen(allowances.frozen());
    allowances.ended().forEach(budget -> addEnded(response, budget));
    for (var line : allowances.lines()) {
      var limit = line.part().limit();
      var allowance =
          Allowance.newBuilder()
              .setBudgetId(line.part().budget().id())
              .setBudgetDisplayName(line.part().budget().displayName())
              .addAllGroup(line.part().group())
              .setUnit(Units.print(limit.unit()))
              .setCurrencyCode(limit.currency())
              .setLimit(limit.print(line.limit()))
              .setRemaining(limit.print(line.remaining()))
              .setRemainingPercent(
                  line.limit() == 0 ? 0 : (int) (line.remaining() * 100 / line.limit()))
              .setEnforced(line.part().isEnforced());
      if (line.part().resetMillis() > 0) {
        allowance.setResetTime(
            DecisionForm.timestamp(Instant.ofEpochMilli(line.part().resetMillis())));
      }
      response.addAllowances(allowance);
    }
    return response.build();
  }

  /* Its calls are denied, so nothing is left of any of its limits. */
  private static void addEnded(GetAllowanceResponse.Builder response, Budget budget) {
    for (var limit : budget.limits()) {
      response.addAllowances(
          Allowance.newBuilder()
              .setBudgetId(budget.id())
              .setBudgetDisplayName(budget.displayName())
              .setUnit(Units.print(limit.unit()))
              .setCurrencyCode(limit.currency())
              .setLimit(limit.print(0))
              .setRemaining(limit.print(0))
              .setEnforced(true));
    }
  }
}
