package dev.tollgate.query.health;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.GetEndpointHealthRequest;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.scope.Scope;
import java.util.List;
import java.util.stream.Stream;

/// What a caller wants to know about endpoints, checked.
///
/// @param groups what an endpoint is
record HealthQuestion(Scope scope, List<Dimension> groups, IllLimits limits) {
  private static final List<Dimension> ENDPOINT =
      Stream.of("provider", "model", "endpoint", "region")
          .map(name -> Dimension.of(name).orElseThrow())
          .toList();
  private static final double SHARE = 0.05;
  private static final double FACTOR = 2;
  private static final double FACTOR_MAX = 1_000;
  private static final int CALLS = 20;
  private static final int CALLS_MAX = 1_000_000;

  HealthQuestion {
    groups = List.copyOf(groups);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static HealthQuestion read(GetEndpointHealthRequest wire, Caller caller) {
    var asked = new AskedFields();
    var fields = asked.fields();
    asked.orgView(wire.getOrgView(), wire.getOrgViewValue());
    var scope =
        asked.scope(
            caller,
            asked.time("start_time", wire.hasStartTime(), wire.getStartTime()),
            asked.time("end_time", wire.hasEndTime(), wire.getEndTime()),
            wire.getFiltersList());
    var groups = asked.dimensions("group_by", wire.getGroupByList(), AskedFields.GROUPS_MAX);
    var errors = wire.hasErrorRateMax() ? wire.getErrorRateMax() : SHARE;
    var limited = wire.hasRateLimitedShareMax() ? wire.getRateLimitedShareMax() : SHARE;
    var factor = wire.hasLatencyFactorMax() ? wire.getLatencyFactorMax() : FACTOR;
    if (!(errors >= 0 && errors <= 1)) {
      fields.reject("error_rate_max", "" + errors, "0 to 1");
    }
    if (!(limited >= 0 && limited <= 1)) {
      fields.reject("rate_limited_share_max", "" + limited, "0 to 1");
    }
    if (!(factor > 1 && factor <= FACTOR_MAX)) {
      fields.reject("latency_factor_max", "" + factor, "above 1 to " + (long) FACTOR_MAX);
    }
    var calls = fields.count("hour_calls_min", wire.getHourCallsMin(), 0, CALLS_MAX);
    asked.check();
    return new HealthQuestion(
        scope,
        groups.isEmpty() ? ENDPOINT : groups,
        new IllLimits(errors, limited, factor, calls == 0 ? CALLS : calls));
  }

  /// As it is asked where nothing else is said.
  static HealthQuestion usual(Scope scope) {
    return new HealthQuestion(scope, ENDPOINT, new IllLimits(SHARE, SHARE, FACTOR, CALLS));
  }

  HealthQuestion within(Scope other) {
    return new HealthQuestion(other, groups, limits);
  }
}
