package dev.tollgate.query.impact;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.GetDeploymentImpactRequest;
import dev.tollgate.proto.query.v1.GetDeploymentImpactResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.deployment.Deployment;
import dev.tollgate.query.deployment.DeploymentLedger;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.statement.LedgerSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// `GetDeploymentImpact`: reads the request, asks the ledger, writes the answer.
public final class GetDeploymentImpactRpc {
  private static final Dimension USER = Dimension.of("user").orElseThrow();
  private static final int OTHERS_MAX = 100;

  /* Most deployments of a tenant are of other parts of it. */
  private static final int OTHERS_READ = 10_000;

  private final Answering answering;
  private final DeploymentLedger deployments;
  private final ImpactLedger ledger;

  public GetDeploymentImpactRpc(Answering answering) {
    this.answering = answering;
    this.deployments = new DeploymentLedger(answering.ledger());
    this.ledger = new ImpactLedger(answering.ledger());
  }

  public GetDeploymentImpactResponse answer(GetDeploymentImpactRequest request, Caller caller) {
    var question = ImpactQuestion.read(request, caller);
    return answering.answer(
        caller, request, GetDeploymentImpactResponse.class, basis -> answer(question, basis));
  }

  private GetDeploymentImpactResponse answer(ImpactQuestion asked, Basis.Builder basis) {
    var users = answering.users();
    var question =
        asked.within(answering.resolvedEver(asked.usage()), users.hidden(asked.pinned()));
    var deployment =
        deployments
            .find(question.pinned(), question.deployment())
            .orElseThrow(() ->
                Failure.of(
                    Reason.DEPLOYMENT_UNKNOWN,
                    "Deployment " + Shown.text(question.deployment()) + " was not recorded"));
    var matched = question.matched(deployment);
    var compared = question.compared(deployment, matched, answering.now());
    var sides = ledger.sides(compared);
    var scope = compared.scope();
    var currencies = new TreeSet<>(sides.before().costs().keySet());
    currencies.addAll(sides.after().costs().keySet());
    var all = new ArrayList<>(List.of(deployment));
    all.addAll(others(question, deployment, compared, matched));
    var shown = shown(scope.tenant(), all);
    var answer =
        GetDeploymentImpactResponse.newBuilder()
            .setDeployment(ImpactAnswer.deployment(shown.getFirst()))
            .addAllMatched(
                matched.stream()
                    .map(each -> ImpactAnswer.filter(each.dimension(), shown.getFirst()))
                    .toList())
            .setBefore(ImpactAnswer.side(sides.before(), scope.start(), compared.deployed()))
            .setAfter(ImpactAnswer.side(sides.after(), compared.resumed(), scope.end()))
            .setComplete(compared.complete());
    currencies.forEach(currency -> answer.addCosts(ImpactAnswer.cost(currency, sides)));
    shown.stream()
        .skip(1)
        .forEach(other -> answer.addOtherDeployments(ImpactAnswer.deployment(other)));
    var unpriced = sides.before().unpriced() + sides.after().unpriced();
    return answer.setBasis(Wire.basis(basis, LedgerSource.EVENTS, currencies, unpriced)).build();
  }

  /* As people know them: users by their names. */
  private List<Deployment> shown(String tenant, List<Deployment> deployments) {
    var users = deployments.stream().map(each -> List.of(each.value(USER))).toList();
    var names = answering.users().shown(tenant, List.of(USER), users);
    return IntStream.range(0, deployments.size())
        .mapToObj(i -> deployments.get(i).withUser(names.get(i).getFirst()))
        .toList();
  }

  private List<Deployment> others(
      ImpactQuestion question, Deployment deployment, Compared compared, List<Condition> matched) {
    var scope = question.pinned().within(compared.scope().start(), compared.scope().end());
    return deployments.list(scope, OTHERS_READ).stream()
        .filter(other -> !other.id().equals(deployment.id()) && other.mayConcern(matched))
        .limit(OTHERS_MAX)
        .toList();
  }
}
