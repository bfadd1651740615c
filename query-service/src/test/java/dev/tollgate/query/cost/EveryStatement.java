package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.Step;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.statement.Statement;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about cost can lead to: each dimension as group and as
/// condition, with and without time buckets, first pages, later pages and totals, none to all of
/// the parts that can be repeated.
@NullMarked
final class EveryStatement {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00Z");

  private EveryStatement() {}

  static List<Statement> of(String tenant) {
    return questions(tenant).flatMap(EveryStatement::statements).toList();
  }

  /// Those about users, which read the same tables whatever they are asked.
  static List<Statement> ofUsers(String tenant) {
    return List.of(
        UserStatement.names(tenant, List.of("x' OR 1 = 1")),
        UserStatement.surrogates(tenant, List.of("x' OR 1 = 1")));
  }

  private static Stream<CostQuestion> questions(String tenant) {
    var dimensions = new ArrayList<>(Dimension.names());
    dimensions.add("tags.cost_owner");
    var questions = new ArrayList<CostQuestion>();
    for (var end : List.of(END, END.plusMillis(1))) {
      for (var buckets : List.of(TimeBuckets.NONE, days(end))) {
        questions.add(new CostQuestion(tenant, START, end, List.of(), List.of(), buckets));
        for (var name : dimensions) {
          var dimension = Dimension.of(name).orElseThrow();
          var condition = new Condition(dimension, List.of("", "a"));
          questions.add(
              new CostQuestion(
                  tenant, START, end, List.of(dimension), List.of(condition), buckets));
        }
        var all = dimensions.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
        var conditions =
            all.stream().map(each -> new Condition(each, List.of("x' OR 1 = 1"))).toList();
        questions.add(new CostQuestion(tenant, START, end, all, conditions, buckets));
      }
    }
    return questions.stream();
  }

  private static Stream<Statement> statements(CostQuestion question) {
    var group = question.groups().stream().map(any -> "a' OR '").toList();
    var position = new Position(START.getEpochSecond(), BigInteger.TWO.pow(100), group, "USD");
    return Stream.of(
        CostStatement.page(question, Optional.empty(), 11),
        CostStatement.page(question, Optional.of(position), 11),
        CostStatement.totals(question));
  }

  private static TimeBuckets days(Instant end) {
    return TimeBuckets.of(Step.DAY, ZoneOffset.UTC, START, end).orElseThrow();
  }
}
