package dev.tollgate.query.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.EndpointHealthRow;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetEndpointHealthRequest;
import dev.tollgate.proto.query.v1.GetEndpointHealthResponse;
import dev.tollgate.proto.query.v1.HealthIncident;
import dev.tollgate.proto.query.v1.HealthRule;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.QuantileAssert;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetEndpointHealthIT {
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final int HOURS = 24;

  /// Of calls of an hour that are usual.
  private static final int SCALE = Scale.events(3_000) / 3_000;

  private static final int HOUR = 3_600;
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
  private static final List<String> ENDPOINT = List.of("provider", "model", "endpoint", "region");

  private final TestLedger ledger;
  private final String tenant;
  private final GetEndpointHealthRpc rpc;
  private final List<MadeCall> calls = new ArrayList<>();

  GetEndpointHealthIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    this.rpc = new GetEndpointHealthRpc(new Answering(ledger.clickHouse(), limits, tokens, TIME));
  }

  /// A neighbour's calls are the same, so that a leak would move every figure.
  @BeforeAll
  void fill() throws Exception {
    for (var each : Scale.neighbours(tenant)) {
      ledger.insertEntries(made(new Random(17), each).stream().map(MadeCall::row).toList());
    }
    calls.addAll(made(new Random(17), tenant));
    ledger.insertEntries(calls.stream().map(MadeCall::row).toList());
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  /* Some hours of some endpoints are bad in one way, and so clearly that the sketches can't be
  mistaken about it. */
  private static List<MadeCall> made(RandomGenerator random, String who) {
    var made = new ArrayList<MadeCall>();
    for (var model : List.of("large", "small", "' OR 1 = 1 --")) {
      for (var endpoint : List.of("", "eastus")) {
        for (var hour = 0; hour < HOURS; hour++) {
          var mood = random.nextInt(8);
          var count =
              SCALE * (random.nextInt(4) == 0 ? random.nextInt(30) : 15 + random.nextInt(20));
          for (var i = 0; i < count; i++) {
            var id = model + endpoint + hour + "-" + i;
            var call = call(random, who, id, model, endpoint, hour, mood);
            made.add(call);
            if (random.nextInt(12) == 0) {
              made.add(call.again(1, call.costPicos()));
              made.add(call.again(2, random.nextLong(1_000_000_000_000L)));
            }
          }
        }
      }
    }
    return made;
  }

  private static MadeCall call(
      RandomGenerator random,
      String who,
      String id,
      String model,
      String endpoint,
      int hour,
      int mood) {
    var latency = (mood == 0 ? 1_000 : 100) + random.nextInt(mood == 0 ? 300 : 30);
    var end =
        switch (random.nextInt(mood == 1 ? 6 : 40)) {
          case 0 -> "ERROR";
          case 1 -> "RATE_LIMITED";
          case 2 -> "TIMEOUT";
          case 3 -> "CANCELLED";
          default -> "SUCCESS";
        };
    var free = random.nextInt(10) == 0;
    return new MadeCall(
        who,
        id,
        0,
        START.plusSeconds(hour * (long) HOUR).plusMillis(random.nextInt(HOUR * 1_000)),
        Map.of(
            "provider",
            "azure",
            "model",
            model,
            "endpoint",
            endpoint,
            "feature",
            random.nextBoolean() ? "chat" : "search",
            "team",
            random.nextBoolean() ? "a" : "b"),
        random.nextInt(5) == 0 ? "EUR" : "USD",
        free ? 0 : random.nextLong(1_000_000_000_000L),
        free ? "UNPRICED_MODEL" : "PRICED",
        end,
        "",
        random.nextInt(10) == 0 ? 0 : latency,
        random.nextInt(10) == 0 ? 0 : latency / 4,
        1);
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    var incidents = new int[1];
    Seeds.check(
        "health questions against a recomputation",
        60,
        600,
        (seed, random) -> {
          var request = request(random);
          var pins = random.nextInt(4) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var answer = ask(request, tenant, pins);
          var groupBy =
              request.getGroupByCount() == 0 ? ENDPOINT : List.copyOf(request.getGroupByList());
          var recomputed = new RecomputedHealth(request, groupBy, meant(request, pins));

          assertThat(answer.getRowsList().stream().map(GetEndpointHealthIT::text))
              .as(request.toString())
              .containsExactlyInAnyOrderElementsOf(recomputed.rows());
          assertThat(answer.getIncidentsList().stream().map(GetEndpointHealthIT::text))
              .as(request.toString())
              .containsExactlyElementsOf(recomputed.incidents());
          for (var row : answer.getRowsList()) {
            var group = List.copyOf(row.getGroupList());
            QuantileAssert.assertQuantiles(row.getLatency(), recomputed.times(group, false));
            QuantileAssert.assertQuantiles(
                row.getTimeToFirstToken(), recomputed.times(group, true));
          }
          incidents[0] += answer.getIncidentsCount();
        });
    assertThat(incidents[0]).isGreaterThan(100);
  }

  /// Whole hours by what the sketches have, or anything by the events.
  private static GetEndpointHealthRequest request(RandomGenerator random) {
    var whole = random.nextBoolean();
    var from = random.nextInt(12) * HOUR + (whole ? 0 : random.nextInt(HOUR));
    var request =
        GetEndpointHealthRequest.newBuilder()
            .setStartTime(seconds(from))
            .setEndTime(seconds(from + 6 * HOUR + (whole ? 0 : random.nextInt(6 * HOUR))));
    switch (random.nextInt(4)) {
      case 0 -> request.addGroupBy("model");
      case 1 -> request.addGroupBy("team").addGroupBy("endpoint");
      default -> {
        // What an endpoint is where nothing is said.
      }
    }
    if (random.nextInt(3) == 0) {
      request.addFilters(Filter.newBuilder().setDimension("feature").addValues("chat"));
    }
    if (random.nextBoolean()) {
      request.setHourCallsMin(5 + random.nextInt(20)).setErrorRateMax(random.nextInt(4) / 10.0);
    }
    if (random.nextBoolean()) {
      request.setRateLimitedShareMax(random.nextInt(3) / 20.0).setLatencyFactorMax(3);
    }
    return request.build();
  }

  private List<MadeCall> meant(GetEndpointHealthRequest request, Map<String, String> pins) {
    var start = Instant.ofEpochSecond(request.getStartTime().getSeconds());
    var end = Instant.ofEpochSecond(request.getEndTime().getSeconds());
    return calls.stream()
        .filter(each -> each.tenant().equals(tenant))
        .filter(each -> !each.time().isBefore(start) && each.time().isBefore(end))
        .filter(each ->
            pins.entrySet().stream()
                .allMatch(pin -> each.value(pin.getKey()).equals(pin.getValue())))
        .filter(each ->
            request.getFiltersList().stream()
                .allMatch(
                    filter -> filter.getValuesList().contains(each.value(filter.getDimension()))))
        .toList();
  }

  /// Exactly 5 of 100 are not more than 5 %; the sixth is.
  @Test
  void answer_rateAtTheLimit_isNotIll() throws Exception {
    var who = tenant + "-limit";
    var made = new ArrayList<MadeCall>();
    for (var i = 0; i < 100; i++) {
      made.add(plain(who, "at" + i, "at", i < 5 ? "ERROR" : "SUCCESS"));
      made.add(plain(who, "above" + i, "above", i < 6 ? "RATE_LIMITED" : "SUCCESS"));
    }
    ledger.insertEntries(made.stream().map(MadeCall::row).toList());
    var day =
        GetEndpointHealthRequest.newBuilder()
            .setStartTime(seconds(0))
            .setEndTime(seconds(24 * HOUR))
            .addGroupBy("endpoint")
            .build();

    var answer = ask(day, who, Map.of());

    assertThat(answer.getRowsList())
        .extracting(row -> row.getGroup(0), EndpointHealthRow::getErrorRate)
        .containsExactly(tuple("above", 0.06), tuple("at", 0.05));
    assertThat(answer.getIncidentsList()).hasSize(1);
    var incident = answer.getIncidents(0);
    assertThat(incident.getRulesList())
        .containsExactly(HealthRule.HEALTH_RULE_ERROR_RATE, HealthRule.HEALTH_RULE_RATE_LIMITED);
    assertThat(incident.getEndpointsList()).hasSize(1);
    assertThat(incident.getEndpoints(0).getGroup(0)).isEqualTo("above");
    assertThat(incident.getEndpoints(0).getCosts(0).getAmount()).isEqualTo("100.000000000000");
  }

  private static MadeCall plain(String who, String id, String endpoint, String end) {
    return new MadeCall(
        who,
        id,
        0,
        START,
        Map.of("endpoint", endpoint),
        "USD",
        1_000_000_000_000L,
        "PRICED",
        end,
        "",
        10,
        5,
        1);
  }

  @Test
  void answer_limitsOutOfRange_areAllNamed() {
    var request =
        GetEndpointHealthRequest.newBuilder()
            .setStartTime(seconds(0))
            .setEndTime(seconds(HOUR))
            .setErrorRateMax(Double.NaN)
            .setRateLimitedShareMax(1.5)
            .setLatencyFactorMax(1)
            .setHourCallsMin(-1)
            .build();
    assertThatThrownBy(() -> ask(request, tenant, Map.of()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.violations())
                  .extracting("field")
                  .containsExactly(
                      "error_rate_max",
                      "rate_limited_share_max",
                      "latency_factor_max",
                      "hour_calls_min");
            });
  }

  private GetEndpointHealthResponse ask(
      GetEndpointHealthRequest request, String who, Map<String, String> pins) {
    return rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), who, pins));
  }

  private static String text(EndpointHealthRow row) {
    assertThat(row.getLowerBound()).isEqualTo(row.getUnpricedEvents() > 0);
    assertThat(row.hasErrorRate()).isEqualTo(row.getCalls() > 0);
    if (row.hasErrorRate()) {
      assertThat(row.getErrorRate()).isEqualTo((double) row.getErrors() / row.getCalls());
      assertThat(row.getRateLimitedShare())
          .isEqualTo((double) row.getRateLimited() / row.getCalls());
    }
    return ("%s %s: %d calls, %d errors, %d limited, %d timeouts, %d cancelled; %s, of errors %s;"
            + " %d ill, %d unpriced")
        .formatted(
            row.getGroupList(),
            row.getCost().getCurrencyCode(),
            row.getCalls(),
            row.getErrors(),
            row.getRateLimited(),
            row.getTimeouts(),
            row.getCancelled(),
            row.getCost().getAmount(),
            row.getErrorCost().getAmount(),
            row.getIllHours(),
            row.getUnpricedEvents());
  }

  private static String text(HealthIncident incident) {
    var endpoints = new TreeMap<String, String>();
    incident
        .getEndpointsList()
        .forEach(each -> {
          var costs = new TreeMap<String, String>();
          each.getCostsList().forEach(cost -> costs.put(cost.getCurrencyCode(), cost.getAmount()));
          endpoints.put(
              each.getGroupList().toString(),
              "%s %s %d hours, %d calls, %d errors, %d limited, %s"
                  .formatted(
                      each.getGroupList(),
                      rules(each.getRulesList()),
                      each.getIllHours(),
                      each.getCalls(),
                      each.getErrors(),
                      each.getRateLimited(),
                      costs));
        });
    return incident.getStartTime().getSeconds()
        + "-"
        + incident.getEndTime().getSeconds()
        + " "
        + rules(incident.getRulesList())
        + " "
        + endpoints.values();
  }

  private static List<String> rules(List<HealthRule> rules) {
    return rules.stream().map(rule -> rule.name().replace("HEALTH_RULE_", "")).sorted().toList();
  }

  private static Timestamp seconds(int after) {
    return Timestamp.newBuilder().setSeconds(START.getEpochSecond() + after).build();
  }
}
