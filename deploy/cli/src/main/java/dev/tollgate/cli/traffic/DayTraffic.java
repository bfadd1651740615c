package dev.tollgate.cli.traffic;

import dev.tollgate.proto.common.v1.Dimensions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/// Draws a day of traffic of two invented companies. The same seed draws the same day.
public final class DayTraffic {
  /*
   * Sizes: see Shape. Burstiness: in the Azure code trace of 2023 the calls of a minute have a mean of
   * 147 and a standard deviation of 159, near those of an exponential distribution, so every minute
   * of the day gets a rate drawn from one (trace: one hour; the curve of the day over it, HOURS, is
   * our own working day). Users of a team share its calls by Zipf's law, also our choice.
   */
  public static final String ORIGIN =
      """
      a drawn day: tokens per call and bursts follow the Azure LLM inference trace 2023 \
      (code: measured quantiles; conversation: the medians in "Splitwise", ISCA 2024); \
      the curve of the day, companies, teams and users are invented\
      """;

  /// Relative rate of each hour, UTC.
  private static final int[] HOURS = {
    2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 19, 15, 17, 20, 19, 17, 14, 10, 7, 6, 5, 4, 3
  };

  private static final int MINUTES = 24 * 60;
  private static final int ID_DIGITS = 8;
  private static final long OUTPUT_MIN = 16;
  private static final int USERS_PER_TEAM = 6;
  private static final List<String> NAMES =
      List.of(
          "ada", "ben", "chloe", "dmitri", "elif", "femi", "grace", "hugo", "ines", "jun", "kofi",
          "lena", "mateo", "nora", "omar", "priya", "quinn", "rosa", "sven", "tara", "uma",
          "viktor", "wanda", "xavier", "yara", "zoe", "amir", "bea", "cai", "dana", "emil", "faye",
          "gus", "hana", "ivo", "jade");

  private static final List<Tenant> TENANTS =
      List.of(
          new Tenant(
              "acme",
              "Acme",
              List.of(
                  new Tenant.Team("editor", "completion", "openai", "gpt-4o-mini", Shape.CODE, 30),
                  new Tenant.Team(
                      "review", "code-review", "anthropic", "claude-sonnet-4-5", Shape.CODE, 12),
                  new Tenant.Team("support", "support-chat", "openai", "gpt-4o", Shape.CHAT, 18)),
              List.of(
                  Tenant.allCalls("USD", "500"),
                  Tenant.ofTeam("support", "2.50"),
                  Tenant.ofEachUser("25"))),
          new Tenant(
              "globex",
              "Globex",
              List.of(
                  new Tenant.Team(
                      "research", "summaries", "anthropic", "claude-sonnet-4-5", Shape.CHAT, 12),
                  new Tenant.Team(
                      "search", "answers", "google", "gemini-2.5-flash", Shape.CHAT, 20),
                  new Tenant.Team("data", "sql-assistant", "openai", "gpt-4o", Shape.CODE, 8)),
              List.of(
                  Tenant.allCalls("USD", "500"),
                  Tenant.ofTeam("research", "100"),
                  Tenant.ofEachUser("25"))));

  private DayTraffic() {}

  /// The calls of one day.
  ///
  /// @param start when the day begins
  public static Traffic draw(int count, Instant start, long seed) {
    var identity = (count + " " + start).getBytes(StandardCharsets.UTF_8);
    var id = "day-" + seed + "-" + Trace.digest(identity).substring(0, ID_DIGITS);
    var random = new Random(seed);
    var calls = new ArrayList<Call>(count);
    for (var time : times(count, start, random)) {
      calls.add(call(id, calls.size() + 1, time, random));
    }
    return new Traffic(id, ORIGIN, TENANTS, List.copyOf(calls));
  }

  private static List<Instant> times(int count, Instant start, RandomGenerator random) {
    var sums = new double[MINUTES];
    var sum = 0.0;
    for (int minute = 0; minute < MINUTES; minute++) {
      sum += HOURS[minute / 60] * random.nextExponential();
      sums[minute] = sum;
    }
    var times = new Instant[count];
    for (int i = 0; i < count; i++) {
      var found = Arrays.binarySearch(sums, random.nextDouble() * sum);
      var minute = Math.min(found < 0 ? -found - 1 : found, MINUTES - 1);
      var within = Duration.ofMillis(random.nextInt(60_000));
      times[i] = start.plus(Duration.ofMinutes(minute)).plus(within);
    }
    Arrays.sort(times);
    return List.of(times);
  }

  private static Call call(String id, int number, Instant time, RandomGenerator random) {
    var ticket = random.nextInt(100);
    var seats = 0;
    for (var tenant : TENANTS) {
      for (var team : tenant.teams()) {
        ticket -= team.share();
        if (ticket < 0) {
          return call(id + "-" + number, id, time, tenant, team, seats, random);
        }
        seats += USERS_PER_TEAM;
      }
    }
    throw new IllegalStateException("the shares of the teams: below 100 (expected: 100)");
  }

  private static Call call(
      String id,
      String workflow,
      Instant time,
      Tenant tenant,
      Tenant.Team team,
      int firstSeat,
      RandomGenerator random) {
    var dimensions =
        Dimensions.newBuilder()
            .setProvider(team.provider())
            .setModel(team.model())
            .setTeam(team.name())
            .setFeature(team.feature())
            .setUser(NAMES.get(firstSeat + seat(random)))
            .setEnvironment("prod")
            .setWorkflow(workflow)
            .setOperation("chat")
            .build();
    return new Call(
        id,
        tenant.id(),
        dimensions,
        time,
        team.shape().drawInput(random),
        team.shape().drawOutput(random),
        team.shape().outputMax(),
        OUTPUT_MIN);
  }

  /// By Zipf's law: the k-th user calls in proportion to 1/k.
  private static int seat(RandomGenerator random) {
    var sum = 0.0;
    for (int k = 1; k <= USERS_PER_TEAM; k++) {
      sum += 1.0 / k;
    }
    var u = random.nextDouble() * sum;
    for (int k = 1; k < USERS_PER_TEAM; k++) {
      u -= 1.0 / k;
      if (u < 0) {
        return k - 1;
      }
    }
    return USERS_PER_TEAM - 1;
  }
}
