package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.calendar.Earlier;
import dev.tollgate.query.calendar.Step;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.fx.Converted;
import dev.tollgate.query.org.Placed;
import dev.tollgate.query.org.PlacesOfTests;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about cost can lead to: each dimension as group and as
/// condition, with and without time buckets, first pages, later pages and totals, none to all of
/// the parts that can be repeated.
@NullMarked
public final class CostStatements {
  private static final Condition.Operator[] OPERATORS = Condition.Operator.values();
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00Z");

  private CostStatements() {}

  public static List<Statement> of(String tenant) {
    return questions(tenant).flatMap(CostStatements::statements).toList();
  }

  private static Stream<CostQuestion> questions(String tenant) {
    var dimensions = new ArrayList<>(Dimension.names());
    dimensions.add("tags.cost_owner");
    var questions = new ArrayList<CostQuestion>();
    for (var end : List.of(END, END.plusMillis(1))) {
      for (var buckets : List.of(TimeBuckets.NONE, days(end))) {
        questions.add(question(tenant, end, List.of(), List.of(), buckets));
        for (var name : dimensions) {
          var dimension = Dimension.of(name).orElseThrow();
          var operator = OPERATORS[questions.size() % OPERATORS.length];
          var condition = new Condition(dimension, operator, List.of("", "a"));
          questions.add(question(tenant, end, List.of(dimension), List.of(condition), buckets));
        }
        var all = dimensions.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
        var conditions =
            all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
        questions.add(question(tenant, end, all, conditions, buckets));
        var placed = placed(tenant, end, buckets);
        questions.add(placed);
        questions.add(placed.within(placed.scope().withConversion(Converted.hard())));
      }
    }
    return questions.stream();
  }

  private static CostQuestion question(
      String tenant,
      Instant end,
      List<Dimension> groups,
      List<Condition> conditions,
      TimeBuckets buckets) {
    return new CostQuestion(
        new Scope(tenant, START, end, conditions),
        groups,
        buckets,
        EnumSet.allOf(Measure.class),
        0,
        Optional.empty());
  }

  private static CostQuestion placed(String tenant, Instant end, TimeBuckets buckets) {
    var dimensions = List.of(Placed.DEPARTMENT, Placed.COST_CENTER, Placed.OWNER);
    var conditions =
        dimensions.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var question = question(tenant, end, dimensions, conditions, buckets);
    return question.within(question.scope().withPlaces(PlacesOfTests.hard()));
  }

  private static Stream<Statement> statements(CostQuestion question) {
    var group = question.groups().stream().map(any -> "a' OR '").toList();
    var position = new Position(START.getEpochSecond(), BigInteger.TWO.pow(100), group, "USD");
    var compared = compared(question);
    var own = Optional.of(List.of(group));
    var key = LatencyStatement.key(0, true, group);
    var missing =
        Stream.of(question, plain(question))
            .filter(each -> !each.groups().isEmpty())
            .map(CostStatement::missing);
    return Stream.concat(missing, others(question, position, compared, own, key));
  }

  private static Stream<Statement> others(
      CostQuestion question,
      Position position,
      CostQuestion compared,
      Optional<List<List<String>>> own,
      List<String> key) {
    return Stream.of(
        CostStatement.page(question, Optional.empty(), Optional.empty(), 11),
        CostStatement.page(question, Optional.empty(), Optional.of(position), 11),
        CostStatement.page(question, own, Optional.empty(), 11),
        CostStatement.page(compared, own, Optional.of(position), 11),
        CostStatement.totals(question),
        CostStatement.totals(compared),
        CostStatement.top(question),
        CostStatement.page(plain(question), Optional.empty(), Optional.of(position), 11),
        CostStatement.page(plain(compared), Optional.empty(), Optional.of(position), 11),
        LatencyStatement.of(question, Optional.empty(), List.of(key)),
        LatencyStatement.of(question, own, List.of(key, key)));
  }

  /* Without what is read from the events only. */
  private static CostQuestion plain(CostQuestion question) {
    return new CostQuestion(
        question.scope(),
        question.groups(),
        question.buckets(),
        EnumSet.of(Measure.MEASURE_TOKENS, Measure.MEASURE_COST_PER_REQUEST),
        5,
        question.earlier());
  }

  private static CostQuestion compared(CostQuestion question) {
    var scope = question.scope();
    var earlier =
        Earlier.of(
            Optional.empty(), ZoneOffset.UTC, scope.start(), scope.end(), question.buckets());
    return new CostQuestion(
        scope, question.groups(), question.buckets(), question.measures(), 5, Optional.of(earlier));
  }

  private static TimeBuckets days(Instant end) {
    return TimeBuckets.of(Step.DAY, ZoneOffset.UTC, START, end).orElseThrow();
  }
}
