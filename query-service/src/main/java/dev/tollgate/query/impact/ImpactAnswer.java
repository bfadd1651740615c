package dev.tollgate.query.impact;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.query.v1.DeploymentRef;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.ImpactCost;
import dev.tollgate.proto.query.v1.ImpactSide;
import dev.tollgate.proto.query.v1.ImpactVerdict;
import dev.tollgate.proto.query.v1.Interval;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.deployment.Deployment;
import dev.tollgate.query.estimate.Proportion;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;

/// The parts of an answer about a deployment.
final class ImpactAnswer {
  private ImpactAnswer() {}

  static DeploymentRef deployment(Deployment deployment) {
    return DeploymentRef.newBuilder()
        .setDeploymentId(deployment.id())
        .setDeploymentTime(Times.timestamp(deployment.time()))
        .setService(deployment.service())
        .setDimensions(deployment.dimensions())
        .setDescription(deployment.description())
        .setUrl(deployment.url())
        .build();
  }

  static Filter filter(Dimension dimension, Deployment deployment) {
    return Filter.newBuilder()
        .setDimension(dimension.name())
        .setOperator(FilterOperator.FILTER_OPERATOR_IN)
        .addValues(deployment.value(dimension))
        .build();
  }

  static ImpactSide side(Side side, Instant start, Instant end) {
    var wire =
        ImpactSide.newBuilder()
            .setStartTime(Times.timestamp(start))
            .setEndTime(Times.timestamp(end))
            .setRequests(side.requests())
            .setAttempts(side.attempts())
            .setErrors(side.errors())
            .setTokens(side.tokens().longValueExact())
            .setLatency(side.pace().whole().onWire())
            .setTimeToFirstToken(side.pace().firstToken().onWire())
            .setUnpricedEvents(side.unpriced());
    if (side.attempts() > 0) {
      wire.setErrorRate(new Proportion(side.errors(), side.attempts()).interval());
    }
    if (side.requests() > 0) {
      wire.setTokensPerRequest(
              new BigDecimal(side.tokens())
                  .divide(BigDecimal.valueOf(side.requests()), Picos.SCALE, RoundingMode.HALF_EVEN)
                  .toPlainString())
          .setRetriesPerRequest((double) (side.attempts() - side.requests()) / side.requests());
    }
    return wire.build();
  }

  static ImpactCost cost(String currency, Sides sides) {
    var change = sides.before().mean(currency).changeTo(sides.after().mean(currency));
    var cost =
        ImpactCost.newBuilder()
            .setBefore(Wire.money(currency, sides.before().cost(currency).sum()))
            .setAfter(Wire.money(currency, sides.after().cost(currency).sum()))
            .setVerdict(verdict(change));
    change.ifPresent(cost::setChange);
    if (sides.before().requests() > 0) {
      cost.setBeforePerRequest(
          Wire.per(
              currency,
              sides.before().cost(currency).sum(),
              BigInteger.valueOf(sides.before().requests())));
    }
    if (sides.after().requests() > 0) {
      cost.setAfterPerRequest(
          Wire.per(
              currency,
              sides.after().cost(currency).sum(),
              BigInteger.valueOf(sides.after().requests())));
    }
    return cost.build();
  }

  private static ImpactVerdict verdict(Optional<Interval> change) {
    if (change.isEmpty()) {
      return ImpactVerdict.IMPACT_VERDICT_TOO_FEW;
    }
    if (change.get().getHigh() < 0) {
      return ImpactVerdict.IMPACT_VERDICT_LOWER;
    }
    return change.get().getLow() > 0
        ? ImpactVerdict.IMPACT_VERDICT_HIGHER
        : ImpactVerdict.IMPACT_VERDICT_UNCLEAR;
  }
}
