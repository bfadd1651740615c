package dev.tollgate.query.outcome;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.Reference;
import dev.tollgate.query.fx.Converted;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about outcomes can lead to.
@NullMarked
public final class OutcomeStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00Z");

  private OutcomeStatements() {}

  public static List<Statement> of(String tenant) {
    var names = new ArrayList<>(Dimension.names());
    names.add("tags.cost_owner");
    var all = names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
    var conditions = all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var plain = new Scope(tenant, START, END, List.of());
    var narrow = plain.withConditions(conditions);
    var statements = new ArrayList<Statement>();
    for (var reference : Reference.values()) {
      for (var asOf : List.of(Optional.<Instant>empty(), Optional.of(END))) {
        for (var latest : List.of(true, false)) {
          for (var question :
              List.of(
                  new OutcomeQuestion(plain, List.of(), "a' OR '", reference, asOf, latest),
                  new OutcomeQuestion(narrow, all, "a' OR '", reference, asOf, latest))) {
            statements.add(OutcomeStatement.cohort(question));
            statements.add(UnattributedStatement.of(question));
          }
        }
        statements.addAll(
            converted(new OutcomeQuestion(plain, List.of(), "a' OR '", reference, asOf, true)));
        statements.addAll(
            converted(new OutcomeQuestion(narrow, all, "a' OR '", reference, asOf, true)));
      }
    }
    return statements;
  }

  private static List<Statement> converted(OutcomeQuestion question) {
    var converted = question.within(question.scope().withConversion(Converted.hard()));
    return List.of(
        OutcomeStatement.days(question),
        UnattributedStatement.days(question),
        OutcomeStatement.cohort(converted),
        UnattributedStatement.of(converted));
  }
}
