package dev.tollgate.query.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.Anomaly;
import dev.tollgate.proto.query.v1.AnomalyRule;
import dev.tollgate.proto.query.v1.AnomalySeverity;
import dev.tollgate.proto.query.v1.ListAnomaliesRequest;
import dev.tollgate.proto.query.v1.ListAnomaliesResponse;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
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
class ListAnomaliesIT {
  private static final Instant FIRST = Used.START.plus(Duration.ofDays(Used.QUIET_DAYS));
  private static final int HOURS = Used.MOODY_DAYS * 24;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);

  private final TestLedger ledger;
  private final ClickHouse elsewhere;
  private final String tenant;
  private final Anomalies anomalies;
  private final ListAnomaliesRpc rpc;
  private final List<Used> calls;
  private final List<String> told = new ArrayList<>();

  ListAnomaliesIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    this.anomalies = Anomalies.open(ledger.clickHouse());
    var time = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
    var tokens = new PageTokens(new Secret("key"));
    this.rpc =
        new ListAnomaliesRpc(new Answering(ledger.clickHouse(), LIMITS, tokens, time), anomalies);
    this.calls = Used.drawn(new Random(11), tenant);
    this.elsewhere =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database() + "_replayed",
                stores.clickHouseUser(),
                stores.clickHousePassword()));
  }

  /// Looked at twice in each hour, the second time when the hour before is complete.
  @BeforeAll
  void fill() throws Exception {
    ledger.insertEntries(calls.stream().map(Used::row).toList());
    var neighbour = Used.drawn(new Random(12), tenant + "-neighbour");
    ledger.insertEntries(neighbour.stream().map(Used::row).toList());
    run(anomalies, Duration.ofMinutes(30));
  }

  private void run(Anomalies into, Duration step) {
    var time = new FakeTime(FIRST.plus(Duration.ofMinutes(15)));
    var job =
        new AnomalyJob(
            new Ledger(ledger.clickHouse(), LIMITS),
            into,
            time,
            (who, each) -> told.add(who + " " + each.getAnomalyId()));
    // The hour before the first one is where looking begins.
    into.marks().put(tenant, FIRST.minus(HOUR));
    into.marks().put(tenant + "-neighbour", FIRST.plus(Duration.ofDays(300)));
    for (var end = FIRST.plus(HOUR.multipliedBy(HOURS)); time.now().isBefore(end); ) {
      job.run();
      time.advance(step);
    }
    job.run();
  }

  @AfterAll
  void close() {
    elsewhere.close();
    ledger.close();
  }

  @Test
  void answer_allHours_areWhatPlainJavaRecomputes() {
    var recomputed = new RecomputedAnomalies(calls);
    for (var hour = 0; hour < HOURS; hour++) {
      recomputed.hour(FIRST.plus(HOUR.multipliedBy(hour)).getEpochSecond());
    }

    var found = new TreeMap<String, String>();
    all(tenant).forEach(each -> found.put(each.getAnomalyId(), text(each)));

    assertThat(found).isEqualTo(recomputed.all());
    assertThat(found.values().stream().map(ListAnomaliesIT::kind)).contains("WARNING", "CRITICAL");
    for (var rule : List.of("HOURLY_COST", "RETRY_RATE", "TOKEN_INFLATION", "NEW_SPEND")) {
      assertThat(found.keySet()).anyMatch(id -> id.contains("/" + rule + "/"));
    }
    assertThat(told).contains(tenant + " " + found.firstKey());
  }

  private static String kind(String text) {
    return text.split(" ", 2)[0];
  }

  /// All that is provisional was completed.
  private static String text(Anomaly each) {
    assertThat(each.getProvisional()).isFalse();
    var text =
        each.getSeverity().name().substring("ANOMALY_SEVERITY_".length())
            + " "
            + RecomputedAnomalies.said(
                new BigDecimal(each.getCurrent()),
                new BigDecimal(each.getBaseline()),
                each.getSample());
    if (each.hasCause()) {
      var cause = each.getCause();
      text += " by %s=%s %.6f".formatted(cause.getDimension(), cause.getValue(), cause.getShare());
    }
    return each.hasEndTime()
        ? text + " until " + Instant.ofEpochSecond(each.getEndTime().getSeconds())
        : text;
  }

  /// By a job that was away for a day, and never saw an hour that was running.
  @Test
  void run_elsewhereAndLater_findsTheSame() {
    var replayed = Anomalies.open(elsewhere);
    run(replayed, Duration.ofDays(1));

    var end = FIRST.plus(Duration.ofDays(9));
    assertThat(replayed.list(tenant, FIRST, end, "", 100_000))
        .isEqualTo(anomalies.list(tenant, FIRST, end, "", 100_000))
        .isNotEmpty();
  }

  @Test
  void answer_pages_giveEveryAnomalyOnce() {
    var paged = new ArrayList<Anomaly>();
    var request = asked().setPageSize(7);
    ListAnomaliesResponse page;
    do {
      page = ask(request.build(), tenant, Map.of());
      assertThat(page.getAnomaliesCount()).isLessThanOrEqualTo(7);
      paged.addAll(page.getAnomaliesList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());

    assertThat(paged).isEqualTo(all(tenant)).hasSizeGreaterThan(20);
  }

  @Test
  void answer_filters_keepWhatMeetsThemAll() {
    var spend = AnomalyRule.ANOMALY_RULE_HOURLY_COST;
    var request = asked().addRules(spend).setDimension("team").addValues("a");

    assertThat(ask(request.build(), tenant, Map.of()).getAnomaliesList())
        .isEqualTo(kept(all(tenant), "team", "a", List.of(spend)))
        .isNotEmpty();
    assertThat(ask(asked().setOpenOnly(true).build(), tenant, Map.of()).getAnomaliesList())
        .isEqualTo(all(tenant).stream().filter(each -> !each.hasEndTime()).toList())
        .isNotEmpty();
    var later = asked().setStartTime(seconds(FIRST.plus(HOUR).plusSeconds(1)));
    assertThat(ask(later.build(), tenant, Map.of()).getAnomaliesList())
        .isEqualTo(
            all(tenant).stream()
                .filter(
                    each -> each.getStartTime().getSeconds() > FIRST.plus(HOUR).getEpochSecond())
                .toList());
  }

  private static List<Anomaly> kept(
      List<Anomaly> all, String dimension, String value, List<AnomalyRule> rules) {
    return all.stream()
        .filter(each -> each.getDimension().equals(dimension) && each.getValue().equals(value))
        .filter(each -> rules.isEmpty() || rules.contains(each.getRule()))
        .toList();
  }

  @Test
  void answer_pinnedKey_seesItsOwn() {
    var mine = ask(asked().build(), tenant, Map.of("team", "a")).getAnomaliesList();

    assertThat(mine).isEqualTo(kept(all(tenant), "team", "a", List.of())).isNotEmpty();
    assertThat(ask(asked().build(), tenant, Map.of("project", "x")).getAnomaliesList()).isEmpty();
    assertThat(
            ask(asked().build(), tenant, Map.of("team", "a", "model", "large")).getAnomaliesList())
        .isEmpty();
    assertThat(all(tenant + "-nobody")).isEmpty();
  }

  /// A rise of tokens is to be expected where something was deployed that may be why.
  @Test
  void run_deploymentInTheWindow_isLinkedAndAnnotates() throws Exception {
    var who = tenant + "-deployed";
    var moody = Used.drawn(new Random(11), who);
    ledger.insertEntries(moody.stream().map(Used::row).toList());
    ledger.insert(
        "deployments",
        List.of(
            deployment(who, "late", FIRST.plus(Duration.ofDays(1))),
            deployment(who, "early", FIRST.minus(Duration.ofHours(2)))));
    var evaluation = new Evaluation(new Ledger(ledger.clickHouse(), LIMITS), anomalies);
    for (var hour = FIRST; hour.isBefore(FIRST.plus(Duration.ofDays(1))); hour = hour.plus(HOUR)) {
      evaluation.evaluate(who, hour, true, _ -> {});
    }

    for (var each : all(who)) {
      var hour = Instant.ofEpochSecond(each.getStartTime().getSeconds());
      var linked =
          hour.isBefore(FIRST.plus(Duration.ofHours(22)))
              && (!each.getDimension().equals("team") || each.getValue().equals("a"));
      assertThat(each.getDeploymentIdsList()).isEqualTo(linked ? List.of("early") : List.of());
      if (each.getRule() == AnomalyRule.ANOMALY_RULE_TOKEN_INFLATION) {
        assertThat(each.getSeverity())
            .isEqualTo(
                linked
                    ? AnomalySeverity.ANOMALY_SEVERITY_INFO
                    : AnomalySeverity.ANOMALY_SEVERITY_WARNING);
      }
    }
    assertThat(all(who).stream().map(Anomaly::getSeverity))
        .contains(AnomalySeverity.ANOMALY_SEVERITY_INFO);
  }

  private static Map<String, Object> deployment(String who, String id, Instant time) {
    return Map.of(
        "tenant_id", who, "deployment_id", id, "deployment_time", Entry.text(time), "team", "a");
  }

  @Test
  void answer_badInput_isAllNamed() {
    var request =
        ListAnomaliesRequest.newBuilder()
            .setStartTime(seconds(FIRST))
            .addRulesValue(99)
            .addRules(AnomalyRule.ANOMALY_RULE_RETRY_RATE)
            .addRules(AnomalyRule.ANOMALY_RULE_RETRY_RATE)
            .setDimension("' OR 1 = 1 --")
            .addValues("")
            .setPageSize(1_001)
            .build();
    assertThatThrownBy(() -> ask(request, tenant, Map.of()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.violations())
                  .extracting("field")
                  .containsExactly(
                      "end_time", "rules[0]", "rules[2]", "dimension", "values[0]", "page_size");
            });
    var token = ask(asked().setPageSize(1).build(), tenant, Map.of()).getNextPageToken();
    for (var other : Stream.of(asked().setOpenOnly(true), asked().setPageToken("x")).toList()) {
      if (other.getPageToken().isEmpty()) {
        other.setPageToken(token);
      }
      assertThatThrownBy(() -> ask(other.build(), tenant, Map.of()))
          .isInstanceOfSatisfying(
              Failure.class,
              failure -> assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID));
    }
  }

  private List<Anomaly> all(String who) {
    return ask(asked().setPageSize(1_000).build(), who, Map.of()).getAnomaliesList();
  }

  private static ListAnomaliesRequest.Builder asked() {
    return ListAnomaliesRequest.newBuilder()
        .setStartTime(seconds(FIRST))
        .setEndTime(seconds(FIRST.plus(Duration.ofDays(9))));
  }

  private ListAnomaliesResponse ask(
      ListAnomaliesRequest request, String who, Map<String, String> pins) {
    return rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), who, pins));
  }

  private static Timestamp seconds(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }
}
