package dev.tollgate.query.org;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeRequest;
import dev.tollgate.proto.query.v1.GetCostPerOutcomeResponse;
import dev.tollgate.proto.query.v1.GetDeploymentImpactRequest;
import dev.tollgate.proto.query.v1.GetDeploymentImpactResponse;
import dev.tollgate.proto.query.v1.GetEndpointHealthRequest;
import dev.tollgate.proto.query.v1.GetEndpointHealthResponse;
import dev.tollgate.proto.query.v1.OrgView;
import dev.tollgate.proto.query.v1.Reference;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.health.GetEndpointHealthRpc;
import dev.tollgate.query.impact.GetDeploymentImpactRpc;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.outcome.GetCostPerOutcomeRpc;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.search.SearchUsageRpc;
import dev.tollgate.secret.Secret;
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
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the tree says of each event also stands in its tags, where the test put it: so a question
/// by the tree must be answered as the one by tags is.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrgViewsIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
  private static final Instant DEPLOYED = Instant.parse("2026-08-15T00:00:00Z");
  private static final List<String> TEAMS = List.of("search", "ads", "core", "d'a\\ta");
  private static final Map<String, String> TAGS =
      Map.of("department", "d", "cost_center", "c", "owner", "o");

  private final Random random = new Random(41);
  private final MadeTree tree = MadeTree.random(random, TEAMS, START, END);
  private final TestLedger ledger;
  private final String tenant;
  private final Answering answering;
  private final Caller caller;

  OrgViewsIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    this.caller = new Caller("key", Set.of(Role.ROLE_READER), tenant, Map.of());
    var limits = new Limits(java.time.Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    this.answering =
        new Answering(
            ledger.clickHouse(), limits, new PageTokens(new Secret("key")), new FakeTime(NOW));
  }

  @BeforeAll
  void fill() throws Exception {
    tree.put(ledger.clickHouse(), tenant);
    // A reference's events may lie before and after the range, where the tree is another.
    var from = START.minusSeconds(20 * 86_400);
    var rows = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < 2_000; i++) {
      var at = from.plusSeconds(random.nextLong(70 * 86_400));
      var team = random.nextInt(6) == 0 ? "" : TEAMS.get(random.nextInt(TEAMS.size()));
      var stated = List.of("", "a", "b").get(random.nextInt(3));
      var tags = new HashMap<String, String>();
      TAGS.forEach((level, tag) -> {
        tags.put(tag + "_was", tree.places(team, stated, at).getOrDefault(level, ""));
        tags.put(tag + "_now", tree.places(team, stated, NOW).getOrDefault(level, ""));
      });
      var row = new HashMap<String, Object>();
      row.put("tenant_id", tenant);
      row.put("event_id", "e" + i);
      row.put("event_time", Entry.text(at));
      row.put("received_time", Entry.text(at));
      row.put("sign", 1);
      row.put("entry_seq", 0);
      row.put("team", team);
      row.put("cost_center", stated);
      row.put("tags", tags);
      row.put("model", "m" + i % 2);
      row.put("session", "s" + i % 300);
      row.put("currency", "USD");
      row.put("cost_picos", random.nextLong(1_000_000_000_000L));
      row.put("charge_status", "PRICED");
      row.put("terminal_status", random.nextInt(4) == 0 ? "ERROR" : "SUCCESS");
      row.put("latency_millis", 1 + random.nextInt(1_000));
      rows.add(row);
    }
    ledger.insertEntries(rows);
    var outcomes = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < 300; i += 2) {
      outcomes.add(
          Map.of(
              "tenant_id",
              tenant,
              "outcome_id",
              "o" + i,
              "kind",
              "resolved",
              "result",
              i % 3 == 0 ? "FAILURE" : "SUCCESS",
              "outcome_time",
              Entry.text(START.plusSeconds(i)),
              "session",
              "s" + i));
    }
    ledger.insert("outcomes", outcomes);
    ledger.insert(
        "deployments",
        List.of(
            Map.of(
                "tenant_id", tenant,
                "deployment_id", "d1",
                "service", "web",
                "model", "m0",
                "deployment_time", Entry.text(DEPLOYED))));
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  /// A question by the tree, and the same by tags.
  record Views(OrgView view, String level, String tag) {
    Filter byTree(List<String> values) {
      return Filter.newBuilder().setDimension(level).addAllValues(values).build();
    }

    Filter byTag(List<String> values) {
      return Filter.newBuilder().setDimension("tags." + tag).addAllValues(values).build();
    }
  }

  private static Stream<Views> views() {
    return TAGS.entrySet().stream()
        .flatMap(each ->
            Stream.of(
                new Views(OrgView.ORG_VIEW_AS_WAS, each.getKey(), each.getValue() + "_was"),
                new Views(OrgView.ORG_VIEW_AS_IS_NOW, each.getKey(), each.getValue() + "_now")));
  }

  /* Some of each level are among these. */
  private static final List<String> SOME = List.of("web", "a", "Ada");

  @ParameterizedTest
  @MethodSource("views")
  void searchUsage_byTree_isAsByTags(Views views) {
    var rpc = new SearchUsageRpc(answering);
    var plain =
        SearchUsageRequest.newBuilder()
            .setStartTime(Times.timestamp(START))
            .setEndTime(Times.timestamp(END))
            .setPageSize(1_000);

    var byTree =
        rpc.answer(
            plain.clone().addFilters(views.byTree(SOME)).setOrgView(views.view()).build(), caller);

    var byTag = rpc.answer(plain.clone().addFilters(views.byTag(SOME)).build(), caller);
    assertThat(byTree.getRowsList()).isEqualTo(byTag.getRowsList()).isNotEmpty();
    assertThat(byTree.getTotalsList()).isEqualTo(byTag.getTotalsList());
    assertThat(byTree.getRowsCount()).isLessThan(rpc.answer(plain.build(), caller).getRowsCount());
  }

  @ParameterizedTest
  @MethodSource("views")
  void costPerOutcome_byTree_isAsByTags(Views views) {
    var rpc = new GetCostPerOutcomeRpc(answering);
    var plain =
        GetCostPerOutcomeRequest.newBuilder()
            .setStartTime(Times.timestamp(START))
            .setEndTime(Times.timestamp(END))
            .setKind("resolved")
            .setReference(Reference.REFERENCE_SESSION);
    var grouped = plain.clone().addGroupBy(views.level()).setOrgView(views.view()).build();
    var taggedGroups = plain.clone().addGroupBy("tags." + views.tag()).build();
    var filtered = plain.clone().addFilters(views.byTree(SOME)).setOrgView(views.view()).build();
    var taggedFilter = plain.clone().addFilters(views.byTag(SOME)).build();

    assertThat(settled(rpc.answer(grouped, caller)))
        .isEqualTo(settled(rpc.answer(taggedGroups, caller)));
    assertThat(settled(rpc.answer(filtered, caller)))
        .isEqualTo(settled(rpc.answer(taggedFilter, caller)));
    assertThat(rpc.answer(grouped, caller).getRowsCount()).isGreaterThan(1);
  }

  private static GetCostPerOutcomeResponse settled(GetCostPerOutcomeResponse answer) {
    return answer.toBuilder().clearBasis().build();
  }

  @ParameterizedTest
  @MethodSource("views")
  void endpointHealth_byTree_isAsByTags(Views views) {
    var rpc = new GetEndpointHealthRpc(answering);
    var plain =
        GetEndpointHealthRequest.newBuilder()
            .setStartTime(Times.timestamp(START))
            .setEndTime(Times.timestamp(END))
            .setHourCallsMin(2);
    var grouped = plain.clone().addGroupBy(views.level()).setOrgView(views.view()).build();
    var tagged = plain.clone().addGroupBy("tags." + views.tag()).build();

    assertThat(health(rpc.answer(grouped, caller))).isEqualTo(health(rpc.answer(tagged, caller)));
    assertThat(rpc.answer(grouped, caller).getRowsCount()).isGreaterThan(1);
  }

  private static GetEndpointHealthResponse health(GetEndpointHealthResponse answer) {
    return answer.toBuilder().clearBasis().build();
  }

  @ParameterizedTest
  @MethodSource("views")
  void deploymentImpact_byTree_isAsByTags(Views views) {
    var rpc = new GetDeploymentImpactRpc(answering);
    var plain =
        GetDeploymentImpactRequest.newBuilder()
            .setDeploymentId("d1")
            .setWindow(Duration.newBuilder().setSeconds(14 * 86_400));
    var byTree =
        rpc.answer(
            plain.clone().addFilters(views.byTree(SOME)).setOrgView(views.view()).build(), caller);
    var byTag = rpc.answer(plain.clone().addFilters(views.byTag(SOME)).build(), caller);

    assertThat(impact(byTree)).isEqualTo(impact(byTag));
    assertThat(byTree.getCostsList()).isNotEmpty();
    assertThat(byTree.getBefore()).isNotEqualTo(rpc.answer(plain.build(), caller).getBefore());
  }

  private static GetDeploymentImpactResponse impact(GetDeploymentImpactResponse answer) {
    return answer.toBuilder().clearBasis().build();
  }
}
