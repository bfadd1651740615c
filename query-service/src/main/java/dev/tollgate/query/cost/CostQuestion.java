package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.calendar.Earlier;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.Sum;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a caller wants to know about a tenant's cost, checked.
///
/// @param measures what the rows say
/// @param top how many groups have rows of their own; 0 for all
/// @param earlier with what it is compared
record CostQuestion(
    Scope scope,
    List<Dimension> groups,
    TimeBuckets buckets,
    Set<Measure> measures,
    int top,
    Optional<Earlier> earlier) {
  /// What is added up for every question, and of the time compared with.
  static final Set<Sum> ALWAYS = EnumSet.of(Sum.COST, Sum.EVENTS, Sum.UNPRICED_EVENTS);

  private static final Set<Sum> TOKENS = EnumSet.range(Sum.INPUT_TOKENS, Sum.REASONING_TOKENS);

  CostQuestion {
    groups = List.copyOf(groups);
    measures = Set.copyOf(measures);
  }

  CostQuestion within(Scope other) {
    return new CostQuestion(other, groups, buckets, measures, top, earlier);
  }

  /// Without what it is compared with.
  CostQuestion now() {
    return new CostQuestion(scope, groups, buckets, measures, top, Optional.empty());
  }

  /// The whole range as one group.
  CostQuestion whole() {
    return new CostQuestion(scope, List.of(), TimeBuckets.NONE, measures, 0, Optional.empty());
  }

  boolean bucketed() {
    return !buckets.equals(TimeBuckets.NONE);
  }

  boolean asks(Measure measure) {
    return measures.contains(measure);
  }

  /// Whether any rows say how long calls took.
  boolean asksForTimes() {
    return asks(Measure.MEASURE_LATENCY) || asks(Measure.MEASURE_TIME_TO_FIRST_TOKEN);
  }

  /// What must be added up for the measures.
  Set<Sum> sums() {
    var sums = EnumSet.copyOf(ALWAYS);
    for (var measure : measures) {
      switch (measure) {
        case MEASURE_LIST_COST -> sums.add(Sum.LIST_COST);
        case MEASURE_REQUESTS, MEASURE_COST_PER_REQUEST -> sums.add(Sum.RETRIES);
        case MEASURE_ERRORS -> sums.add(Sum.ERRORS);
        case MEASURE_TOKENS -> sums.addAll(TOKENS);
        case MEASURE_COST_PER_1000_TOKENS -> {
          sums.add(Sum.INPUT_TOKENS);
          sums.add(Sum.OUTPUT_TOKENS);
        }
        default -> {
          // Is always there, or no sum.
        }
      }
    }
    return sums;
  }

  LedgerSource source() {
    return asks(Measure.MEASURE_USAGE)
        ? LedgerSource.EVENTS
        : LedgerSource.of(dimensions(), cuts());
  }

  /// The dimensions that groups and conditions are of.
  Stream<Dimension> dimensions() {
    return Stream.concat(groups.stream(), scope.dimensions());
  }

  /// Where time is cut: at the ends of ranges and between buckets.
  Stream<Instant> cuts() {
    return Stream.concat(
        LedgerSource.cuts(scope.start(), scope.end(), buckets.starts()),
        earlier.stream()
            .flatMap(each -> LedgerSource.cuts(each.start(), each.end(), each.starts())));
  }
}
