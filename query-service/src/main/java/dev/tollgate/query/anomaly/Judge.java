package dev.tollgate.query.anomaly;

import dev.tollgate.proto.query.v1.AnomalyRule;
import dev.tollgate.query.statement.Sum;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Holds an hour of a subject against every rule.
///
/// @param complete whether nothing of the hour is still to come
/// @param newcomers whether the tenant was seen long enough ago to tell who is new
record Judge(boolean complete, boolean newcomers) {
  private static final int SHARE_DIGITS = 6;

  List<Finding> findings(Watched watched) {
    var findings = new ArrayList<Finding>();
    var usual = watched.usualHours();
    if (!usual.isEmpty()) {
      watched.currencies().forEach(each -> findings.add(cost(watched, each, usual)));
      findings.add(tokens(watched, usual));
    }
    findings.add(retries(watched));
    if (newcomers && !watched.subject().isWhole()) {
      watched.currencies().forEach(each -> findings.add(newSpend(watched, each)));
    }
    return findings;
  }

  private Finding cost(Watched watched, String currency, List<Instant> usual) {
    var current = watched.cost(currency, watched.hour());
    var baseline = watched.usualCost(currency, usual);
    var verdict = Rules.cost(current, baseline, Rules.COST_FLOOR, complete);
    return new Finding(
        AnomalyRule.ANOMALY_RULE_HOURLY_COST,
        currency,
        verdict,
        current,
        baseline,
        events(watched));
  }

  private Finding tokens(Watched watched, List<Instant> usual) {
    var current = PerRequest.of(watched.sums(List.of(watched.hour())));
    var before = PerRequest.of(watched.sums(usual));
    return new Finding(
        AnomalyRule.ANOMALY_RULE_TOKEN_INFLATION,
        "",
        Rules.tokens(current, before, complete),
        current.mean(),
        before.mean(),
        current.requests());
  }

  private Finding retries(Watched watched) {
    var sums = watched.sums(List.of(watched.hour()));
    var retries = sums.count(Sum.RETRIES);
    var attempts = sums.count(Sum.EVENTS);
    return new Finding(
        AnomalyRule.ANOMALY_RULE_RETRY_RATE,
        "",
        Rules.retries(retries, attempts, Rules.ATTEMPTS_MIN, complete),
        attempts <= 0
            ? BigDecimal.ZERO
            : BigDecimal.valueOf(retries)
                .divide(BigDecimal.valueOf(attempts), SHARE_DIGITS, RoundingMode.HALF_EVEN),
        Rules.RETRY_RATE_MAX,
        attempts);
  }

  private static Finding newSpend(Watched watched, String currency) {
    var spent = watched.cost(currency);
    var verdict = Rules.newSpend(watched.isNew(), spent, Rules.COST_FLOOR);
    return new Finding(
        AnomalyRule.ANOMALY_RULE_NEW_SPEND,
        currency,
        verdict,
        spent,
        BigDecimal.ZERO,
        events(watched));
  }

  private static long events(Watched watched) {
    return watched.sums(List.of(watched.hour())).count(Sum.EVENTS);
  }
}
