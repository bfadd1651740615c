package dev.tollgate.query.ask;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.ReportingCurrency;
import dev.tollgate.query.calendar.Step;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.org.OrgView;
import dev.tollgate.query.org.Placed;
import dev.tollgate.query.org.Places;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// The fields that requests have in common, read and checked. As with [Fields], a reader returns
/// something harmless in place of a bad value, and [#check] throws FIELD_INVALID with all mistakes.
/// Not safe for concurrent use.
public final class AskedFields {
  public static final int GROUPS_MAX = 8;
  public static final int PAGE_SIZE_MAX = 10_000;

  private static final Instant TIME_MIN = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");
  private static final int YEARS_MAX = 10;
  private static final int FILTERS_MAX = 16;
  private static final int VALUES_MAX = 100;
  private static final int ZONE_LENGTH_MAX = 64;
  private static final long VERSION_MAX = 1_000_000_000_000_000L;
  private static final int PAGE_SIZE_DEFAULT = 1_000;
  private static final String DIMENSION_EXPECTED =
      "a dimension or tags.<key of 1 to " + Dimension.TAG_KEY_MAX + " characters>";

  private final Fields fields = new Fields();
  private OrgView view = OrgView.AS_STATED;
  private Conversion conversion = Conversion.NONE;

  /// For the fields that one method alone has.
  public Fields fields() {
    return fields;
  }

  public void check() {
    fields.check();
  }

  /// A time in this century, which must be there.
  public Instant time(String field, boolean present, Timestamp value) {
    return fields.instant(field, present, value, TIME_MIN, TIME_MAX);
  }

  /// The time of `as_of_time`, in whole milliseconds; empty where there is none.
  public Optional<Instant> asOf(boolean present, Timestamp value, Instant now) {
    return present
        ? Optional.of(fields.instant("as_of_time", true, value, TIME_MIN, now))
            .map(time -> time.truncatedTo(ChronoUnit.MILLIS))
        : Optional.empty();
  }

  /// By which org tree `department`, `cost_center` and `owner` are said. To be read before what
  /// names dimensions.
  public void orgView(dev.tollgate.proto.query.v1.OrgView asked, int number) {
    view =
        switch (fields.known("org_view", asked, number)) {
          case ORG_VIEW_UNSPECIFIED, UNRECOGNIZED -> OrgView.AS_STATED;
          case ORG_VIEW_AS_WAS -> OrgView.AS_WAS;
          case ORG_VIEW_AS_IS_NOW -> OrgView.AS_IS_NOW;
        };
  }

  /// In which currency amounts are. To be read before the scope.
  public void reportingCurrency(boolean present, ReportingCurrency asked) {
    if (present) {
      conversion =
          Conversion.asked(
              fields.id("reporting_currency.fx_table_id", asked.getFxTableId()),
              fields.count("reporting_currency.version", asked.getVersion(), 0, VERSION_MAX));
    }
  }

  /// From `start_time` to before `end_time`, as [#time] has read them, under the conditions of
  /// `filters` and what the caller pins. To be read before other fields.
  public Scope scope(Caller caller, Instant start, Instant end, List<Filter> filters) {
    if (fields.violations().isEmpty()) {
      checkRange(start, end);
    }
    var conditions = conditions(filters);
    caller
        .pins()
        .forEach((name, value) ->
            conditions.add(Condition.in(Dimension.of(name).orElseThrow(), List.of(value))));
    return new Scope(
        caller.tenant(),
        upToMillis(start),
        upToMillis(end),
        conditions,
        Places.asked(view),
        conversion);
  }

  /// Each once, at most `max`.
  public List<Dimension> dimensions(String field, List<String> names, int max) {
    fields.count(field + " (size)", names.size(), 0, max);
    var dimensions = new ArrayList<Dimension>();
    if (names.size() <= max) {
      var seen = new HashSet<Dimension>();
      for (var i = 0; i < names.size(); i++) {
        var element = field + "[" + i + "]";
        var dimension = dimension(element, names.get(i));
        if (dimension.isPresent() && !seen.add(dimension.get())) {
          fields.reject(element, Shown.text(dimension.get().name()) + " (expected: each once)");
        }
        dimension.ifPresent(dimensions::add);
      }
    }
    return dimensions;
  }

  public Optional<Dimension> dimension(String field, String name) {
    var placed = Placed.of(name);
    if (placed.isPresent() && view != OrgView.AS_STATED) {
      return placed;
    }
    var dimension = Dimension.of(name);
    if (placed.isPresent() && dimension.isEmpty()) {
      fields.rejectText(field, name, "org_view AS_WAS or AS_IS_NOW with it");
    } else if (dimension.isEmpty()) {
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

  /// The zone of `time_zone`; UTC where that is empty.
  public ZoneId zone(String name) {
    if (name.isEmpty()) {
      return ZoneOffset.UTC;
    }
    if (name.length() <= ZONE_LENGTH_MAX && ZoneId.getAvailableZoneIds().contains(name)) {
      return ZoneId.of(name);
    }
    fields.reject("time_zone", Shown.text(name) + " (expected: an IANA name like Europe/Berlin)");
    return ZoneOffset.UTC;
  }

  /// The length of the time buckets of `granularity`; empty for none.
  public Optional<Step> step(Granularity granularity, int number) {
    return switch (fields.known("granularity", granularity, number)) {
      case GRANULARITY_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
      case GRANULARITY_MINUTE -> Optional.of(Step.MINUTE);
      case GRANULARITY_QUARTER_HOUR -> Optional.of(Step.QUARTER_HOUR);
      case GRANULARITY_HOUR -> Optional.of(Step.HOUR);
      case GRANULARITY_DAY -> Optional.of(Step.DAY);
      case GRANULARITY_WEEK -> Optional.of(Step.WEEK);
      case GRANULARITY_MONTH -> Optional.of(Step.MONTH);
    };
  }

  /// The time buckets of a scope; to be asked once all fields are known to be good.
  ///
  /// @throws Failure QUERY_TOO_LARGE where they are too many
  public static TimeBuckets buckets(Optional<Step> step, ZoneId zone, Scope scope) {
    return step.map(each ->
            TimeBuckets.of(each, zone, scope.start(), scope.end())
                .orElseThrow(() ->
                    Failure.of(
                        Reason.QUERY_TOO_LARGE,
                        "More than "
                            + TimeBuckets.COUNT_MAX
                            + " time buckets: take a shorter range or longer buckets")))
        .orElse(TimeBuckets.NONE);
  }

  /// The rows of a page by `page_size`.
  public int pageSize(int asked) {
    return pageSize(asked, PAGE_SIZE_DEFAULT);
  }

  /// As above, with another size where none is given.
  public int pageSize(int asked, int unsaid) {
    var size = (int) fields.count("page_size", asked, 0, PAGE_SIZE_MAX);
    return size == 0 ? unsaid : size;
  }

  private void checkRange(Instant start, Instant end) {
    if (!end.isAfter(start)) {
      fields.reject("end_time", end + " (expected: after start_time, " + start + ")");
    } else if (end.isAfter(start.atOffset(ZoneOffset.UTC).plusYears(YEARS_MAX).toInstant())) {
      fields.reject(
          "end_time", end + " (expected: at most " + YEARS_MAX + " years after " + start + ")");
    }
  }

  private List<Condition> conditions(List<Filter> filters) {
    fields.count("filters (size)", filters.size(), 0, FILTERS_MAX);
    var conditions = new ArrayList<Condition>();
    if (filters.size() <= FILTERS_MAX) {
      for (var i = 0; i < filters.size(); i++) {
        condition("filters[" + i + "]", filters.get(i)).ifPresent(conditions::add);
      }
    }
    return conditions;
  }

  private Optional<Condition> condition(String field, Filter filter) {
    var dimension = dimension(field + ".dimension", filter.getDimension());
    var operator =
        fields.known(field + ".operator", filter.getOperator(), filter.getOperatorValue());
    values(field + ".values", filter, operator);
    if (operator == FilterOperator.FILTER_OPERATOR_PREFIX
        && dimension.filter(Dimension::isUser).isPresent()) {
      fields.reject(field + ".operator", "PREFIX of user", "IN, NOT_IN or MISSING");
    }
    return dimension.map(known ->
        switch (operator) {
          case FILTER_OPERATOR_UNSPECIFIED, FILTER_OPERATOR_IN, UNRECOGNIZED ->
              Condition.in(known, filter.getValuesList());
          case FILTER_OPERATOR_NOT_IN ->
              new Condition(known, Condition.Operator.NOT_IN, filter.getValuesList());
          case FILTER_OPERATOR_PREFIX ->
              new Condition(known, Condition.Operator.PREFIX, filter.getValuesList());
          case FILTER_OPERATOR_MISSING -> Condition.in(known, List.of(""));
        });
  }

  private void values(String field, Filter filter, FilterOperator operator) {
    var isMissing = operator == FilterOperator.FILTER_OPERATOR_MISSING;
    var isPrefix = operator == FilterOperator.FILTER_OPERATOR_PREFIX;
    var count = filter.getValuesCount();
    fields.count(field + " (size)", count, isMissing ? 0 : 1, isMissing ? 0 : VALUES_MAX);
    if (count <= VALUES_MAX) {
      for (var i = 0; i < count; i++) {
        fields.text(
            field + "[" + i + "]",
            filter.getValues(i),
            isPrefix ? 1 : 0,
            Fields.DIMENSION_VALUE_MAX);
      }
    }
  }

  /* An event lies before a time exactly if it lies before the first millisecond from it on. */
  private static Instant upToMillis(Instant time) {
    var millis = Instant.ofEpochMilli(time.toEpochMilli());
    return millis.equals(time) ? time : millis.plusMillis(1);
  }
}
