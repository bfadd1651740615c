package dev.tollgate.kernel.window;

import com.google.protobuf.util.Durations;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.kernel.window.Window.Unit;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Sliding;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Windows as they go over the wire: parsed with every mistake named, and printed.
public final class WindowForm {
  private static final Duration SLIDING_MIN = Duration.ofMinutes(1);
  private static final Duration SLIDING_MAX = Duration.ofDays(366);
  private static final String FIELD = "budget.window";

  private WindowForm() {}

  public static Window parse(Fields fields, dev.tollgate.proto.budget.v1.Window form) {
    return switch (form.getKindCase()) {
      case CALENDAR_MONTH ->
          Window.month(
              zone(
                  fields,
                  FIELD + ".calendar_month.time_zone",
                  form.getCalendarMonth().getTimeZone()));
      case CALENDAR -> calendar(fields, form.getCalendar());
      case SLIDING -> sliding(fields, form.getSliding());
      case LIFETIME -> new Window.Lifetime();
      case KIND_NOT_SET -> {
        fields.reject(FIELD, "missing (expected: calendar_month, calendar, sliding or lifetime)");
        yield new Window.Lifetime();
      }
    };
  }

  private static Window calendar(Fields fields, Calendar form) {
    var field = FIELD + ".calendar";
    var unit = unit(fields, form);
    var days = unit == Unit.WEEK ? 7 : unit.isOfMonths() ? 31 : 0;
    var months = unit == Unit.YEAR || unit == Unit.QUARTER ? 12 : 0;
    return new Window.Calendar(
        unit,
        zone(fields, field + ".time_zone", form.getTimeZone()),
        anchor(fields, field + ".anchor_day", form.getAnchorDay(), days),
        anchor(fields, field + ".anchor_month", form.getAnchorMonth(), months));
  }

  private static int anchor(Fields fields, String field, int given, int max) {
    return Math.max(1, (int) fields.count(field, given, 0, max));
  }

  private static Unit unit(Fields fields, Calendar form) {
    var given = fields.specified(FIELD + ".calendar.unit", form.getUnit(), form.getUnitValue());
    return switch (given) {
      case CALENDAR_UNIT_MINUTE -> Unit.MINUTE;
      case CALENDAR_UNIT_HOUR -> Unit.HOUR;
      case CALENDAR_UNIT_DAY -> Unit.DAY;
      case CALENDAR_UNIT_WEEK -> Unit.WEEK;
      case CALENDAR_UNIT_QUARTER -> Unit.QUARTER;
      case CALENDAR_UNIT_YEAR -> Unit.YEAR;
      case CALENDAR_UNIT_MONTH, CALENDAR_UNIT_UNSPECIFIED, UNRECOGNIZED -> Unit.MONTH;
    };
  }

  private static Window sliding(Fields fields, Sliding form) {
    var field = FIELD + ".sliding.length";
    var length = fields.duration(field, form.getLength(), SLIDING_MIN, SLIDING_MAX);
    if (!length.truncatedTo(ChronoUnit.SECONDS).equals(length)) {
      fields.reject(field, length + " (expected: whole seconds)");
    }
    return new Window.Sliding(Duration.ofSeconds(length.toSeconds()));
  }

  /// The zone of that name; UTC for an empty one.
  public static ZoneId zone(Fields fields, String field, String name) {
    if (name.isEmpty() || name.equals("UTC")) {
      return ZoneOffset.UTC;
    }
    try {
      if (ZoneId.getAvailableZoneIds().contains(name)) {
        return ZoneId.of(name);
      }
    } catch (DateTimeException e) {
      /* Rejected below. */
    }
    fields.reject(field, Shown.text(name) + " (expected: an IANA name like Europe/Berlin)");
    return ZoneOffset.UTC;
  }

  public static String print(ZoneId zone) {
    return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }

  public static dev.tollgate.proto.budget.v1.Window print(Window window) {
    var form = dev.tollgate.proto.budget.v1.Window.newBuilder();
    switch (window) {
      case Window.Calendar(var unit, var zone, var day, var month)
          when unit == Unit.MONTH && day == 1 ->
          form.setCalendarMonth(CalendarMonth.newBuilder().setTimeZone(print(zone)));
      case Window.Calendar calendar -> form.setCalendar(print(calendar));
      case Window.Sliding(var length) ->
          form.setSliding(
              Sliding.newBuilder().setLength(Durations.fromSeconds(length.toSeconds())));
      case Window.Lifetime() -> form.setLifetime(Lifetime.getDefaultInstance());
    }
    return form.build();
  }

  private static Calendar print(Window.Calendar calendar) {
    var unit = calendar.unit();
    var form =
        Calendar.newBuilder()
            .setUnit(CalendarUnit.valueOf("CALENDAR_UNIT_" + unit.name()))
            .setTimeZone(print(calendar.zone()));
    if (unit == Unit.WEEK || unit.isOfMonths()) {
      form.setAnchorDay(calendar.anchorDay());
    }
    if (unit == Unit.YEAR || unit == Unit.QUARTER) {
      form.setAnchorMonth(calendar.anchorMonth());
    }
    return form.build();
  }
}
