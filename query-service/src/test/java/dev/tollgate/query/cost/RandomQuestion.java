package dev.tollgate.query.cost;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.Comparison;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.scope.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// Makes up questions about a `RandomLedger`: all that may be asked, alone and together.
@NullMarked
final class RandomQuestion {
  private static final List<String> ZONES =
      List.of(
          "",
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Asia/Kathmandu",
          "Australia/Lord_Howe",
          "Pacific/Chatham",
          "Africa/Casablanca",
          "America/Havana");

  private static final List<Granularity> GRANULARITIES =
      List.of(
          Granularity.GRANULARITY_UNSPECIFIED,
          Granularity.GRANULARITY_QUARTER_HOUR,
          Granularity.GRANULARITY_HOUR,
          Granularity.GRANULARITY_DAY,
          Granularity.GRANULARITY_WEEK,
          Granularity.GRANULARITY_MONTH);

  private RandomQuestion() {}

  /// @param middles around which the ledger was made
  static GetCostRequest about(List<String> middles, RandomGenerator random) {
    var made =
        new RandomLedger(
            random,
            Instant.parse(middles.get(random.nextInt(middles.size()))),
            random.nextBoolean() ? Duration.ofDays(4) : Duration.ofDays(40));
    var one = made.time();
    var other = made.time();
    if (random.nextInt(3) > 0) {
      var grain = random.nextBoolean() ? 900 : 3600;
      one = floor(one, grain);
      other = floor(other, grain);
    }
    var first = one.isBefore(other) ? one : other;
    var last = one.isBefore(other) ? other : one.plus(Scope.SLOT);
    var request =
        GetCostRequest.newBuilder()
            .setStartTime(timestamp(first))
            .setEndTime(timestamp(last))
            .setGranularity(GRANULARITIES.get(random.nextInt(GRANULARITIES.size())))
            .setTimeZone(ZONES.get(random.nextInt(ZONES.size())))
            .setPageSize(random.nextInt(4) == 0 ? 7 : 10_000);
    var names = new ArrayList<>(Dimension.names());
    names.addAll(List.of("tags.k", "tags.l'"));
    if (random.nextInt(4) > 0) {
      names.removeAll(List.of("endpoint", "session", "interaction", "trace", "request"));
      names.removeIf(name -> name.startsWith("tags."));
    }
    Collections.shuffle(names, new Random(random.nextLong()));
    request.addAllGroupBy(names.subList(0, random.nextInt(4)));
    for (var i = random.nextInt(3); i > 0; i--) {
      request.addFilters(filter(random, names.get(random.nextInt(names.size())), made));
    }
    if (random.nextInt(3) > 0) {
      measures(random, request);
    }
    if (random.nextInt(4) == 0 && request.getGroupByCount() > 0) {
      request.setTop(random.nextInt(1, 4)).setPageSize(10_000);
    }
    if (random.nextInt(3) == 0) {
      request.setComparison(Comparison.COMPARISON_PREVIOUS_PERIOD);
    }
    return request.build();
  }

  /* What needs the events is asked for seldom. */
  private static void measures(RandomGenerator random, GetCostRequest.Builder request) {
    var measures = new ArrayList<>(List.of(Measure.values()));
    measures.removeAll(List.of(Measure.MEASURE_UNSPECIFIED, Measure.UNRECOGNIZED));
    if (random.nextInt(4) > 0) {
      measures.remove(Measure.MEASURE_USAGE);
    }
    Collections.shuffle(measures, new Random(random.nextLong()));
    request.addAllMeasures(measures.subList(0, random.nextInt(1, 5)));
  }

  private static Filter filter(RandomGenerator random, String dimension, RandomLedger made) {
    var filter = Filter.newBuilder().setDimension(dimension);
    return switch (random.nextInt(5)) {
      case 0 ->
          filter
              .setOperator(FilterOperator.FILTER_OPERATOR_NOT_IN)
              .addValues(made.value())
              .addValues("absent")
              .build();
      case 1 -> filter.setOperator(FilterOperator.FILTER_OPERATOR_MISSING).build();
      case 2 ->
          dimension.equals("user")
              ? filter.addValues("").setOperator(FilterOperator.FILTER_OPERATOR_IN).build()
              : filter
                  .setOperator(FilterOperator.FILTER_OPERATOR_PREFIX)
                  .addValues(random.nextBoolean() ? "' OR" : "back\\")
                  .addValues(random.nextBoolean() ? "ünï" : "{ten")
                  .build();
      default -> filter(dimension, made.value(), made.value(), made.value(), "absent");
    };
  }

  private static Instant floor(Instant time, int seconds) {
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }

  private static Filter filter(String dimension, String... values) {
    return Filter.newBuilder().setDimension(dimension).addAllValues(List.of(values)).build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
