package dev.tollgate.query.outcome;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.Reference;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
    var questions = new ArrayList<OutcomeQuestion>();
    for (var reference : Reference.values()) {
      for (var asOf : List.of(Optional.<Instant>empty(), Optional.of(END))) {
        for (var latest : List.of(true, false)) {
          var plain = new Scope(tenant, START, END, List.of());
          questions.add(new OutcomeQuestion(plain, List.of(), "a' OR '", reference, asOf, latest));
          questions.add(
              new OutcomeQuestion(
                  plain.withConditions(conditions), all, "a' OR '", reference, asOf, latest));
        }
      }
    }
    return questions.stream()
        .flatMap(
            each -> Stream.of(OutcomeStatement.cohort(each), OutcomeStatement.unattributed(each)))
        .toList();
  }
}
