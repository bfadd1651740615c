package dev.tollgate.quota.budget;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.kernel.window.WindowForm;
import dev.tollgate.proto.budget.v1.Hours;
import dev.tollgate.proto.budget.v1.PriorityCutoff;
import dev.tollgate.rating.Schedule;
import java.time.DayOfWeek;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Thresholds, cut-offs and grace as they go over the wire: parsed with every mistake named, and
/// printed.
final class ThresholdsForm {
  private static final int PERCENT_MAX = 1_000;
  private static final int DAY_MINUTES = 24 * 60;
  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])|24:00");

  private ThresholdsForm() {}

  static Thresholds parse(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    var soft = (int) fields.count("budget.soft_percent", form.getSoftPercent(), 0, PERCENT_MAX);
    var hard = (int) fields.count("budget.hard_percent", form.getHardPercent(), 0, PERCENT_MAX);
    return new Thresholds(
        soft == 0 ? Thresholds.DEFAULT.soft() : soft,
        hard == 0 ? Thresholds.DEFAULT.hard() : hard,
        cutoffs(fields, form.getPriorityCutoffsList()),
        form.hasGrace() ? grace(fields, form.getGrace()) : Grace.NONE);
  }

  private static Map<Priority, Integer> cutoffs(Fields fields, List<PriorityCutoff> forms) {
    var cutoffs = new EnumMap<Priority, Integer>(Priority.class);
    for (int i = 0; i < forms.size(); i++) {
      var field = "budget.priority_cutoffs[" + i + "]";
      var form = forms.get(i);
      fields.specified(field + ".priority", form.getPriority(), form.getPriorityValue());
      var priority = PriorityForm.parse(form.getPriority());
      var percent = (int) fields.count(field + ".percent", form.getPercent(), 0, PERCENT_MAX);
      if (cutoffs.put(priority, percent) != null) {
        fields.reject(field, priority + " (expected: each once)");
      }
    }
    return cutoffs;
  }

  private static Grace grace(Fields fields, dev.tollgate.proto.budget.v1.Grace form) {
    var field = "budget.grace";
    fields.known(field + ".priority_min", form.getPriorityMin(), form.getPriorityMinValue());
    return new Grace(
        (int) fields.count(field + ".percent", form.getPercent(), 1, PERCENT_MAX),
        form.getPriorityMinValue() == 0
            ? Priority.BATCH
            : PriorityForm.parse(form.getPriorityMin()),
        new Selector(
            SelectorForm.values(fields, field + ".selector", form.getSelectorMap()),
            new TreeMap<>()),
        form.hasHours() ? hours(fields, field + ".hours", form.getHours()) : Schedule.ALWAYS);
  }

  private static Schedule hours(Fields fields, String field, Hours form) {
    var zone = WindowForm.zone(fields, field + ".time_zone", form.getTimeZone());
    var from = minute(fields, field + ".from", form.getFrom(), 0);
    var to = minute(fields, field + ".to", form.getTo(), DAY_MINUTES);
    if (from == DAY_MINUTES) {
      fields.reject(field + ".from", "24:00 (expected: before the end of the day)");
    }
    return new Schedule(
        days(fields, field + ".days", form.getDaysList()),
        List.of(new Schedule.Hours(from % DAY_MINUTES, to)),
        zone,
        Set.of());
  }

  private static Set<DayOfWeek> days(Fields fields, String field, List<Integer> given) {
    var days = EnumSet.noneOf(DayOfWeek.class);
    for (var each : given) {
      if (each < 1 || each > 7 || !days.add(DayOfWeek.of(each))) {
        fields.reject(field, each + " (expected: 1 to 7, each once)");
      }
    }
    return days;
  }

  private static int minute(Fields fields, String field, String given, int missing) {
    if (given.isEmpty()) {
      return missing;
    }
    if (!TIME.matcher(given).matches()) {
      fields.reject(field, Shown.text(given) + " (expected: HH:MM)");
      return missing;
    }
    return Integer.parseInt(given.substring(0, 2)) * 60 + Integer.parseInt(given.substring(3));
  }

  static void print(Thresholds thresholds, dev.tollgate.proto.budget.v1.Budget.Builder form) {
    form.setSoftPercent(thresholds.soft()).setHardPercent(thresholds.hard());
    new TreeMap<>(thresholds.cutoffs())
        .forEach((priority, percent) ->
            form.addPriorityCutoffs(
                PriorityCutoff.newBuilder()
                    .setPriority(PriorityForm.print(priority))
                    .setPercent(percent)));
    if (thresholds.grace().percent() > 0) {
      form.setGrace(print(thresholds.grace()));
    }
  }

  private static dev.tollgate.proto.budget.v1.Grace print(Grace grace) {
    var form =
        dev.tollgate.proto.budget.v1.Grace.newBuilder()
            .setPercent(grace.percent())
            .setPriorityMin(PriorityForm.print(grace.least()))
            .putAllSelector(grace.selector().equal());
    if (!grace.hours().isAlways()) {
      var hours = grace.hours().hours().getFirst();
      form.setHours(
          Hours.newBuilder()
              .setTimeZone(WindowForm.print(grace.hours().zone()))
              .addAllDays(grace.hours().days().stream().map(DayOfWeek::getValue).sorted().toList())
              .setFrom(time(hours.from()))
              .setTo(time(hours.to())));
    }
    return form.build();
  }

  private static String time(int minute) {
    return "%02d:%02d".formatted(minute / 60, minute % 60);
  }
}
