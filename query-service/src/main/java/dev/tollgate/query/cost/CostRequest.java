package dev.tollgate.query.cost;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.query.calendar.Step;
import dev.tollgate.query.calendar.TimeBuckets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// A `GetCostRequest` as it came over the wire, and its reading.
final class CostRequest {
  private static final Instant TIME_MIN = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");
  private static final int YEARS_MAX = 10;
  private static final int GROUPS_MAX = 8;
  private static final int FILTERS_MAX = 16;
  private static final int VALUES_MAX = 100;
  private static final int ZONE_LENGTH_MAX = 64;
  private static final int PAGE_SIZE_MAX = 10_000;
  private static final int PAGE_SIZE_DEFAULT = 1_000;
  private static final String DIMENSION_EXPECTED =
      "a dimension or tags.<key of 1 to " + Dimension.TAG_KEY_MAX + " characters>";

  private final GetCostRequest wire;
  private final Fields fields = new Fields();

  private CostRequest(GetCostRequest wire) {
    this.wire = wire;
  }

  /// The question, or FIELD_INVALID with all that is wrong with it, or QUERY_TOO_LARGE.
  static CostQuestion read(GetCostRequest request, Caller caller) {
    return new CostRequest(request).read(caller);
  }

  /// How many rows a page of the answer has, once the request has been read.
  static int pageSize(GetCostRequest request) {
    return request.getPageSize() == 0 ? PAGE_SIZE_DEFAULT : request.getPageSize();
  }

  private CostQuestion read(Caller caller) {
    var start =
        fields.instant("start_time", wire.hasStartTime(), wire.getStartTime(), TIME_MIN, TIME_MAX);
    var end = fields.instant("end_time", wire.hasEndTime(), wire.getEndTime(), TIME_MIN, TIME_MAX);
    if (fields.violations().isEmpty()) {
      checkRange(start, end);
    }
    var groups = groups();
    var conditions = conditions();
    var zone = zone();
    fields.known("granularity", wire.getGranularity(), wire.getGranularityValue());
    fields.count("page_size", wire.getPageSize(), 0, PAGE_SIZE_MAX);
    fields.check();
    caller
        .pins()
        .forEach((name, value) ->
            conditions.add(new Condition(Dimension.of(name).orElseThrow(), List.of(value))));
    return new CostQuestion(
        caller.tenant(),
        upToMillis(start),
        upToMillis(end),
        groups,
        conditions,
        buckets(zone, start, end));
  }

  private void checkRange(Instant start, Instant end) {
    if (!end.isAfter(start)) {
      fields.reject("end_time", end + " (expected: after start_time, " + start + ")");
    } else if (end.isAfter(start.atOffset(ZoneOffset.UTC).plusYears(YEARS_MAX).toInstant())) {
      fields.reject(
          "end_time", end + " (expected: at most " + YEARS_MAX + " years after " + start + ")");
    }
  }

  private List<Dimension> groups() {
    fields.count("group_by (size)", wire.getGroupByCount(), 0, GROUPS_MAX);
    var groups = new ArrayList<Dimension>();
    if (wire.getGroupByCount() <= GROUPS_MAX) {
      var seen = new HashSet<Dimension>();
      for (var i = 0; i < wire.getGroupByCount(); i++) {
        var field = "group_by[" + i + "]";
        var dimension = dimension(field, wire.getGroupBy(i));
        if (dimension.isPresent() && !seen.add(dimension.get())) {
          fields.reject(field, Shown.text(dimension.get().name()) + " (expected: each once)");
        }
        dimension.ifPresent(groups::add);
      }
    }
    return groups;
  }

  private List<Condition> conditions() {
    fields.count("filters (size)", wire.getFiltersCount(), 0, FILTERS_MAX);
    var conditions = new ArrayList<Condition>();
    if (wire.getFiltersCount() <= FILTERS_MAX) {
      for (var i = 0; i < wire.getFiltersCount(); i++) {
        condition("filters[" + i + "]", wire.getFilters(i)).ifPresent(conditions::add);
      }
    }
    return conditions;
  }

  private Optional<Condition> condition(String field, Filter filter) {
    var dimension = dimension(field + ".dimension", filter.getDimension());
    var count = filter.getValuesCount();
    fields.count(field + ".values (size)", count, 1, VALUES_MAX);
    if (count <= VALUES_MAX) {
      for (var i = 0; i < count; i++) {
        fields.text(
            field + ".values[" + i + "]", filter.getValues(i), 0, Fields.DIMENSION_VALUE_MAX);
      }
    }
    return dimension.map(known -> new Condition(known, filter.getValuesList()));
  }

  private Optional<Dimension> dimension(String field, String name) {
    var dimension = Dimension.of(name);
    if (dimension.isEmpty()) {
      var hint =
          name.isEmpty() || name.startsWith(Dimension.TAG_PREFIX)
              ? ""
              : "; nearest: " + Dimension.nearest(name);
      fields.reject(field, Shown.text(name) + " (expected: " + DIMENSION_EXPECTED + hint + ")");
    } else if (dimension.get().isTag()) {
      fields.text(field, name, 1, Dimension.TAG_PREFIX.length() + Dimension.TAG_KEY_MAX);
    }
    return dimension;
  }

  private ZoneId zone() {
    var name = wire.getTimeZone();
    if (name.isEmpty()) {
      return ZoneOffset.UTC;
    }
    if (name.length() <= ZONE_LENGTH_MAX && ZoneId.getAvailableZoneIds().contains(name)) {
      return ZoneId.of(name);
    }
    fields.reject("time_zone", Shown.text(name) + " (expected: an IANA name like Europe/Berlin)");
    return ZoneOffset.UTC;
  }

  private TimeBuckets buckets(ZoneId zone, Instant start, Instant end) {
    return switch (wire.getGranularity()) {
      case GRANULARITY_UNSPECIFIED, UNRECOGNIZED -> TimeBuckets.NONE;
      case GRANULARITY_HOUR -> buckets(Step.HOUR, zone, start, end);
      case GRANULARITY_DAY -> buckets(Step.DAY, zone, start, end);
      case GRANULARITY_MONTH -> buckets(Step.MONTH, zone, start, end);
    };
  }

  private static TimeBuckets buckets(Step step, ZoneId zone, Instant start, Instant end) {
    return TimeBuckets.of(step, zone, start, end)
        .orElseThrow(() ->
            Failure.of(
                Reason.QUERY_TOO_LARGE,
                "More than "
                    + TimeBuckets.COUNT_MAX
                    + " time buckets: take a shorter range or longer buckets"));
  }

  /* An event lies before a time exactly if it lies before the first millisecond from it on. */
  private static Instant upToMillis(Instant time) {
    var millis = Instant.ofEpochMilli(time.toEpochMilli());
    return millis.equals(time) ? time : millis.plusMillis(1);
  }

  /// What an answer depends on besides who asks: the question without its pages.
  static byte[] withoutPage(GetCostRequest request) {
    return request.toBuilder().clearPageSize().clearPageToken().build().toByteArray();
  }
}
