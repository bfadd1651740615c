package dev.tollgate.query.alert;

import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.query.burn.MadeBudgets;
import dev.tollgate.query.burn.MadeBurn;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.health.MadeCall;
import dev.tollgate.query.ledger.HourMarks;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/// What a tenant's people are to be told of: new teams, budgets of which much is used, an endpoint
/// that failed again and again while nobody looked, weeks and months that are over.
@NullMarked
final class Causes {
  static final int TEAMS = 20;
  static final int BUDGETS = 12;
  private static final int UNSEEN_HOURS = 40;
  private static final int CALLS_AN_HOUR = 20;
  private static final int FAILED_WHEN_ILL = 12;
  private static final int PERIODS = 2;
  private static final long UNIT_PICOS = 1_000_000_000_000L;

  private final TestLedger ledger;
  private final String tenant;
  private final MadeBudgets quota;
  private final RandomGenerator random;
  private final Instant now;
  private final Set<String> expected = new TreeSet<>();
  private final Set<String> reports = new TreeSet<>();
  private int calls;

  Causes(TestLedger ledger, String tenant, MadeBudgets quota, RandomGenerator random, Instant now) {
    this.ledger = ledger;
    this.tenant = tenant;
    this.quota = quota;
    this.random = random;
    this.now = now.truncatedTo(ChronoUnit.MILLIS);
  }

  /// Each kind is of a tenant of its own, so that none says anything of another's calls.
  String tenant(AlertKind kind) {
    return tenant + "-" + kind.name().substring("ALERT_KIND_".length()).toLowerCase(Locale.ROOT);
  }

  /// What is to be said, as [#text] has it.
  Set<String> expected() {
    return expected;
  }

  /// Which reports are to be made, as [#text] has them.
  Set<String> reports() {
    return reports;
  }

  /// What an alert is about: rule, scope and window, and whether it is over. Two of one text are
  /// one thing said twice.
  static String text(Alert alert) {
    var id = alert.getAlertId();
    var over = alert.getStatus() == AlertStatus.ALERT_STATUS_RESOLVED ? "over " : "";
    return over
        + switch (alert.getKind()) {
          case ALERT_KIND_ANOMALY -> "anomaly " + alert.getSubjectOrThrow("team");
          // How often its line was written is at the end.
          case ALERT_KIND_BUDGET -> id.substring(0, id.lastIndexOf('/'));
          case ALERT_KIND_HEALTH -> "health " + Times.instant(alert.getStartTime()) + end(alert);
          case ALERT_KIND_REPORT -> report(id, alert.getSubjectOrDefault("team", ""));
          default -> throw new AssertionError(alert);
        };
  }

  private static String end(Alert alert) {
    return alert.hasEndTime() ? " " + Times.instant(alert.getEndTime()) : "";
  }

  /// The id without what stands for the team, and the team.
  static String report(String id, String team) {
    return "report " + id.replaceFirst("-[0-9a-f]{24}$", "") + " " + team;
  }

  void make() throws Exception {
    newTeams();
    budgets();
    incidents();
    periods();
  }

  private void newTeams() throws Exception {
    var rows = new ArrayList<Map<String, Object>>();
    var who = tenant(AlertKind.ALERT_KIND_ANOMALY);
    rows.add(call(who, now.minus(Duration.ofDays(20)), "old", 5, "SUCCESS"));
    for (var i = 0; i < TEAMS; i++) {
      rows.add(call(who, now, "new-" + i, 5, "SUCCESS"));
      expected.add("anomaly new-" + i);
    }
    ledger.insert("usage_events", rows);
  }

  /* Of 100 each team used a part of its own; each budget is the team's alone. */
  private void budgets() throws Exception {
    var year = LocalDate.ofInstant(now, ZoneOffset.UTC).withDayOfYear(1).atStartOfDay();
    var rows = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < BUDGETS; i++) {
      var team = "budgeted-" + i;
      var used = 40 + random.nextInt(70);
      rows.add(call(tenant(AlertKind.ALERT_KIND_BUDGET), now, team, used, "SUCCESS"));
      limit(team, "100");
      if (used >= 50) {
        expected.add(
            "budget/%s/COST/%s/%s".formatted(team, year.toInstant(ZoneOffset.UTC), rule(used)));
      }
    }
    ledger.insert("usage_events", rows);
  }

  /* Of the thresholds that are passed at once the highest one is said. */
  private static String rule(int percent) {
    if (percent >= 100) {
      return "ALL";
    }
    if (percent >= 95) {
      return "PERCENT_95";
    }
    if (percent >= 85) {
      return "PERCENT_85";
    }
    return percent >= 80 ? "PERCENT_80" : "HALF";
  }

  private void limit(String team, String amount) {
    var year =
        Window.newBuilder()
            .setCalendar(Calendar.newBuilder().setUnit(CalendarUnit.CALENDAR_UNIT_YEAR));
    quota.budgets.put(
        team, MadeBurn.budget(team, year, money(amount)).putSelector("team", team).build());
  }

  private static Limit money(String amount) {
    return MadeBurn.money("USD", amount);
  }

  /// What is to be said of budgets first.
  Set<String> ofBudgets() {
    return expected.stream().filter(each -> each.startsWith("budget/")).collect(Collectors.toSet());
  }

  /// Gives half of the teams so much that all of it is over.
  void raiseLimits() {
    for (var i = 0; i < BUDGETS; i += 2) {
      limit("budgeted-" + i, "1000");
      var prefix = "budget/budgeted-" + i + "/";
      ofBudgets().stream()
          .filter(each -> each.startsWith(prefix))
          .forEach(each -> expected.add("over " + each));
    }
  }

  private void incidents() throws Exception {
    var who = tenant(AlertKind.ALERT_KIND_HEALTH);
    var rows = new ArrayList<Map<String, Object>>();
    var hour = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(UNSEEN_HOURS));
    marks("health_marks").put(who, hour);
    var healthyUntil = now.minus(Duration.ofHours(4));
    while (hour.isBefore(healthyUntil)) {
      hour = hours(rows, hour, 1 + random.nextInt(3), 0);
      var begun = hour;
      hour = hours(rows, hour, 1 + random.nextInt(3), FAILED_WHEN_ILL);
      expected.add("health " + begun);
      expected.add("over health " + begun + " " + hour);
    }
    var _ = hours(rows, hour, 1, 0);
    ledger.insert("usage_events", rows);
  }

  private Instant hours(List<Map<String, Object>> rows, Instant from, int count, int failed) {
    var hour = from;
    for (var i = 0; i < count; i++) {
      for (var call = 0; call < CALLS_AN_HOUR; call++) {
        var end = call < failed ? "ERROR" : "SUCCESS";
        rows.add(call(tenant(AlertKind.ALERT_KIND_HEALTH), hour.plusSeconds(call), "", 1, end));
      }
      hour = hour.plus(Duration.ofHours(1));
    }
    return hour;
  }

  /* Weeks and months that nothing is to come of, so that none becomes due while the test runs. */
  private void periods() throws Exception {
    var who = tenant(AlertKind.ALERT_KIND_REPORT);
    var today = LocalDate.ofInstant(now.minus(Duration.ofMinutes(15)), ZoneOffset.UTC);
    var week = today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    var month = YearMonth.from(today);
    marks("report_weeks").put(who, midnight(week.minusWeeks(PERIODS + 1)));
    marks("report_months").put(who, midnight(month.minusMonths(PERIODS + 1).atDay(1)));
    var rows = new ArrayList<Map<String, Object>>();
    for (var i = 1; i <= PERIODS; i++) {
      var first = week.minusWeeks(i);
      for (var team : List.of("a", "b")) {
        rows.add(call(who, midnight(first.plusDays(random.nextInt(7))), team, 3, "SUCCESS"));
        add(report(first + "-week", team), first.plusWeeks(1));
      }
      var begun = month.minusMonths(i);
      rows.add(call(who, midnight(begun.atDay(1)), "", 3, "SUCCESS"));
      add(report(begun.atDay(1) + "-month", ""), begun.plusMonths(1).atDay(1));
    }
    ledger.insert("usage_events", rows);
  }

  /* Of what is older than deliveries are kept people are not told. */
  private void add(String report, LocalDate end) {
    reports.add(report);
    if (!midnight(end).isBefore(now.minus(Deliveries.KEPT).truncatedTo(ChronoUnit.HOURS))) {
      expected.add(report);
    }
  }

  private static Instant midnight(LocalDate day) {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private HourMarks marks(String table) {
    return new HourMarks(new LateControlTable(ledger.clickHouse(), table), "test");
  }

  private Map<String, Object> call(String who, Instant time, String team, int units, String end) {
    var call =
        new MadeCall(
            who,
            "call-" + calls++,
            0,
            time,
            Map.of("provider", "openai", "model", "m", "team", team),
            "USD",
            units * UNIT_PICOS,
            "PRICED",
            end,
            "",
            100,
            0,
            1);
    var row = new LinkedHashMap<>(call.row());
    row.put("checked_at", row.get("event_time"));
    row.put("quota_nanos", units * (UNIT_PICOS / 1_000));
    return row;
  }
}
