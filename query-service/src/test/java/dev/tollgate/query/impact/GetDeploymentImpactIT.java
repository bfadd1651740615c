package dev.tollgate.query.impact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.DeploymentRef;
import dev.tollgate.proto.query.v1.GetDeploymentImpactRequest;
import dev.tollgate.proto.query.v1.GetDeploymentImpactResponse;
import dev.tollgate.proto.query.v1.ImpactCost;
import dev.tollgate.proto.query.v1.ImpactSide;
import dev.tollgate.proto.query.v1.ImpactVerdict;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.QuantileAssert;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.health.MadeCall;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetDeploymentImpactIT {
  private static final Instant DEPLOYED = Instant.parse("2026-03-10T12:00:00Z");
  private static final int DAY = 86_400;
  private static final int EVENTS = Scale.events(1_500);
  private static final FakeTime TIME = new FakeTime(DEPLOYED.plusSeconds(5L * DAY));

  private final TestLedger ledger;
  private final String tenant;
  private final GetDeploymentImpactRpc rpc;
  private final List<MadeCall> calls = new ArrayList<>();

  GetDeploymentImpactIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    var limits = new Limits(java.time.Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var tokens = new PageTokens(new Secret("key"));
    this.rpc = new GetDeploymentImpactRpc(new Answering(ledger.clickHouse(), limits, tokens, TIME));
  }

  @BeforeAll
  void fill() throws Exception {
    calls.addAll(made(new Random(23), tenant));
    for (var who : Stream.concat(Stream.of(tenant), Scale.neighbours(tenant).stream()).toList()) {
      ledger.insertEntries(made(new Random(23), who).stream().map(MadeCall::row).toList());
      ledger.insert(
          "deployments",
          List.of(
              deployment(who, "d1", 0, Map.of("feature", "chat", "release", "v2")),
              deployment(who, "same", DAY, Map.of("feature", "chat", "model", "large")),
              deployment(who, "service", -DAY, Map.of("team", "a")),
              deployment(who, "elsewhere", DAY, Map.of("feature", "search")),
              deployment(who, "long ago", -20 * DAY, Map.of("feature", "chat"))));
    }
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  private static Map<String, Object> deployment(
      String who, String id, int after, Map<String, String> dimensions) {
    var row = new HashMap<String, Object>();
    row.put("tenant_id", who);
    row.put("deployment_id", id);
    row.put("deployment_time", Entry.text(DEPLOYED.plusSeconds(after)));
    row.put("service", "assistant");
    row.putAll(dimensions);
    return row;
  }

  private static List<MadeCall> made(RandomGenerator random, String who) {
    var made = new ArrayList<MadeCall>();
    for (var i = 0; i < EVENTS; i++) {
      var time = DEPLOYED.plusMillis(random.nextLong(-8_000L * DAY, 5_000L * DAY));
      var late = !time.isBefore(DEPLOYED);
      var free = random.nextInt(10) == 0;
      var latency = random.nextInt(10) == 0 ? 0 : 50 + random.nextInt(1_000);
      var call =
          new MadeCall(
              who,
              "e" + i,
              0,
              time,
              Map.of(
                  "feature",
                  random.nextInt(3) == 0 ? "search" : "chat",
                  "team",
                  random.nextBoolean() ? "a" : "b",
                  "release",
                  late ? "v2" : "v1"),
              random.nextInt(4) == 0 ? "EUR" : "USD",
              free ? 0 : random.nextLong(late ? 2_000_000_000_000L : 1_000_000_000_000L),
              free ? "UNPRICED_MODEL" : "PRICED",
              random.nextInt(8) == 0 ? "ERROR" : "SUCCESS",
              random.nextBoolean()
                  ? ""
                  : "l" + time.getEpochSecond() / 18_000 + "-" + random.nextInt(12),
              latency,
              latency / 3,
              random.nextLong(5_000));
      made.add(call);
      if (random.nextInt(10) == 0) {
        made.add(call.again(1, call.costPicos()));
        made.add(call.again(2, random.nextLong(1_000_000_000_000L)));
      }
    }
    return made;
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    Seeds.check(
        "questions about a deployment against a recomputation",
        60,
        600,
        (seed, random) -> {
          var window = 1 + random.nextInt(7 * DAY);
          var rollout = random.nextBoolean() ? 0 : random.nextInt(DAY);
          var pins = random.nextInt(4) == 0 ? Map.of("feature", "chat") : Map.<String, String>of();
          var request =
              GetDeploymentImpactRequest.newBuilder()
                  .setDeploymentId("d1")
                  .setWindow(seconds(Math.max(60, window)))
                  .setRollout(seconds(rollout));
          var byRelease = random.nextInt(4) == 0;
          if (byRelease) {
            request.addMatch("release");
          }
          var answer = ask(request.build(), pins);
          var recomputed =
              new RecomputedImpact(
                  calls.stream()
                      .filter(each -> each.tenant().equals(tenant))
                      .filter(each ->
                          byRelease
                              ? each.value("release").equals("v2")
                              : each.value("feature").equals("chat"))
                      .filter(each -> pins.isEmpty() || each.value("feature").equals("chat"))
                      .toList(),
                  DEPLOYED,
                  Math.max(60, window),
                  rollout,
                  TIME.now());

          assertSide(answer.getBefore(), recomputed.side(false));
          assertSide(answer.getAfter(), recomputed.side(true));
          assertThat(answer.getCostsList().stream().map(GetDeploymentImpactIT::text))
              .as(request.toString())
              .containsExactlyElementsOf(recomputed.costs());
          answer.getCostsList().forEach(cost -> assertChange(cost, recomputed));
          assertThat(answer.getComplete()).isEqualTo(rollout + Math.max(60, window) <= 5 * DAY);
        });
  }

  private static void assertSide(ImpactSide side, RecomputedImpact.Side recomputed) {
    assertThat(text(side)).isEqualTo(recomputed.text());
    QuantileAssert.assertQuantiles(side.getLatency(), recomputed.times(false));
    QuantileAssert.assertQuantiles(side.getTimeToFirstToken(), recomputed.times(true));
    if (side.getAttempts() > 0) {
      assertThat(side.getErrorRate().getLow()).isLessThanOrEqualTo(side.getErrorRate().getValue());
      assertThat(side.getErrorRate().getHigh())
          .isGreaterThanOrEqualTo(side.getErrorRate().getValue());
    } else {
      assertThat(side.hasErrorRate()).isFalse();
    }
  }

  private static void assertChange(ImpactCost cost, RecomputedImpact recomputed) {
    var change = recomputed.change(cost.getBefore().getCurrencyCode());
    assertThat(cost.hasChange()).isEqualTo(change.length > 0);
    if (change.length > 0) {
      assertThat(cost.getChange().getValue()).isEqualTo(change[0], within(1e-9));
      assertThat(cost.getChange().getLow()).isEqualTo(change[1], within(1e-6));
      assertThat(cost.getChange().getHigh()).isEqualTo(change[2], within(1e-6));
    }
    assertThat(cost.getVerdict())
        .isEqualTo(
            change.length == 0
                ? ImpactVerdict.IMPACT_VERDICT_TOO_FEW
                : change[2] < 0
                    ? ImpactVerdict.IMPACT_VERDICT_LOWER
                    : change[1] > 0
                        ? ImpactVerdict.IMPACT_VERDICT_HIGHER
                        : ImpactVerdict.IMPACT_VERDICT_UNCLEAR);
  }

  /// Twice as dear: nobody can take that for chance. What else was deployed near it is named.
  @Test
  void answer_dearerSince_saysSoAndNamesOthers() throws Exception {
    var answer =
        ask(GetDeploymentImpactRequest.newBuilder().setDeploymentId("d1").build(), Map.of());

    assertThat(answer.getDeployment().getDimensions().getRelease()).isEqualTo("v2");
    assertThat(answer.getMatchedList()).hasSize(1);
    assertThat(answer.getMatched(0).getDimension()).isEqualTo("feature");
    assertThat(answer.getComplete()).isFalse();
    assertThat(answer.getAfter().getEndTime().getSeconds()).isEqualTo(TIME.now().getEpochSecond());
    assertThat(answer.getCostsList())
        .extracting(ImpactCost::getVerdict)
        .contains(ImpactVerdict.IMPACT_VERDICT_HIGHER);
    assertThat(answer.getOtherDeploymentsList())
        .extracting(DeploymentRef::getDeploymentId)
        .containsExactly("service", "same");
  }

  /// A retry after the deployment of what began before it: no request there, but a call that took
  /// its time. Dollars that come to nothing in sum are a currency nevertheless.
  @Test
  void answer_sideOfRetriesAlone_hasCallsAndNoRequests() throws Exception {
    var who = tenant + "-retry";
    var made = new ArrayList<MadeCall>();
    made.add(call(who, "first", -60, "EUR", 3));
    made.add(call(who, "again", 60, "EUR", 4));
    made.add(call(who, "credit", -50, "USD", -7));
    made.add(call(who, "debit", -40, "USD", 7));
    ledger.insertEntries(made.stream().map(MadeCall::row).toList());
    ledger.insertEntries(List.of(named(who, "ada")));
    ledger.insert(
        "deployments",
        List.of(
            deployment(
                who, "d", 0, Map.of("feature", "chat", "user", TestLedger.surrogate(who, "ada")))));

    var answer =
        rpc.answer(
            GetDeploymentImpactRequest.newBuilder()
                .setDeploymentId("d")
                .addMatch("feature")
                .build(),
            new Caller("key", Set.of(Role.ROLE_READER), who, Map.of()));

    assertThat(answer.getDeployment().getDimensions().getUser()).isEqualTo("ada");
    assertThat(answer.getBefore().getRequests()).isEqualTo(3);
    assertThat(answer.getAfter().getRequests()).isZero();
    assertThat(answer.getAfter().getLatency().getCalls()).isEqualTo(1);
    assertThat(answer.getCostsList())
        .extracting(GetDeploymentImpactIT::text)
        .containsExactly(
            "EUR 7.000000000000 -> 0.000000000000, a request 2.333333333333 -> none",
            "USD 0.000000000000 -> 0.000000000000, a request 0.000000000000 -> none");
  }

  private static MadeCall call(String who, String id, int after, String currency, int units) {
    return new MadeCall(
        who,
        id,
        0,
        DEPLOYED.plusSeconds(after),
        Map.of("feature", "chat"),
        currency,
        units * 1_000_000_000_000L,
        "PRICED",
        "SUCCESS",
        currency.equals("EUR") ? "one" : "",
        100,
        50,
        1);
  }

  /* An event of another feature, through which the ledger learns the name. */
  private static Map<String, Object> named(String who, String user) {
    var row = new HashMap<>(call(who, "other", -30, "USD", 1).row());
    row.put("feature", "search");
    row.put("user", user);
    return row;
  }

  @Test
  void answer_unknownOrHiddenDeployment_isUnknown() {
    for (var pins : List.of(Map.<String, String>of(), Map.of("team", "a"))) {
      var id = pins.isEmpty() ? "d0" : "d1";
      assertFailure(
          GetDeploymentImpactRequest.newBuilder().setDeploymentId(id).build(),
          pins,
          Reason.DEPLOYMENT_UNKNOWN,
          id);
    }
  }

  @Test
  void answer_badRequest_saysWhatIsWrong() {
    assertFailure(
        GetDeploymentImpactRequest.newBuilder().setDeploymentId("d1").addMatch("team").build(),
        Map.of(),
        Reason.FIELD_INVALID,
        "match[0]: team");
    assertFailure(
        GetDeploymentImpactRequest.newBuilder()
            .setWindow(seconds(59))
            .setRollout(seconds(-1))
            .addMatch("realease")
            .build(),
        Map.of(),
        Reason.FIELD_INVALID,
        "nearest: release");
  }

  private void assertFailure(
      GetDeploymentImpactRequest request, Map<String, String> pins, Reason reason, String text) {
    assertThatThrownBy(() -> ask(request, pins))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(reason);
              assertThat(failure.getMessage() + failure.violations()).contains(text);
            });
  }

  private GetDeploymentImpactResponse ask(
      GetDeploymentImpactRequest request, Map<String, String> pins) {
    return rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), tenant, pins));
  }

  private static String text(ImpactSide side) {
    return "%d requests, %d attempts (%s), %d errors, %d tokens, %s each, %d unpriced"
        .formatted(
            side.getRequests(),
            side.getAttempts(),
            side.hasRetriesPerRequest() ? "%.9f".formatted(side.getRetriesPerRequest()) : "none",
            side.getErrors(),
            side.getTokens(),
            side.getTokensPerRequest().isEmpty() ? "none" : side.getTokensPerRequest(),
            side.getUnpricedEvents());
  }

  private static String text(ImpactCost cost) {
    return "%s %s -> %s, a request %s -> %s"
        .formatted(
            cost.getBefore().getCurrencyCode(),
            cost.getBefore().getAmount(),
            cost.getAfter().getAmount(),
            cost.hasBeforePerRequest() ? cost.getBeforePerRequest().getAmount() : "none",
            cost.hasAfterPerRequest() ? cost.getAfterPerRequest().getAmount() : "none");
  }

  private static Duration seconds(int seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }
}
