package dev.tollgate.query.burn;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Sliding;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.query.ledger.Scale;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/// Calls and budgets as a test makes them up, each budget with what it should count, said again in
/// plain Java.
@NullMarked
public final class MadeBurn {
  /// A Wednesday; Berlin puts its clock on within the month, New York has done so.
  static final Instant NOW = Instant.parse("2026-03-18T15:30:00Z");

  private static final int DAYS = 110;

  /// So many are about usual.
  private static final int EVENTS = 5_000;

  private MadeBurn() {}

  /// What a budget should count.
  ///
  /// @param step of its time buckets; FOREVER for none
  /// @param end the epoch for none
  record Expected(
      Budget budget,
      Predicate<MadeCharge> counts,
      Instant start,
      Instant end,
      String zone,
      ChronoUnit step) {}

  static List<MadeCharge> charges(String tenant) {
    var random = new Random(23);
    var made = new ArrayList<MadeCharge>();
    for (var day = 0; day <= DAYS; day++) {
      var begin = NOW.truncatedTo(ChronoUnit.DAYS).minus(day, ChronoUnit.DAYS);
      var weekend = begin.atZone(ZoneOffset.UTC).getDayOfWeek().getValue() > 5;
      var calls = ((weekend ? 15 : 45) + random.nextInt(20)) * (Scale.events(EVENTS) / EVENTS);
      for (var i = 0; i < calls; i++) {
        var checked = begin.plusMillis(random.nextInt(86_400_000));
        if (checked.isAfter(NOW)) {
          continue;
        }
        var charge = charge(random, tenant, day + "-" + i, checked);
        made.add(charge);
        if (random.nextInt(15) == 0) {
          made.add(charge.again(1, charge.nanos()));
          made.add(charge.again(2, random.nextLong(1_000_000_000L)));
        }
      }
    }
    return made;
  }

  private static MadeCharge charge(Random random, String tenant, String id, Instant checked) {
    return new MadeCharge(
        tenant,
        id,
        0,
        checked.plusMillis(random.nextInt(80_000_000)),
        checked,
        Map.of(
            "environment", one(random, "prod", "dev", ""),
            "team", one(random, "a", "b", "' OR 1 = 1 --", ""),
            "feature", one(random, "chat", "search", "", ""),
            "project", one(random, "p", "q", "r"),
            "user", "user-" + random.nextInt(14)),
        one(random, "USD", "USD", "USD", "EUR"),
        random.nextLong(3_000_000_000L),
        random.nextInt(25) == 0 ? "UNPRICED_MODEL" : "PRICED",
        new MadeCharge.Tokens(
            random.nextLong(5_000),
            random.nextLong(500),
            random.nextLong(50),
            random.nextLong(900),
            random.nextLong(90)),
        random.nextInt(20) == 0);
  }

  private static String one(Random random, String... values) {
    return values[random.nextInt(values.length)];
  }

  static List<Expected> budgets() {
    var march = Instant.parse("2026-03-01T00:00:00Z");
    var april = Instant.parse("2026-04-01T00:00:00Z");
    var month = Window.newBuilder().setCalendarMonth(CalendarMonth.getDefaultInstance());
    var berlin =
        Window.newBuilder()
            .setCalendarMonth(CalendarMonth.newBuilder().setTimeZone("Europe/Berlin"));
    Predicate<MadeCharge> prod = each -> each.has("environment", "prod");
    Predicate<MadeCharge> teamA = each -> each.has("team", "a") && !each.has("environment", "dev");
    Predicate<MadeCharge> project = each -> each.has("project", "p");
    Predicate<MadeCharge> teamB = each -> each.has("team", "b");
    var ended = Instant.parse("2026-03-10T08:00:00Z");
    Predicate<MadeCharge> chat =
        each -> teamB.test(each) && each.has("feature", "chat") && each.checked().isBefore(ended);
    var hour = NOW.truncatedTo(ChronoUnit.HOURS);
    return List.of(
        new Expected(
            budget("berlin", berlin, money("USD", "700"), tokens(500_000), requests(300))
                .putSelector("environment", "prod")
                .build(),
            prod,
            Instant.parse("2026-02-28T23:00:00Z"),
            Instant.parse("2026-03-31T22:00:00Z"),
            "Europe/Berlin",
            ChronoUnit.DAYS),
        new Expected(
            budget("week", calendar(CalendarUnit.CALENDAR_UNIT_WEEK, "", 3), money("USD", "9.5"))
                .putSelector("team", "a")
                .putExclude("environment", "dev")
                .build(),
            teamA,
            Instant.parse("2026-03-18T00:00:00Z"),
            Instant.parse("2026-03-25T00:00:00Z"),
            "UTC",
            ChronoUnit.DAYS),
        new Expected(
            budget("users", month, input(40_000), output(5_000))
                .putSelector("project", "p")
                .addGroupBy("user")
                .build(),
            project,
            march,
            april,
            "UTC",
            ChronoUnit.DAYS),
        new Expected(
            budget(
                    "day",
                    calendar(CalendarUnit.CALENDAR_UNIT_DAY, "America/New_York", 0),
                    requests(20))
                .putSelector("environment", "dev")
                .build(),
            each -> each.has("environment", "dev"),
            Instant.parse("2026-03-18T04:00:00Z"),
            Instant.parse("2026-03-19T04:00:00Z"),
            "America/New_York",
            ChronoUnit.HOURS),
        new Expected(
            budget("hour", calendar(CalendarUnit.CALENDAR_UNIT_HOUR, "", 0), requests(1))
                .putSelector("environment", "dev")
                .build(),
            each -> each.has("environment", "dev"),
            hour,
            hour.plusSeconds(3_600),
            "UTC",
            ChronoUnit.FOREVER),
        new Expected(
            budget("life", Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()), eur())
                .putSelector("feature", "chat")
                .build(),
            each -> each.has("feature", "chat"),
            Instant.EPOCH,
            Instant.EPOCH,
            "UTC",
            ChronoUnit.DAYS),
        new Expected(
            budget("sliding", sliding(Duration.ofDays(7)), requests(10_000))
                .putSelector("feature", "search")
                .build(),
            each -> each.has("feature", "search"),
            slid(Duration.ofDays(7)),
            Instant.EPOCH,
            "UTC",
            ChronoUnit.DAYS),
        new Expected(
            budget("parent", month, money("USD", "400")).putSelector("team", "b").build(),
            each -> teamB.test(each) && !chat.test(each),
            march,
            april,
            "UTC",
            ChronoUnit.DAYS),
        new Expected(
            budget("part", month, money("USD", "60"))
                .putSelector("team", "b")
                .putSelector("feature", "chat")
                .setParentBudgetId("parent")
                .setExpireTime(Times.timestamp(ended))
                .build(),
            chat,
            march,
            april,
            "UTC",
            ChronoUnit.DAYS),
        new Expected(
            budget("rest", month, requests(100)).setFallback(true).build(),
            each ->
                !prod.test(each)
                    && !teamA.test(each)
                    && !project.test(each)
                    && !teamB.test(each)
                    && !each.has("environment", "dev")
                    && !each.has("feature", "chat")
                    && !each.has("feature", "search"),
            march,
            april,
            "UTC",
            ChronoUnit.DAYS));
  }

  /* Of 12 slots and the one that is in part too old. */
  private static Instant slid(Duration length) {
    var slot = length.toSeconds() / 12;
    return Instant.ofEpochSecond(NOW.getEpochSecond() / slot * slot - 12 * slot);
  }

  public static Budget.Builder budget(String id, Window.Builder window, Limit... limits) {
    return Budget.newBuilder()
        .setBudgetId(id)
        .setDisplayName("Budget " + id)
        .setOwner("owner of " + id)
        .setWindow(window)
        .addAllLimits(List.of(limits));
  }

  private static Window.Builder calendar(CalendarUnit unit, String zone, int anchor) {
    return Window.newBuilder()
        .setCalendar(Calendar.newBuilder().setUnit(unit).setTimeZone(zone).setAnchorDay(anchor));
  }

  private static Window.Builder sliding(Duration length) {
    return Window.newBuilder()
        .setSliding(
            Sliding.newBuilder()
                .setLength(
                    com.google.protobuf.Duration.newBuilder().setSeconds(length.toSeconds())));
  }

  public static Limit money(String currency, String amount) {
    return Limit.newBuilder()
        .setCost(Money.newBuilder().setCurrencyCode(currency).setAmount(amount))
        .build();
  }

  private static Limit eur() {
    return money("EUR", "1500");
  }

  private static Limit tokens(long count) {
    return Limit.newBuilder().setTokens(count).build();
  }

  static Limit requests(long count) {
    return Limit.newBuilder().setRequests(count).build();
  }

  private static Limit input(long count) {
    return Limit.newBuilder().setInputTokens(count).build();
  }

  private static Limit output(long count) {
    return Limit.newBuilder().setOutputTokens(count).build();
  }
}
