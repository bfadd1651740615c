package dev.tollgate.query.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.Comparison;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.OrgView;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.org.MadeTree;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// Cost by department, cost centre and owner.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GetCostByOrgIT {
  private static final Instant START = Instant.parse("2026-07-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-09-10T00:00:00Z");
  private static final FakeTime TIME = new FakeTime(NOW);
  private static final List<String> TEAMS =
      List.of("a", "b", "' OR 1 = 1 --", "back\\slash\\", "{tenant:String}");
  private static final List<String> NAMES =
      List.of("department", "cost_center", "owner", "team", "model");

  private final TestLedger ledger;
  private final List<LedgerRow> rows = new ArrayList<>();
  private final MadeTree tree;
  private final String tenant;

  GetCostByOrgIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    this.tree = MadeTree.random(new Random(4), TEAMS, START, NOW.plus(Duration.ofDays(20)));
  }

  @BeforeAll
  void fill() throws Exception {
    var random = new Random(3);
    var made = new RandomLedger(random, START.plus(Duration.ofDays(30)), Duration.ofDays(60));
    rows.addAll(made.rows(tenant, 400));
    ledger.insert(rows);
    ledger.insert(made.rows(tenant + "-neighbour", 50));
    tree.put(ledger.clickHouse(), tenant);
    MadeTree.random(random, TEAMS, START, NOW).put(ledger.clickHouse(), tenant + "-neighbour");
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_byOrg_isWhatPlainJavaRecomputes() {
    var sources = EnumSet.noneOf(Source.class);
    Seeds.check(
        "cost by org against a recomputation",
        80,
        2_000,
        (_, random) -> {
          var request = request(random);
          var pins = random.nextInt(4) == 0 ? Map.of("team", "a") : Map.<String, String>of();
          var answer = rpc().answer(request, caller(pins));
          var seen = rows.stream().map(row -> placed(request.getOrgView(), row)).toList();
          var recomputed = new Recomputed(seen, tenant, pins, request, answer, new HashMap<>());

          assertThat(answer.getRowsList().stream().map(row -> GetCostIT.text(request, row)))
              .as(request.toString())
              .containsExactlyElementsOf(recomputed.rows());
          assertThat(answer.getTotalsList().stream().map(row -> GetCostIT.text(request, row)))
              .containsExactlyElementsOf(recomputed.totals());
          sources.add(answer.getSource());
        });
    assertThat(sources).contains(Source.SOURCE_RAW, Source.SOURCE_ROLLUP);
  }

  /// What a key pins is what events state, wherever the tree puts them.
  @Test
  void answer_pinnedToACostCenter_seesWhatStatesIt() {
    var request =
        range(START, NOW).addGroupBy("cost_center").setOrgView(OrgView.ORG_VIEW_AS_WAS).build();

    var answer = rpc().answer(request, caller(Map.of("cost_center", "a")));

    var stated = rows.stream().filter(row -> row.value("cost_center").equals("a")).toList();
    assertThat(answer.getTotalsList().stream().mapToLong(CostRow::getEvents).sum())
        .isEqualTo(stated.stream().mapToLong(LedgerRow::sign).sum())
        .isPositive();
    assertThat(answer.getRowsList()).anyMatch(row -> !row.getGroup(0).equals("a"));
  }

  @Test
  void answer_withoutAView_knowsNoDepartment() {
    var failure = failure(range(START, NOW).addGroupBy("department").build());

    assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(failure.violations().getFirst().field()).isEqualTo("group_by[0]");
    assertThat(failure).hasMessageContaining("org_view");
    assertThat(
            failure(range(START, NOW).setOrgViewValue(9).build()).violations().getFirst().field())
        .isEqualTo("org_view");
  }

  private Failure failure(GetCostRequest request) {
    return catchThrowableOfType(Failure.class, () -> rpc().answer(request, caller(Map.of())));
  }

  private LedgerRow placed(OrgView view, LedgerRow row) {
    var at = view == OrgView.ORG_VIEW_AS_WAS ? row.time() : NOW;
    var dimensions = new HashMap<>(row.dimensions());
    dimensions.putAll(tree.places(row.value("team"), row.value("cost_center"), at));
    return new LedgerRow(
        row.tenant(),
        row.eventId(),
        row.entrySeq(),
        row.sign(),
        row.time(),
        dimensions,
        row.tags(),
        row.currency(),
        row.costPicos(),
        row.listCostPicos(),
        row.chargeStatus(),
        row.terminalStatus(),
        row.tokens(),
        row.attempt());
  }

  private static GetCostRequest request(RandomGenerator random) {
    var start = START.plusSeconds(900 * random.nextLong(4_000));
    var end = start.plusSeconds(900 * random.nextLong(1, 4_000));
    var request =
        range(start, random.nextInt(3) == 0 ? end.plusMillis(1) : end)
            .setOrgView(
                random.nextBoolean() ? OrgView.ORG_VIEW_AS_WAS : OrgView.ORG_VIEW_AS_IS_NOW);
    var names = new ArrayList<>(NAMES);
    Collections.shuffle(names, new Random(random.nextLong()));
    request.addAllGroupBy(names.subList(0, random.nextInt(1, 4)));
    if (random.nextBoolean()) {
      request.addFilters(filter(random));
    }
    if (random.nextInt(3) == 0) {
      request.setGranularity(Granularity.GRANULARITY_WEEK);
    }
    if (random.nextInt(3) == 0) {
      request.setComparison(Comparison.COMPARISON_PREVIOUS_PERIOD);
    }
    if (random.nextInt(4) == 0) {
      request.setTop(2);
    }
    return request.build();
  }

  private static Filter filter(RandomGenerator random) {
    var filter = Filter.newBuilder();
    return switch (random.nextInt(4)) {
      case 0 -> filter.setDimension("department").addValues("web").build();
      case 1 -> filter.setDimension("cost_center").addValues("a").addValues("").build();
      case 2 ->
          filter
              .setDimension("owner")
              .setOperator(FilterOperator.FILTER_OPERATOR_NOT_IN)
              .addValues("Ada")
              .build();
      default ->
          filter
              .setDimension("department")
              .setOperator(FilterOperator.FILTER_OPERATOR_PREFIX)
              .addValues("d'a")
              .build();
    };
  }

  private GetCostRpc rpc() {
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    return new GetCostRpc(
        new Answering(ledger.clickHouse(), limits, new PageTokens(new Secret("key")), TIME));
  }

  private Caller caller(Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_READER), tenant, pins);
  }

  private static GetCostRequest.Builder range(Instant start, Instant end) {
    return GetCostRequest.newBuilder()
        .setStartTime(timestamp(start))
        .setEndTime(timestamp(end))
        .setPageSize(10_000);
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
