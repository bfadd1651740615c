package dev.tollgate.query.search;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that searches events.
@NullMarked
public final class SearchStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final String TEXT = "x' OR 1 = 1";

  private SearchStatements() {}

  public static List<Statement> of(String tenant) {
    var conditions = new ArrayList<Condition>();
    for (var name : Dimension.names()) {
      conditions.add(Condition.in(Dimension.of(name).orElseThrow(), List.of(TEXT)));
    }
    conditions.add(Condition.in(Dimension.of("tags.cost_owner").orElseThrow(), List.of("a' OR '")));
    var statements = new ArrayList<Statement>();
    var floor = Optional.of(new SearchQuestion.Floor(TEXT, BigInteger.TWO.pow(62)));
    var after = Optional.of(new Position(TEXT, 1, TEXT, BigInteger.TWO.pow(100)));
    for (var dearestFirst : List.of(true, false)) {
      for (var scope : List.of(scope(tenant, List.of()), scope(tenant, conditions))) {
        for (var question :
            List.of(
                new SearchQuestion(scope, List.of(), List.of(), Optional.empty(), dearestFirst),
                new SearchQuestion(scope, List.of(TEXT), List.of(TEXT), floor, dearestFirst))) {
          statements.add(SearchStatement.page(question, Optional.empty(), 11));
          statements.add(SearchStatement.page(question, after, 11));
          statements.add(SearchStatement.totals(question));
          statements.add(SearchStatement.rows(question, List.of(TEXT), List.of(START)));
        }
      }
    }
    return statements;
  }

  private static Scope scope(String tenant, List<Condition> conditions) {
    return new Scope(tenant, START, START.plusSeconds(86_400), conditions);
  }
}
