package dev.tollgate.query.anomaly;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.Anomaly;
import dev.tollgate.proto.query.v1.AnomalyRule;
import dev.tollgate.proto.query.v1.AnomalySeverity;
import dev.tollgate.query.deployment.Deployment;
import dev.tollgate.query.deployment.DeploymentLedger;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Sum;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Looks for anomalies in one hour of one tenant. What it finds follows from the ledger and from
/// the anomalies that were open before. Blocks; safe for concurrent use.
final class Evaluation {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration KNOWN = Duration.ofDays(7);
  private static final int DEPLOYMENTS_MAX = 1_000;
  private static final int DEPLOYMENTS_SHOWN = 10;

  private final AnomalyLedger ledger;
  private final DeploymentLedger deployments;
  private final Anomalies anomalies;

  Evaluation(Ledger ledger, Anomalies anomalies) {
    this.ledger = new AnomalyLedger(ledger);
    this.deployments = new DeploymentLedger(ledger);
    this.anomalies = anomalies;
  }

  /// What an anomaly is of, apart from when it began.
  private record Key(AnomalyRule rule, Subject subject, String currency) {
    static Key of(Anomaly anomaly) {
      return new Key(
          anomaly.getRule(),
          new Subject(anomaly.getDimension(), anomaly.getValue()),
          anomaly.getCurrencyCode());
    }
  }

  private record Begun(Watched watched, Finding finding) {}

  /// Tells what begins in the hour and what is over in it, and keeps it. What was told is told
  /// again where that could not be kept.
  ///
  /// @param complete whether nothing of the hour is still to come
  void evaluate(String tenant, Instant hour, boolean complete, Consumer<Anomaly> told) {
    var open = open(tenant, hour);
    var begun = new ArrayList<Begun>();
    var changed = new ArrayList<Anomaly>();
    var watched = ledger.watched(tenant, hour);
    var newcomers =
        watched.stream()
            .filter(each -> each.subject().isWhole())
            .anyMatch(each -> !each.first().isAfter(hour.minus(KNOWN)));
    var judge = new Judge(complete, newcomers);
    for (var each : watched) {
      for (var finding : judge.findings(each)) {
        var key = new Key(finding.rule(), each.subject(), finding.currency());
        var before = open.remove(key);
        var begins =
            before == null || (complete && Times.timestamp(hour).equals(before.getStartTime()));
        if (finding.verdict() == Verdict.FIRING && begins) {
          begun.add(new Begun(each, finding));
        } else if (before != null && complete && finding.verdict().ends()) {
          changed.add(over(before, hour));
        }
      }
    }
    if (complete) {
      // Nothing is known of these any more.
      open.values().forEach(gone -> changed.add(over(gone, hour)));
    }
    if (!begun.isEmpty()) {
      var deployed = deployed(tenant, hour);
      begun.forEach(each -> changed.add(anomaly(tenant, each, deployed, complete)));
    }
    for (var each : changed) {
      told.accept(each);
      anomalies.put(tenant, each);
    }
  }

  /* What lasts longer than what is usual is learned from is over then. */
  private Map<Key, Anomaly> open(String tenant, Instant hour) {
    var open = new HashMap<Key, Anomaly>();
    anomalies
        .list(tenant, hour.minus(Watched.PAST), hour.plus(HOUR), "", Integer.MAX_VALUE)
        .stream()
        .filter(each -> !each.hasEndTime())
        .forEach(each -> open.put(Key.of(each), each));
    return open;
  }

  private static Anomaly over(Anomaly anomaly, Instant hour) {
    return anomaly.toBuilder().setEndTime(Times.timestamp(hour)).build();
  }

  private Anomaly anomaly(String tenant, Begun begun, List<Deployment> deployed, boolean complete) {
    var watched = begun.watched();
    var finding = begun.finding();
    var subject = watched.subject();
    var anomaly =
        Anomaly.newBuilder()
            .setAnomalyId(id(watched, finding))
            .setRule(finding.rule())
            .setDimension(subject.dimension())
            .setValue(subject.value())
            .setCurrencyCode(finding.currency())
            .setStartTime(Times.timestamp(watched.hour()))
            .setCurrent(finding.current().toPlainString())
            .setBaseline(finding.baseline().toPlainString())
            .setSample(finding.sample())
            .setProvisional(!complete)
            .addAllDeploymentIds(ids(deployed, subject));
    anomaly.setSeverity(severity(finding, anomaly.getDeploymentIdsCount() > 0));
    var measure = measure(finding.rule());
    if (!measure.isEmpty() && !watched.usualHours().isEmpty()) {
      var changes = ledger.changes(tenant, watched, measure, finding.currency());
      watched
          .change(measure, finding.currency())
          .cause(changes, watched.usualHours().size())
          .ifPresent(anomaly::setCause);
    }
    return anomaly.build();
  }

  private static String id(Watched watched, Finding finding) {
    return String.join(
        "/",
        Anomalies.prefix(watched.hour()),
        finding.rule().name().substring("ANOMALY_RULE_".length()),
        finding.currency(),
        watched.subject().dimension(),
        watched.subject().value());
  }

  /* In the 24 hours up to the end of the hour, the earliest first. */
  private List<Deployment> deployed(String tenant, Instant hour) {
    var end = hour.plus(HOUR);
    return deployments.list(new Scope(tenant, end.minus(DAY), end, List.of()), DEPLOYMENTS_MAX);
  }

  private static List<String> ids(List<Deployment> deployed, Subject subject) {
    var conditions = subject.conditions();
    var found =
        deployed.stream().filter(each -> each.mayConcern(conditions)).map(Deployment::id).toList();
    return found.reversed().subList(0, Math.min(found.size(), DEPLOYMENTS_SHOWN));
  }

  static AnomalySeverity severity(Finding finding, boolean deployed) {
    if (finding.rule() == AnomalyRule.ANOMALY_RULE_TOKEN_INFLATION && deployed) {
      return AnomalySeverity.ANOMALY_SEVERITY_INFO;
    }
    var doubled = finding.baseline().multiply(BigDecimal.TWO);
    return finding.rule() == AnomalyRule.ANOMALY_RULE_HOURLY_COST
            && finding.current().compareTo(doubled) > 0
        ? AnomalySeverity.ANOMALY_SEVERITY_CRITICAL
        : AnomalySeverity.ANOMALY_SEVERITY_WARNING;
  }

  private static List<Sum> measure(AnomalyRule rule) {
    return switch (rule) {
      case ANOMALY_RULE_HOURLY_COST -> List.of(Sum.COST);
      case ANOMALY_RULE_RETRY_RATE -> List.of(Sum.RETRIES);
      case ANOMALY_RULE_TOKEN_INFLATION -> PerRequest.TOKENS;
      case ANOMALY_RULE_NEW_SPEND, ANOMALY_RULE_UNSPECIFIED, UNRECOGNIZED -> List.of();
    };
  }
}
