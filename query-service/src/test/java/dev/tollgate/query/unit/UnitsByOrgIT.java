package dev.tollgate.query.unit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.proto.query.v1.GetRoiRequest;
import dev.tollgate.proto.query.v1.GetUnitEconomicsRequest;
import dev.tollgate.proto.query.v1.OrgLevel;
import dev.tollgate.proto.query.v1.OrgView;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.org.MadeTree;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.waste.GetRetryWasteRpc;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// A team that moves in the middle of a month, as each report sees it.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnitsByOrgIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant MOVE = Instant.parse("2026-08-15T00:00:00Z");
  private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");
  private static final long UNIT = 1_000_000_000_000L;

  private final TestLedger ledger;
  private final String tenant;
  private final Answering answering;

  UnitsByOrgIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    this.answering =
        new Answering(
            ledger.clickHouse(), limits, new PageTokens(new Secret("key")), new FakeTime(END));
  }

  /// 1 and 2 before the move, 4 after it, of which 2 are failures; 8 a month for GPUs; worth 16
  /// before and 32 after.
  @BeforeAll
  void fill() throws Exception {
    ledger.insertEntries(
        List.of(
            call("e1", MOVE.minusMillis(1), UNIT, "SUCCESS"),
            call("e2", START, 2 * UNIT, "ERROR"),
            call("e3", MOVE, 4 * UNIT, "ERROR")));
    ledger.insert(
        "cost_lines",
        List.of(
            row(
                "cost_id",
                "gpus",
                "start_time",
                time(START.minusSeconds(86_400)),
                "end_time",
                time(END.minusSeconds(86_400)),
                "amount_picos",
                31 * UNIT)));
    ledger.insert("outcomes", List.of(outcome("o1", START, 16), outcome("o2", MOVE, 32)));
    new MadeTree()
        .link(OrgLevel.ORG_LEVEL_TEAM, "search", "web", Instant.EPOCH)
        .link(OrgLevel.ORG_LEVEL_TEAM, "search", "data", MOVE)
        .put(ledger.clickHouse(), tenant);
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void returns_byDepartment_areOfTheTimeOrOfNow() {
    assertThat(roi(OrgView.ORG_VIEW_AS_WAS))
        .isEqualTo(Map.of("web", "33.000000000000", "data", "4.000000000000"));
    assertThat(roi(OrgView.ORG_VIEW_AS_IS_NOW)).isEqualTo(Map.of("data", "37.000000000000"));
  }

  private Map<String, String> roi(OrgView view) {
    var request =
        GetRoiRequest.newBuilder()
            .setStartTime(timestamp(START))
            .setEndTime(timestamp(END))
            .addGroupBy("department")
            .addRevenueKinds("sale")
            .setOrgView(view)
            .build();
    var costs = new TreeMap<String, String>();
    var answer = new GetRoiRpc(answering).answer(request, caller());
    answer.getRowsList().forEach(row -> costs.put(row.getGroup(0), row.getCost().getAmount()));
    return costs;
  }

  @Test
  void units_byDepartment_areOfTheTimeOrOfNow() {
    assertThat(requests(OrgView.ORG_VIEW_AS_WAS)).isEqualTo(Map.of("web", 2L, "data", 1L));
    assertThat(requests(OrgView.ORG_VIEW_AS_IS_NOW)).isEqualTo(Map.of("data", 3L));
  }

  private Map<String, Long> requests(OrgView view) {
    var request =
        GetUnitEconomicsRequest.newBuilder()
            .setStartTime(timestamp(START))
            .setEndTime(timestamp(END))
            .addGroupBy("department")
            .setOrgView(view)
            .build();
    var requests = new TreeMap<String, Long>();
    var answer = new GetUnitEconomicsRpc(answering).answer(request, caller());
    answer.getRowsList().forEach(row -> requests.put(row.getGroup(0), row.getRequests()));
    return requests;
  }

  @Test
  void waste_byDepartment_isOfTheTimeOrOfNow() {
    assertThat(wasted(OrgView.ORG_VIEW_AS_WAS))
        .isEqualTo(Map.of("web", "3.000000000000", "data", "4.000000000000"));
    assertThat(wasted(OrgView.ORG_VIEW_AS_IS_NOW)).isEqualTo(Map.of("data", "7.000000000000"));
  }

  private Map<String, String> wasted(OrgView view) {
    var request =
        GetRetryWasteRequest.newBuilder()
            .setStartTime(timestamp(START))
            .setEndTime(timestamp(END))
            .addGroupBy("department")
            .setOrgView(view)
            .build();
    var costs = new TreeMap<String, String>();
    var answer = new GetRetryWasteRpc(answering).answer(request, caller());
    answer.getRowsList().forEach(row -> costs.put(row.getGroup(0), row.getCost().getAmount()));
    return costs;
  }

  private Map<String, Object> call(String id, Instant at, long picos, String status) {
    return row(
        "event_id",
        id,
        "sign",
        1,
        "event_time",
        time(at),
        "cost_picos",
        picos,
        "charge_status",
        "PRICED",
        "terminal_status",
        status);
  }

  private Map<String, Object> outcome(String id, Instant at, long units) {
    return row(
        "outcome_id",
        id,
        "kind",
        "sale",
        "result",
        "SUCCESS",
        "outcome_time",
        time(at),
        "value_picos",
        units * UNIT);
  }

  private Map<String, Object> row(Object... more) {
    var row = new HashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("team", "search");
    row.put("currency", "USD");
    for (var i = 0; i < more.length; i += 2) {
      row.put(more[i].toString(), more[i + 1]);
    }
    return row;
  }

  private Caller caller() {
    return new Caller("key", Set.of(Role.ROLE_READER), tenant, Map.of());
  }

  private static String time(Instant instant) {
    return instant.toString().replace("T", " ").replace("Z", "");
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
  }
}
