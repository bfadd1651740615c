package dev.tollgate.query.health;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about health can lead to.
@NullMarked
public final class HealthStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00.001Z");

  private HealthStatements() {}

  public static List<Statement> of(String tenant) {
    var names = new ArrayList<>(Dimension.names());
    names.add("tags.cost_owner");
    var all = names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
    var conditions = all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var plain = new Scope(tenant, START, END, List.of());
    var narrow = plain.withConditions(conditions);
    var limits = new IllLimits(0.05, 0.05, 2, 20);
    var endpoints = all.stream().filter(each -> each.name().equals("endpoint")).toList();
    var hours = plain.within(START, START.plusSeconds(7_200));
    var ill = List.of(List.of("3600", "a' OR '"));
    return List.of(
        HealthStatement.health(new HealthQuestion(hours, endpoints, limits)),
        HealthStatement.health(new HealthQuestion(plain, endpoints, limits)),
        HealthStatement.health(new HealthQuestion(narrow, all, limits)),
        HealthStatement.cost(new HealthQuestion(plain, endpoints, limits), ill),
        HealthStatement.cost(new HealthQuestion(narrow, all, limits), List.of()));
  }
}
