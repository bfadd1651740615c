package dev.tollgate.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.client.Endpoints;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.FilterOperator;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// The service as it runs, asked over gRPC.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryServiceIT {
  private static final String SQL = "x'); DROP TABLE usage_events; --";
  private static final String LARGE = "x".repeat(10_000_000);

  private final Secret key;
  private final String tenant;
  private final QueryService service;
  private final TollgateClient operator;
  private final TollgateClient client;
  private final TollgateException beforeThereWasALedger;

  QueryServiceIT(Stores stores) {
    var key = new Secret(KeyText.random(new Random(2)).reveal());
    this.service =
        QueryService.start(
            QuerySettings.from(variables(stores, key)), TimeSource.SYSTEM, new Random(3));
    var uri = URI.create("http://127.0.0.1:" + service.grpcPort());
    this.operator = TollgateClient.connect(Endpoints.all(uri), key);
    this.client = operator.forTenant(stores.tenant());
    this.key = key;
    this.tenant = stores.tenant();
    this.beforeThereWasALedger = failure(client, valid());
    TestLedger.open(stores).close();
  }

  private static Map<String, String> variables(Stores stores, Secret key) {
    return Map.of(
        "TOLLGATE_QUERY_SERVICE_KEY", key.reveal(),
        "TOLLGATE_QUERY_HOST", "127.0.0.1",
        "TOLLGATE_QUERY_GRPC_PORT", "0",
        "TOLLGATE_QUERY_HTTP_PORT", "0",
        "TOLLGATE_QUERY_AUTH_OPERATOR_KEY", key.reveal(),
        "TOLLGATE_QUERY_CLICKHOUSE_URL", stores.clickHouseUrl().toString(),
        "TOLLGATE_QUERY_CLICKHOUSE_DATABASE", stores.database(),
        "TOLLGATE_QUERY_CLICKHOUSE_USER", stores.clickHouseUser(),
        "TOLLGATE_QUERY_CLICKHOUSE_PASSWORD", stores.clickHousePassword().reveal());
  }

  @AfterAll
  void stop() {
    operator.close();
    service.close();
  }

  @Test
  void getCost_tenantWithoutEvents_isEmptyNotAnError() {
    var answer = client.getCost(valid().build());

    assertThat(answer.getRowsList()).isEmpty();
    assertThat(answer.getTotalsList()).isEmpty();
    assertThat(answer.getNextPageToken()).isEmpty();
    assertThat(answer.hasAsOfTime()).isTrue();
  }

  @Test
  void getCost_ledgerNotMadeYet_isUnavailableForNow() {
    assertThat(beforeThereWasALedger.reason()).isEqualTo("STORE_UNAVAILABLE");
    assertThat(beforeThereWasALedger.retryAfter()).isPresent();
  }

  @Test
  void getCost_asJson_isTheSame() throws Exception {
    var good = post("{'startTime':'2026-08-01T00:00:00Z','endTime':'2026-09-01T00:00:00Z'}");
    assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
    assertThat(good.body()).contains("SOURCE_ROLLUP", "asOfTime");

    var bad = post("{'startTime':'1900-01-01T00:00:00Z','groupBy':['taem']}");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("FIELD_INVALID", "start_time", "end_time", "nearest: team");
  }

  @Test
  void dashboard_asksOnlyForRoutesThatThereAre_asAnybodyMaySee() throws Exception {
    var page = get("/dashboard");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(get("/").body()).isEqualTo(page.body());
    var script = get("/dashboard/dashboard.js");
    assertThat(script.headers().firstValue("content-type"))
        .hasValue("text/javascript; charset=utf-8");
    assertThat(get("/dashboard/dashboard.css").headers().firstValue("content-type"))
        .hasValue("text/css; charset=utf-8");
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "connect-src 'self'")
        .doesNotContain("unsafe", "*");
    var routes =
        Pattern.compile("'(/v1/[^']+)'")
            .matcher(script.body())
            .results()
            .map(match -> match.group(1))
            .toList();
    var openApi = get("/openapi.json").body();
    assertThat(routes)
        .containsExactly("/v1/costs:query", "/v1/usage:search", "/v1/budgetBurn:query");
    assertThat(routes).allSatisfy(route -> assertThat(openApi).contains("\"" + route + "\":"));
    assertThat(get("/dashboard/../dashboard.js").statusCode()).isEqualTo(404);
  }

  /// What the dashboard asks, as it asks it.
  @Test
  void searchUsage_asJsonAndAsASheet_showsWhatTheMaskNames() throws Exception {
    var question =
        "{'startTime':'2026-08-01T00:00:00Z','endTime':'2026-09-01T00:00:00Z',"
            + "'order':'SEARCH_ORDER_DEAREST_FIRST','pageSize':50,'pageToken':'','filters':"
            + "[{'dimension':'team','operator':'FILTER_OPERATOR_IN','values':['a']}],"
            + "'readMask':'eventId,cost,dimensions.team'}";
    var json = post(question, "/v1/usage:search");
    assertThat(json.statusCode()).as(json.body()).isEqualTo(200);
    assertThat(json.body()).contains("\"rows\":[]", "\"totals\":[]", "SOURCE_RAW");
    var sheet = post(question, "/v1/usage:search?format=csv");
    assertThat(sheet.statusCode()).as(sheet.body()).isEqualTo(200);
    assertThat(sheet.headers().firstValue("content-type").orElseThrow()).startsWith("text/csv");

    var bad = post("{'readMask':'cots','minCost':{'amount':'x'}}", "/v1/usage:search");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("FIELD_INVALID", "read_mask.paths[0]", "min_cost.amount");
    assertThat(get("/v1/usage:search").statusCode()).isEqualTo(405);
  }

  private HttpResponse<String> get(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + service.httpPort() + path);
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private HttpResponse<String> post(String json) throws Exception {
    return post(json, "/v1/costs:query");
  }

  private HttpResponse<String> post(String json, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.httpPort() + path))
            .header("authorization", "Bearer " + key.reveal())
            .header("tollgate-tenant", tenant)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void getCost_badCredentials_areRefused() {
    var stranger = operator.withKey(new Secret(KeyText.random(new Random(4)).reveal()));

    assertThat(failure(stranger, valid()).reason()).isEqualTo("CREDENTIALS_INVALID");
    assertThat(failure(operator, valid()).reason()).isEqualTo("TENANT_REQUIRED");
  }

  @Test
  void getCost_badTimes_areFieldInvalid() {
    invalid("start_time", request -> request.clearStartTime());
    invalid("end_time", request -> request.clearEndTime());
    invalid("start_time", request -> request.setStartTime(time("1900-01-01T00:00:00Z")));
    invalid("end_time", request -> request.setEndTime(time("2300-01-01T00:00:00Z")));
    invalid("end_time", request -> request.setEndTime(request.getStartTime()));
    invalid("end_time", request -> request.setEndTime(time("2025-01-01T00:00:00Z")));
    invalid("end_time", request -> request.setEndTime(time("2036-08-01T00:00:00.001Z")));
    invalid(
        "start_time",
        request -> request.setStartTime(Timestamp.newBuilder().setSeconds(Long.MIN_VALUE)));
    invalid(
        "start_time",
        request ->
            request.setStartTime(Timestamp.newBuilder().setSeconds(1_800_000_000).setNanos(-1)));
    assertThat(
            client.getCost(valid().setEndTime(time("2036-08-01T00:00:00Z")).build()).getRowsList())
        .isEmpty();
  }

  @Test
  void getCost_unknownDimension_namesTheNearest() {
    var failure = invalid("group_by[0]", request -> request.addGroupBy("taem"));

    assertThat(failure.violations().getFirst().description()).contains("\"taem\"", "nearest: team");
    invalid("group_by[1]", request -> request.addGroupBy("team").addGroupBy("team"));
    invalid("group_by[0]", request -> request.addGroupBy(""));
    invalid("group_by[0]", request -> request.addGroupBy("tags."));
    invalid("group_by[0]", request -> request.addGroupBy("tags." + "k".repeat(65)));
    invalid("group_by[0]", request -> request.addGroupBy("tenant"));
    invalid("group_by[0]", request -> request.addGroupBy("tenant_id"));
    invalid("group_by[0]", request -> request.addGroupBy("y".repeat(3_000_000)));
    invalid("group_by (size)", request -> request.addAllGroupBy(Collections.nCopies(9, "team")));
  }

  @Test
  void getCost_badFilters_areFieldInvalid() {
    invalid("filters[0].values (size)", request -> request.addFilters(filter("team", List.of())));
    invalid(
        "filters[0].values (size)",
        request -> request.addFilters(filter("team", Collections.nCopies(10_000, "x"))));
    invalid(
        "filters (size)",
        request -> request.addAllFilters(Collections.nCopies(17, filter("team", List.of("x")))));
    invalid(
        "filters[0].values[1]",
        request -> request.addFilters(filter("team", List.of("x", "y".repeat(257)))));
    invalid("filters[0].values[0]", request -> request.addFilters(filter("team", List.of("\0"))));
    invalid("filters[0].dimension", request -> request.addFilters(filter("", List.of("x"))));
  }

  @Test
  void getCost_badOperators_areFieldInvalid() {
    invalid(
        "filters[0].operator",
        request ->
            request.addFilters(filter("team", List.of("x")).toBuilder().setOperatorValue(9)));
    invalid(
        "filters[0].values (size)",
        request -> request.addFilters(operator("team", FilterOperator.FILTER_OPERATOR_NOT_IN)));
    invalid(
        "filters[0].values (size)",
        request ->
            request.addFilters(operator("team", FilterOperator.FILTER_OPERATOR_MISSING, "x")));
    invalid(
        "filters[0].values[1]",
        request ->
            request.addFilters(operator("team", FilterOperator.FILTER_OPERATOR_PREFIX, "x", "")));
    invalid(
        "filters[0].operator",
        request ->
            request.addFilters(operator("user", FilterOperator.FILTER_OPERATOR_PREFIX, "x")));
  }

  private static Filter operator(String dimension, FilterOperator operator, String... values) {
    return filter(dimension, List.of(values)).toBuilder().setOperator(operator).build();
  }

  @Test
  void getCost_badMeasuresTopAndComparison_areFieldInvalid() {
    invalid("measures[0]", request -> request.addMeasures(Measure.MEASURE_UNSPECIFIED));
    invalid("measures[0]", request -> request.addMeasuresValue(99));
    invalid(
        "measures[1]",
        request -> request.addMeasures(Measure.MEASURE_COST).addMeasures(Measure.MEASURE_COST));
    invalid(
        "measures (size)", request -> request.addAllMeasuresValue(Collections.nCopies(100_000, 1)));
    invalid("top", request -> request.addGroupBy("team").setTop(-1));
    invalid("top", request -> request.addGroupBy("team").setTop(101));
    invalid("top", request -> request.setTop(3));
    invalid("comparison", request -> request.setComparisonValue(9));
    invalid("page_token", request -> request.addGroupBy("team").setTop(3).setPageToken("forged"));
  }

  @Test
  void getCost_tenYearsOfMinutes_isQueryTooLarge() {
    var request =
        valid()
            .setEndTime(time("2036-08-01T00:00:00Z"))
            .setGranularity(Granularity.GRANULARITY_MINUTE);

    assertThat(failure(client, request).reason()).isEqualTo("QUERY_TOO_LARGE");
  }

  @Test
  void getCost_asCsv_isATable() throws Exception {
    var question =
        "{'startTime':'2026-08-01T00:00:00Z','endTime':'2026-09-01T00:00:00Z',"
            + "'groupBy':['team','tags.x']}";
    var csv = post(question, "/v1/costs:query?format=csv");

    assertThat(csv.statusCode()).as(csv.body()).isEqualTo(200);
    assertThat(csv.headers().firstValue("content-type")).hasValue("text/csv; charset=utf-8");
    assertThat(csv.headers().firstValue("tollgate-basis").orElseThrow()).contains("asOfTime");
    assertThat(csv.body()).startsWith("team,tags.x,").endsWith("\r\n");
    assertThat(post("{}", "/v1/costs:query?format=csv").body()).contains("FIELD_INVALID");
  }

  @Test
  void exportFocus_overHttp_isJsonOrASheet() throws Exception {
    var range = "{'startTime':'2026-08-01T00:00:00Z','endTime':'2026-09-01T00:00:00Z'}";
    var path = "/v1/focus:export";

    var good = post(range, path);
    assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
    assertThat(good.body()).contains("SOURCE_RAW", "asOfTime");
    assertThat(post(range, path + "?format=csv").body())
        .startsWith("BilledCost,BillingAccountId,")
        .endsWith("\r\n");
    var bad = post(range.replace("T00:00:00Z", "T00:00:01Z"), path);
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("FIELD_INVALID", "start_time", "end_time", "a day in UTC");
  }

  @Test
  void reconcile_overHttp_isJsonOrATable() throws Exception {
    var question =
        "{'focusModelColumn':'Sku','reports':[{'name':'a.csv','content':'ServiceCategory,"
            + "ChargePeriodStart,ProviderName,Sku,BillingCurrency,BilledCost,ConsumedQuantity,"
            + "ConsumedUnit\\nAI and Machine Learning,2026-08-01T00:00:00Z,azure,m,USD,%s,7,"
            + "Tokens'}]}";
    var path = "/v1/reconciliation:query";

    var good = post(question.formatted("2"), path);
    assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
    assertThat(good.body()).contains("2.000000000000", "coverageGap", "asOfTime");
    assertThat(post(question.formatted("2"), path + "?format=csv").body())
        .startsWith("day,provider,model,their_cost.currency_code,")
        .contains("2026-08-01,azure,m,USD,2.000000000000");
    var bad = post(question.formatted("two"), path);
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("FIELD_INVALID", "a.csv: line 2: BilledCost", "two");
  }

  @Test
  void getCostPerOutcome_overHttp_isJsonOrATable() throws Exception {
    var range = "{'startTime':'2026-08-01T00:00:00Z','endTime':'2026-09-01T00:00:00Z',";
    var question = range + "'kind':'resolved','reference':'REFERENCE_SESSION'}";
    var path = "/v1/outcomeCosts:query";

    var good = post(question, path);
    assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
    assertThat(good.body()).contains("SOURCE_ROLLUP", "2026-09-08T00:00:00Z", "COHORT_STATE_");
    assertThat(post(question, path + "?format=csv").body()).endsWith("\r\n");
    var bad =
        post(
            range
                + "'kind':'no good','groupBy':['taem'],'asOfTime':'2099-01-01T00:00:00Z',"
                + "'settleWindow':'-1s'}",
            path);
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body())
        .contains("FIELD_INVALID", "kind", "reference", "nearest: team", "as_of_time")
        .contains("settle_window");
    var sql =
        range + "'kind':'x\\');DROP--','reference':'REFERENCE_REQUEST','groupBy':['tags.x\\';--']}";
    assertThat(post(sql, path).statusCode()).isEqualTo(200);
  }

  @Test
  void getRetryWaste_overHttp_isJsonOrATable() throws Exception {
    var range = "{'startTime':'2026-08-01T00:00:00Z','endTime':'2026-09-01T00:00:00Z'";
    var path = "/v1/retryWaste:query";

    var good = post(range + "}", path);
    assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
    assertThat(good.body()).contains("SOURCE_RAW", "asOfTime");
    assertThat(post(range + ",'groupBy':['model']}", path + "?format=csv").body())
        .startsWith("model,")
        .endsWith("\r\n");
    var bad = post("{'endTime':'2026-09-01T00:00:00Z','groupBy':['modle']}", path);
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("FIELD_INVALID", "start_time", "nearest: model");
  }

  @Test
  void getUnitEconomics_overHttp_isJsonOrATable() throws Exception {
    var range = "{'startTime':'2026-08-01T00:00:00Z','endTime':'2026-09-01T00:00:00Z'";
    var path = "/v1/unitEconomics:query";

    var good = post(range + ",'scope':'COST_SCOPE_FULL','revenueKind':'sale'}", path);
    assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
    assertThat(good.body()).contains("SOURCE_RAW", "asOfTime");
    assertThat(post(range + ",'groupBy':['model']}", path + "?format=csv").body())
        .startsWith("model,")
        .endsWith("\r\n");
    var bad = post(range + ",'groupBy':['modle'],'scope':9,'revenueKind':'no good'}", path);
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("FIELD_INVALID", "scope", "nearest: model", "revenue_kind");
  }

  @Test
  void getCost_otherBadFields_areFieldInvalid() {
    invalid("granularity", request -> request.setGranularityValue(99));
    invalid("time_zone", request -> request.setTimeZone("Mars/Olympus"));
    invalid("time_zone", request -> request.setTimeZone("+05:17"));
    invalid("page_size", request -> request.setPageSize(-1));
    invalid("page_size", request -> request.setPageSize(10_001));
    invalid("page_token", request -> request.setPageToken("forged"));
    invalid("page_token", request -> request.setPageToken("A".repeat(1_000_000)));
  }

  @Test
  void getCost_severalMistakes_areNamedTogether() {
    var failure =
        failure(client, valid().setPageSize(-1).addGroupBy("taem").setTimeZone("Mars/Olympus"));

    assertThat(failure.violations()).hasSize(3);
  }

  @Test
  void getCost_sqlInEveryText_isRefusedOrFindsNothing() {
    invalid("group_by[0]", request -> request.addGroupBy(SQL));
    invalid("filters[0].dimension", request -> request.addFilters(filter(SQL, List.of("x"))));
    invalid("time_zone", request -> request.setTimeZone(SQL));
    invalid("page_token", request -> request.setPageToken(SQL));
    var request =
        valid()
            .addGroupBy("tags." + SQL)
            .addFilters(filter("team", List.of(SQL, "\\", "'", "{tenant:String}")))
            .addFilters(filter("tags." + SQL, List.of(SQL)));

    assertThat(client.getCost(request.build()).getRowsList()).isEmpty();
    assertThat(client.getCost(valid().build()).getTotalsList()).isEmpty();
  }

  @Test
  void getCost_tooManyBuckets_isQueryTooLarge() {
    var request =
        valid()
            .setEndTime(time("2036-01-01T00:00:00Z"))
            .setGranularity(Granularity.GRANULARITY_HOUR);

    assertThat(failure(client, request).reason()).isEqualTo("QUERY_TOO_LARGE");
  }

  @Test
  void getCost_tenMegabytes_areRefused() {
    assertThat(failure(client, valid().setTimeZone(LARGE)).reason()).isEqualTo("REQUEST_TOO_LARGE");
  }

  private TollgateException invalid(String field, Consumer<GetCostRequest.Builder> mistake) {
    var request = valid();
    mistake.accept(request);
    var failure = failure(client, request);
    assertThat(failure.reason()).isEqualTo("FIELD_INVALID");
    assertThat(failure.violations()).extracting("field").containsExactly(field);
    assertThat(failure.violations().getFirst().description()).contains("(expected: ");
    assertThat(failure.violations().getFirst().description().length()).isLessThan(300);
    return failure;
  }

  private static TollgateException failure(TollgateClient by, GetCostRequest.Builder request) {
    return catchThrowableOfType(TollgateException.class, () -> by.getCost(request.build()));
  }

  private static GetCostRequest.Builder valid() {
    return GetCostRequest.newBuilder()
        .setStartTime(time("2026-08-01T00:00:00Z"))
        .setEndTime(time("2026-09-01T00:00:00Z"));
  }

  private static Filter filter(String dimension, List<String> values) {
    return Filter.newBuilder().setDimension(dimension).addAllValues(values).build();
  }

  private static Timestamp time(String text) {
    var instant = Instant.parse(text);
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
