package dev.tollgate.query.impact;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.GetDeploymentImpactRequest;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.deployment.Deployment;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What a caller wants to know about a deployment, checked.
///
/// @param usage the conditions on usage, of no time yet: what the caller asks for, then pins
/// @param pinned the conditions on deployments: pins alone
/// @param match which of the deployment's dimensions usage must have; none means all but what a
///   deployment changes
record ImpactQuestion(
    String deployment,
    Scope usage,
    Scope pinned,
    List<Dimension> match,
    Duration window,
    Duration rollout) {
  private static final int ID_MAX = 128;
  private static final Duration WINDOW = Duration.ofDays(7);
  private static final Duration WINDOW_MIN = Duration.ofMinutes(1);
  private static final Duration WINDOW_MAX = Duration.ofDays(92);
  private static final Duration ROLLOUT_MAX = Duration.ofDays(7);
  private static final Set<String> CHANGED =
      Set.of("provider", "model", "prompt_version", "release", "plan");

  ImpactQuestion {
    match = List.copyOf(match);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static ImpactQuestion read(GetDeploymentImpactRequest wire, Caller caller) {
    var asked = new AskedFields();
    var fields = asked.fields();
    // Of what the deployment states, so before the view is known.
    var match = asked.dimensions("match", wire.getMatchList(), AskedFields.GROUPS_MAX);
    asked.orgView(wire.getOrgView(), wire.getOrgViewValue());
    var usage =
        asked.scope(caller, Instant.EPOCH, Instant.EPOCH.plusSeconds(1), wire.getFiltersList());
    var pinned = asked.scope(caller, usage.start(), usage.end(), List.of());
    var id = fields.token("deployment_id", wire.getDeploymentId(), ID_MAX);
    var window =
        wire.hasWindow()
            ? fields.duration("window", wire.getWindow(), WINDOW_MIN, WINDOW_MAX)
            : WINDOW;
    var rollout = fields.duration("rollout", wire.getRollout(), Duration.ZERO, ROLLOUT_MAX);
    asked.check();
    return new ImpactQuestion(id, usage, pinned, match, window, rollout);
  }

  ImpactQuestion within(Scope otherUsage, Scope otherPinned) {
    return new ImpactQuestion(deployment, otherUsage, otherPinned, match, window, rollout);
  }

  /// What usage must have of what the deployment states.
  ///
  /// @throws dev.tollgate.failure.Failure FIELD_INVALID where it states nothing of a dimension that
  ///   is asked for
  List<Condition> matched(Deployment deployment) {
    if (match.isEmpty()) {
      return Stream.concat(
              Dimension.ALL.stream().filter(each -> !CHANGED.contains(each.name())),
              deployment.dimensions().getTagsMap().keySet().stream()
                  .sorted()
                  .map(key -> Dimension.of(Dimension.TAG_PREFIX + key).orElseThrow()))
          .filter(each -> !deployment.value(each).isEmpty())
          .map(each -> Condition.in(each, List.of(deployment.value(each))))
          .toList();
    }
    var fields = new Fields();
    var conditions = new ArrayList<Condition>();
    for (var i = 0; i < match.size(); i++) {
      var value = deployment.value(match.get(i));
      if (value.isEmpty()) {
        fields.reject(
            "match[" + i + "]", match.get(i).name(), "a dimension that the deployment states");
      }
      conditions.add(Condition.in(match.get(i), List.of(value)));
    }
    fields.check();
    return conditions;
  }

  /// The times that are compared, and what usage must have.
  Compared compared(Deployment deployment, List<Condition> matched, Instant now) {
    var resumed = deployment.time().plus(rollout);
    var end = resumed.plus(window);
    var conditions = new ArrayList<>(matched);
    conditions.addAll(usage.conditions());
    var until = end.isAfter(now) ? now : end;
    return new Compared(
        usage
            .withConditions(conditions)
            .within(deployment.time().minus(window), until.isBefore(resumed) ? resumed : until),
        deployment.time(),
        resumed,
        !end.isAfter(now));
  }
}
