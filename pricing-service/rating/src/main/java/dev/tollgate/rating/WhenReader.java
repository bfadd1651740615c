package dev.tollgate.rating;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import dev.tollgate.rating.Schedule.Hours;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Reads the parts of a price that say for which part of the use it holds: context tier, schedule,
/// volume, allotment.
final class WhenReader {
  static final String COUNTER = "[a-z0-9][a-z0-9._/-]{0,62}";
  private static final String COUNTER_EXPECTED = "a-z 0-9 . _ / -";
  private static final long UNITS_MAX = 1_000_000_000_000_000L;
  private static final int STEPS_MAX = 32;
  private static final String HOURS = "([01]\\d|2[0-3]):[0-5]\\d-(([01]\\d|2[0-3]):[0-5]\\d|24:00)";

  private final String price;
  private final List<Problem> problems;

  WhenReader(String price, List<Problem> problems) {
    this.price = price;
    this.problems = problems;
  }

  ContextTier contextTier(JsonNode node) {
    if (node.isMissingNode()) {
      return ContextTier.BASE;
    }
    var entry = new BookEntry(price + " context_tier", node, problems);
    var tier =
        new ContextTier(
            entry.count("threshold_tokens", 1, 1_000_000_000),
            entry.flag("inclusive"),
            entry.choice("mode", ContextTier.Mode.class, ContextTier.Mode.CLIFF));
    entry.end();
    return tier;
  }

  Schedule schedule(JsonNode node) {
    if (node.isMissingNode()) {
      return Schedule.ALWAYS;
    }
    var entry = new BookEntry(price + " schedule", node, problems);
    var schedule =
        new Schedule(
            days(entry),
            entry.texts("hours", HOURS, "HH:MM-HH:MM, the second up to 24:00").stream()
                .sorted()
                .map(WhenReader::hours)
                .toList(),
            zone(entry),
            dates(entry));
    if (schedule.isAlways()) {
      entry.reject("hours", "is missing or empty (expected: at least one HH:MM-HH:MM)");
    } else if (!schedule.isConsistent()) {
      entry.reject("hours", schedule.hours() + " (expected: hours that don't overlap)");
    }
    entry.end();
    return schedule;
  }

  private static Hours hours(String text) {
    return new Hours(minute(text.substring(0, 5)), minute(text.substring(6)));
  }

  private static int minute(String text) {
    return Integer.parseInt(text.substring(0, 2)) * 60 + Integer.parseInt(text.substring(3));
  }

  private static Set<DayOfWeek> days(BookEntry entry) {
    var days = EnumSet.noneOf(DayOfWeek.class);
    var names = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";
    for (var day : entry.texts("days", names, "one of " + names.replace('|', ' '))) {
      days.add(DayOfWeek.valueOf(day.toUpperCase(Locale.ROOT)));
    }
    return Collections.unmodifiableSet(days);
  }

  private static ZoneId zone(BookEntry entry) {
    var name = entry.optionalText("zone", "[A-Za-z0-9_+/-]{1,64}", "an IANA time zone");
    try {
      return name.isEmpty() || name.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException unknown) {
      entry.reject("zone", name + " (expected: an IANA time zone such as Asia/Shanghai)");
      return ZoneOffset.UTC;
    }
  }

  private static Set<LocalDate> dates(BookEntry entry) {
    var dates = new TreeSet<LocalDate>();
    for (var text : entry.texts("except", "\\d{4}-\\d\\d-\\d\\d", "a date such as 2026-10-01")) {
      try {
        dates.add(LocalDate.parse(text));
      } catch (DateTimeException none) {
        entry.reject("except", text + " (expected: a date such as 2026-10-01)");
      }
    }
    return Collections.unmodifiableSet(dates);
  }

  Volume volume(JsonNode node) {
    if (node.isMissingNode()) {
      return Volume.NONE;
    }
    var entry = new BookEntry(price + " volume", node, problems);
    var counter = entry.text("counter", COUNTER, COUNTER_EXPECTED);
    var mode = entry.choice("mode", Volume.Mode.class, Volume.Mode.MARGINAL);
    var steps = new ArrayList<Volume.Step>();
    for (var each : entry.list("steps")) {
      var step = new BookEntry(entry.name() + " steps[" + steps.size() + "]", each, problems);
      steps.add(new Volume.Step(step.count("above", 1, UNITS_MAX), step.amount("amount")));
      step.end();
      if (steps.size() > 1 && steps.getLast().above() <= steps.get(steps.size() - 2).above()) {
        step.reject("above", steps.getLast().above() + " (expected: more than the step before)");
      }
    }
    if (steps.isEmpty() || steps.size() > STEPS_MAX) {
      entry.reject("steps", steps.size() + " (expected: 1 to " + STEPS_MAX + ")");
    }
    entry.end();
    return new Volume(counter, mode, List.copyOf(steps));
  }

  Allotment allotment(JsonNode node) {
    if (node.isMissingNode()) {
      return Allotment.NONE;
    }
    var entry = new BookEntry(price + " allotment", node, problems);
    var allotment =
        new Allotment(
            entry.text("counter", COUNTER, COUNTER_EXPECTED),
            entry.count("quantity", 1, UNITS_MAX));
    entry.end();
    return allotment;
  }
}
