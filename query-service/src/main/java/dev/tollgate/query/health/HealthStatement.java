package dev.tollgate.query.health;

import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Composes the statements that answer a `HealthQuestion`: their texts come from resources, from
/// `HealthSource` and `LedgerStatement`, and every value of a request is a parameter.
final class HealthStatement {
  private static final Template HEALTH = Template.read("health");
  private static final Template COST = Template.read("health_cost");

  private HealthStatement() {}

  /// One row per endpoint, of hour 0, and one per ill hour of it.
  static Statement health(HealthQuestion question) {
    var source = HealthSource.of(question);
    var parts = new LedgerStatement(question.scope());
    var limits = question.limits();
    parts.put("error_rate", BigDecimal.valueOf(limits.errorRate()));
    parts.put("rate_limited_share", BigDecimal.valueOf(limits.rateLimitedShare()));
    parts.put("latency_factor", BigDecimal.valueOf(limits.latencyFactor()));
    parts.put("calls", limits.calls());
    var keys = LedgerStatement.groups(question.groups());
    var measures =
        String.join(
            ",\n    ",
            source.count("1") + " AS calls",
            source.count("r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')") + " AS errors",
            source.count("r.terminal_status = 'RATE_LIMITED'") + " AS rate_limited",
            source.count("r.terminal_status = 'TIMEOUT'") + " AS timeouts",
            source.count("r.terminal_status = 'CANCELLED'") + " AS cancelled",
            source.times("latency", "r.latency_millis"),
            source.times("first_token", "r.time_to_first_token_millis"));
    return parts.fill(
        HEALTH,
        Map.of(
            "hour", source.hour(),
            "columns", parts.groupColumns(question.groups()),
            "measures", measures,
            "table", source.table(),
            "range", source.range(),
            "calls", source.calls(),
            "filters", parts.filters(),
            "keys", String.join(", ", keys)));
  }

  /// What endpoints cost: one row per endpoint and currency, of hour 0, and one per hour that is
  /// asked for.
  ///
  /// @param hours keys of ill hours
  static Statement cost(HealthQuestion question, List<List<String>> hours) {
    var parts = new LedgerStatement(question.scope());
    var key = new ArrayList<String>();
    key.add("toString(hour)");
    key.addAll(LedgerStatement.groups(question.groups()));
    return parts.fill(
        COST,
        Map.of(
            "hour", HealthSource.EVENTS.hour(),
            "columns", parts.groupColumns(question.groups()),
            "filters", parts.filters(),
            "keys", LedgerStatement.groupNames(question.groups()),
            "ill", parts.isAmong(key, "ill", hours)));
  }
}
