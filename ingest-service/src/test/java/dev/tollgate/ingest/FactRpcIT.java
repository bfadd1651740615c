package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_CONFLICT;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_DUPLICATE;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_INVALID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.ingest.v1.CostLine;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc.FactServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.OutcomeResult;
import dev.tollgate.proto.ingest.v1.RecordCostsRequest;
import dev.tollgate.proto.ingest.v1.RecordDeploymentsRequest;
import dev.tollgate.proto.ingest.v1.RecordFeedbackRequest;
import dev.tollgate.proto.ingest.v1.RecordFeedbackResponse;
import dev.tollgate.proto.ingest.v1.RecordOutcomesRequest;
import dev.tollgate.proto.ingest.v1.Thumb;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FactRpcIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();

  private final Peers peers;
  private final ClickHouse clickHouse;
  private final IngestService service;
  private final Peer peer;
  private final String base;
  private int tenants;
  private String tenant = "";

  FactRpcIT(Stores stores, @TempDir Path dir) throws Exception {
    peers = Peers.start();
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    service =
        IngestService.start(
            IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
    peer =
        Peer.connect(
            new PeerSettings(
                "127.0.0.1:" + service.grpcPort(),
                new Secret(Rig.SERVICE_KEY),
                new PeerSettings.Trust.Plain()));
    base = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36) + "-";
  }

  @BeforeAll
  void awaitReady() {
    Ready.await(service.grpcPort());
  }

  @BeforeEach
  void nextTenant() {
    tenant = base + ++tenants;
  }

  @AfterAll
  void stop() {
    peer.close();
    service.close();
    peers.close();
    clickHouse.close();
  }

  @Test
  void recordOutcomes_sentAgainAndChanged_countsTheFirstOnce() {
    var outcome = outcome("o1").build();

    assertThat(outcomes(outcome, outcome))
        .containsExactly(EVENT_STATUS_ACCEPTED, EVENT_STATUS_DUPLICATE);
    assertThat(outcomes(outcome, outcome.toBuilder().setKind("accepted").build()))
        .containsExactly(EVENT_STATUS_DUPLICATE, EVENT_STATUS_CONFLICT);

    awaitRows("outcomes", 1);
    assertThat(
            line(
                "SELECT concat(kind, ' ', result, ' ', currency, ' ', toString(value_picos), ' ',"
                    + " request, ' ', feature, ' ', tags['shift'], ' ', toString(quality_score))"
                    + " AS line FROM outcomes WHERE tenant_id = {tenant:String}"))
        .isEqualTo("resolved SUCCESS EUR 1500000000001 r-1 answers night 0.75");
  }

  @Test
  void recordOutcomes_oneIsBad_theOthersCount() {
    var results =
        stub()
            .recordOutcomes(
                RecordOutcomesRequest.newBuilder()
                    .addOutcomes(outcome("o1"))
                    .addOutcomes(outcome("o2").clearOutcomeTime())
                    .addOutcomes(outcome("o3"))
                    .build())
            .getResultsList();

    assertThat(results.stream().map(FactResult::getStatus))
        .containsExactly(EVENT_STATUS_ACCEPTED, EVENT_STATUS_INVALID, EVENT_STATUS_ACCEPTED);
    assertThat(results.get(1).getViolations(0).getField()).isEqualTo("outcome_time");
    awaitRows("outcomes", 2);
  }

  interface Change<M> extends UnaryOperator<M> {}

  static Stream<Arguments> badOutcomes() {
    return Stream.of(
        bad("outcome_id", "1 to 128", o -> o.clearOutcomeId()),
        bad("outcome_time", "missing", o -> o.clearOutcomeTime()),
        bad(
            "outcome_time",
            "2300-01-01",
            o -> o.setOutcomeTime(Events.timestamp(Instant.parse("2300-01-01T00:00:00Z")))),
        bad("kind", "1 to 64", o -> o.clearKind()),
        bad("kind", "no blanks", o -> o.setKind("so good")),
        bad("result", "OUTCOME_RESULT_SUCCESS", o -> o.clearResult()),
        bad("result", "77", o -> o.setResultValue(77)),
        bad("supersedes", "is reversed", o -> o.setResult(OutcomeResult.OUTCOME_RESULT_REVERSED)),
        bad("supersedes", "another outcome's id", o -> o.setSupersedes("bad")),
        bad("value.currency_code", "ISO 4217", o -> o.setValue(money("euro", "1"))),
        bad("value.amount", "0 to 9000000", o -> o.setValue(money("EUR", "9000000.000000000001"))),
        bad("value.amount", "at most 12", o -> o.setValue(money("EUR", "0.0000000000001"))),
        bad("value.amount", "0 to 9000000", o -> o.setValue(money("EUR", "-1"))),
        bad("dimensions", "request, interaction", o -> o.clearDimensions()),
        bad(
            "dimensions.team",
            "0 to 256",
            o -> o.setDimensions(o.getDimensionsBuilder().setTeam("x".repeat(300)))),
        bad("quality_score", "NaN (expected: 0 to 1)", o -> o.setQualityScore(Double.NaN)));
  }

  @ParameterizedTest
  @MethodSource("badOutcomes")
  void recordOutcomes_badField_isNamedWithValueAndExpectation(
      String field, String part, Change<Outcome.Builder> change) {
    var request =
        RecordOutcomesRequest.newBuilder().addOutcomes(change.apply(outcome("bad"))).build();

    var result = stub().recordOutcomes(request).getResults(0);

    assertThat(result.getStatus()).isEqualTo(EVENT_STATUS_INVALID);
    assertThat(result.getViolationsList())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.getField()).isEqualTo(field);
          assertThat(violation.getDescription()).contains(part);
        });
  }

  @Test
  void recordOutcomes_noneOrTooMany_isFieldInvalid() throws Exception {
    assertThat(reason(() -> stub().recordOutcomes(RecordOutcomesRequest.getDefaultInstance())))
        .isEqualTo("FIELD_INVALID");
    var many =
        RecordOutcomesRequest.newBuilder()
            .addAllOutcomes(Collections.nCopies(501, outcome("o").build()))
            .build();
    assertThat(reason(() -> stub().recordOutcomes(many))).isEqualTo("FIELD_INVALID");
  }

  @Test
  void recordFeedback_pressedAgain_theLatestVerdictCounts() {
    var up = feedback(Thumb.THUMB_UP, NOW.minusSeconds(30));
    var down = feedback(Thumb.THUMB_DOWN, NOW.minusSeconds(20));
    var again = feedback(Thumb.THUMB_UP, NOW.minusSeconds(10));

    assertThat(press(up).getStatus()).isEqualTo(EVENT_STATUS_ACCEPTED);
    assertThat(press(again).getStatus()).isEqualTo(EVENT_STATUS_ACCEPTED);
    assertThat(press(down).getStatus()).as("comes late").isEqualTo(EVENT_STATUS_ACCEPTED);
    assertThat(press(up)).isEqualTo(press(up));
    assertThat(press(up).getStatus()).isEqualTo(EVENT_STATUS_DUPLICATE);

    awaitRows("outcomes", 3);
    assertThat(counting()).containsExactly("SUCCESS r-9 u-7");
  }

  @Test
  void recordFeedback_severalPeopleAndAWithdrawal_eachHasOneVerdict() {
    press(feedback(Thumb.THUMB_UP, NOW.minusSeconds(30)));
    press(feedback(Thumb.THUMB_WITHDRAWN, NOW.minusSeconds(20)));
    press(feedback(Thumb.THUMB_DOWN, NOW.minusSeconds(20)).toBuilder().setUser("u-8").build());
    press(
        RecordFeedbackRequest.newBuilder().setSession("s-1").setUser("u-7").setScore(0.75).build());

    awaitRows("outcomes", 4);
    assertThat(counting())
        .containsExactlyInAnyOrder("REVERSED r-9 u-7", "FAILURE r-9 u-8", "SUCCESS  u-7");
  }

  @Test
  void recordFeedback_malformed_isFieldInvalid() throws Exception {
    var good = feedback(Thumb.THUMB_UP, NOW);
    for (var bad :
        List.of(
            good.toBuilder().clearRequest().build(),
            good.toBuilder().setRequest("").build(),
            good.toBuilder().clearThumb().build(),
            good.toBuilder().setThumbValue(9).build(),
            good.toBuilder().setScore(1.01).build(),
            good.toBuilder().setUser("a\nb").build(),
            good.toBuilder().setFeedbackTime(Events.timestamp(NOW.plusSeconds(7_200))).build())) {
      assertThat(reason(() -> press(bad))).as("%s", bad).isEqualTo("FIELD_INVALID");
    }
    press(good);
    assertThat(reason(() -> press(good.toBuilder().setThumb(Thumb.THUMB_DOWN).build())))
        .isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void recordDeployments_resentWithAnotherTime_isAConflict() {
    var deployment =
        Deployment.newBuilder()
            .setDeploymentId("d1")
            .setDeploymentTime(Events.timestamp(NOW))
            .setService("answers-api")
            .setDimensions(Dimensions.newBuilder().setPromptVersion("v8").setEnvironment("prod"))
            .setUrl("https://ci.example/42")
            .build();
    var later =
        deployment.toBuilder()
            .setDeploymentTime(Events.timestamp(NOW.minusSeconds(86_400)))
            .build();
    var bad = deployment.toBuilder().setUrl("javascript:alert(1)").clearService().build();
    var empty =
        Deployment.newBuilder().setDeploymentId("d2").setDeploymentTime(Events.timestamp(NOW));

    assertThat(
            stub()
                .recordDeployments(
                    RecordDeploymentsRequest.newBuilder()
                        .addAllDeployments(List.of(deployment, deployment, later, bad))
                        .addDeployments(empty)
                        .build())
                .getResultsList()
                .stream()
                .map(FactResult::getStatus))
        .containsExactly(
            EVENT_STATUS_ACCEPTED,
            EVENT_STATUS_DUPLICATE,
            EVENT_STATUS_CONFLICT,
            EVENT_STATUS_INVALID,
            EVENT_STATUS_INVALID);
    awaitRows("deployments", 1);
    assertThat(
            line(
                "SELECT concat(service, ' ', prompt_version, ' ', environment, ' ', url) AS line"
                    + " FROM deployments WHERE tenant_id = {tenant:String}"))
        .isEqualTo("answers-api v8 prod https://ci.example/42");
  }

  @Test
  void recordCosts_anyDivisionOfTheirPeriods_addsUpToTheLastPico() {
    var start = Instant.parse("2026-01-31T22:59:59.999Z");
    var end = Instant.parse("2026-04-15T10:00:00.007Z");
    var line =
        CostLine.newBuilder()
            .setCostId("gpu")
            .setCategory("gpu")
            .setAmount(money("USD", "8999999.999999999989"))
            .setStartTime(Events.timestamp(start))
            .setEndTime(Events.timestamp(end))
            .setDimensions(Dimensions.newBuilder().setTeam("search"))
            .build();
    var credit =
        line.toBuilder().setCostId("credit").setAmount(money("USD", "-0.000000000101")).build();
    var instant =
        line.toBuilder().setCostId("review").clearEndTime().setAmount(money("USD", "7")).build();

    assertThat(costs(line, credit, instant)).containsOnly(EVENT_STATUS_ACCEPTED);
    assertThat(costs(line, credit.toBuilder().setStartTime(Events.timestamp(end)).build()))
        .containsExactly(EVENT_STATUS_DUPLICATE, EVENT_STATUS_CONFLICT);

    awaitRows("cost_lines", 3);
    assertThat(shares("gpu", 3_601_000)).isEqualTo("8999999999999999989");
    assertThat(shares("gpu", 86_400_000)).isEqualTo("8999999999999999989");
    assertThat(shares("credit", 3_601_000)).isEqualTo("-101");
    assertThat(shares("review", 3_601_000)).isEqualTo("7000000000000");
  }

  @Test
  void recordCosts_malformed_isInvalid() {
    var good =
        CostLine.newBuilder()
            .setCostId("c")
            .setCategory("gpu")
            .setAmount(money("USD", "1"))
            .setStartTime(Events.timestamp(NOW))
            .build();
    var bad =
        Stream.<Change<CostLine.Builder>>of(
                c -> c.clearCostId(),
                c -> c.clearCategory(),
                c -> c.clearAmount(),
                c -> c.setAmount(money("USD", "-9000000.1")),
                c -> c.clearStartTime(),
                c -> c.setEndTime(Events.timestamp(NOW.minusMillis(1))),
                c -> c.setEndTime(Events.timestamp(NOW.plusSeconds(3_661L * 86_400))),
                c -> c.setSupersedes("c"),
                c -> c.setDescription("x".repeat(1_025)))
            .map(change -> change.apply(good.toBuilder()).build())
            .toArray(CostLine[]::new);

    assertThat(costs(bad)).hasSize(9).containsOnly(EVENT_STATUS_INVALID);
    assertThat(costs(good)).containsExactly(EVENT_STATUS_ACCEPTED);
  }

  @Test
  void facts_ofAnotherTenant_haveIdsOfTheirOwn() {
    outcomes(outcome("o1").build());
    nextTenant();

    assertThat(outcomes(outcome("o1").setKind("other").build()))
        .containsExactly(EVENT_STATUS_ACCEPTED);
  }

  /// What falls into each of the slices into which a long time is cut, added up.
  private String shares(String costId, long sliceMillis) {
    return line(
        """
        WITH
          toUnixTimestamp64Milli(c.start_time) AS begun,
          toUnixTimestamp64Milli(c.end_time) - begun AS total,
          toUnixTimestamp64Milli(toDateTime64('2026-01-01 00:00:00', 3, 'UTC')) AS origin,
          origin + toInt64(n) * SLICE AS a,
          a + SLICE AS b,
          greatest(0, least(total, a - begun)) AS elapsed_a,
          greatest(0, least(total, b - begun)) AS elapsed_b
        SELECT toString(sum(if(
          total = 0,
          if(begun >= a AND begun < b, toInt128(c.amount_picos), 0),
          intDiv(toInt128(c.amount_picos) * elapsed_b, nullIf(total, 0))
            - intDiv(toInt128(c.amount_picos) * elapsed_a, nullIf(total, 0))))) AS line
        FROM cost_lines AS c
        ARRAY JOIN range(5000) AS n
        WHERE c.tenant_id = {tenant:String} AND c.cost_id = 'ID'
        """
            .replace("SLICE", "toInt64(" + sliceMillis + ")")
            .replace("ID", costId));
  }

  /// As the contract says which outcomes count.
  private List<String> counting() {
    return clickHouse.query(
        """
        SELECT concat(o.result, ' ', o.request, ' ', u.name) AS line
        FROM outcomes AS o
        LEFT ANY JOIN (
          SELECT surrogate, name FROM control_users WHERE tenant_id = {tenant:String}) AS u
          ON u.surrogate = o.user
        WHERE o.tenant_id = {tenant:String}
          AND o.outcome_id NOT IN (
            SELECT s.supersedes FROM outcomes AS s WHERE s.tenant_id = {tenant:String})
        ORDER BY o.outcome_time DESC, o.outcome_id DESC
        LIMIT 1 BY if(o.supersedes = '', o.outcome_id, o.supersedes)
        """,
        Map.of("tenant", tenant),
        row -> row.text("line"));
  }

  private String line(String sql) {
    return clickHouse.query(sql, Map.of("tenant", tenant), row -> row.text("line")).getFirst();
  }

  private void awaitRows(String table, long rows) {
    Await.until("stored", () -> Rig.rows(clickHouse, tenant, table) >= rows);
    assertThat(Rig.rows(clickHouse, tenant, table)).isEqualTo(rows);
  }

  private List<EventStatus> outcomes(Outcome... outcomes) {
    var request = RecordOutcomesRequest.newBuilder().addAllOutcomes(List.of(outcomes)).build();
    return stub().recordOutcomes(request).getResultsList().stream()
        .map(FactResult::getStatus)
        .toList();
  }

  private List<EventStatus> costs(CostLine... lines) {
    var request = RecordCostsRequest.newBuilder().addAllCostLines(List.of(lines)).build();
    return stub().recordCosts(request).getResultsList().stream()
        .map(FactResult::getStatus)
        .toList();
  }

  private RecordFeedbackResponse press(RecordFeedbackRequest request) {
    return stub().recordFeedback(request);
  }

  private static RecordFeedbackRequest feedback(Thumb thumb, Instant time) {
    return RecordFeedbackRequest.newBuilder()
        .setRequest("r-9")
        .setUser("u-7")
        .setThumb(thumb)
        .setFeedbackTime(Events.timestamp(time))
        .build();
  }

  private static Outcome.Builder outcome(String id) {
    return Outcome.newBuilder()
        .setOutcomeId(id)
        .setOutcomeTime(Events.timestamp(NOW))
        .setKind("resolved")
        .setResult(OutcomeResult.OUTCOME_RESULT_SUCCESS)
        .setValue(money("EUR", "1.500000000001"))
        .setDimensions(
            Dimensions.newBuilder()
                .setRequest("r-1")
                .setFeature("answers")
                .putTags("shift", "night"))
        .setQualityScore(0.75);
  }

  private static Money.Builder money(String currency, String amount) {
    return Money.newBuilder().setCurrencyCode(currency).setAmount(amount);
  }

  private static Arguments bad(String field, String part, Change<Outcome.Builder> change) {
    return Arguments.of(field, part, change);
  }

  private static String reason(Runnable call) throws Exception {
    return Failures.reason(CompletableFuture.runAsync(call));
  }

  private FactServiceBlockingStub stub() {
    return FactServiceGrpc.newBlockingStub(peer.channel(tenant));
  }
}
