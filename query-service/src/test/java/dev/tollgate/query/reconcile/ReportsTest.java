package dev.tollgate.query.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.ProviderReport;
import dev.tollgate.proto.query.v1.ReconcileRequest;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ReportsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 3);
  private static final String HEAD =
      "ServiceCategory,ChargePeriodStart,ProviderName,ServiceName,BillingCurrency,BilledCost,"
          + "ConsumedQuantity,ConsumedUnit\n";
  private static final String AI = "AI and Machine Learning,";

  @Test
  void read_focusSheet_takesUnitsAndTimesAsProvidersWriteThem() {
    var theirs =
        read(
            "\uFEFF"
                + HEAD
                + AI
                + "2026-11-03T00:00:00Z,AWS,Bedrock,USD,1.5,2.5,1K Tokens\r\n"
                + AI
                + "2026-11-03 23:59:59 UTC,AWS,Bedrock,USD,1E-7,7,Tokens\n\n"
                + AI
                + "2026-11-03T23:30:00-01:00,AWS,Bedrock,USD,-1,0.000001,1M tokens\n"
                + AI
                + "2026-11-03T00:00:00.000,\"Goo\"\"gle\",\"Vertex, AI\",EUR,2,,\n"
                + "Compute,x,y,z,a,b,c,d");

    var cell = new Cell(DAY, "AWS", "Bedrock");
    assertThat(theirs.allTokens(cell)).isEqualTo(2_507);
    assertThat(theirs.costs(cell).toString()).isEqualTo("{USD=1500000100000}");
    assertThat(theirs.knowsTokens(cell)).isTrue();
    assertThat(theirs.allTokens(new Cell(DAY.plusDays(1), "AWS", "Bedrock"))).isEqualTo(1);
    var google = new Cell(DAY, "Goo\"gle", "Vertex, AI");
    assertThat(theirs.costs(google).toString()).isEqualTo("{EUR=2000000000000}");
    assertThat(theirs.knowsTokens(google)).isFalse();
    assertThat(theirs.cells()).hasSize(3);
  }

  @Test
  void read_openAi_addsHoursUpAndTellsLineItemsModel() {
    var usage =
        """
        {"data": [
          {"start_time": 1793664000, "end_time": 1793667600, "results": [
            {"input_tokens": 10, "input_cached_tokens": 9, "output_tokens": 5, "model": "gpt-4o",
             "api_key_id": null}]},
          {"start_time": 1793667600, "end_time": 1793671200, "results": [
            {"input_tokens": 1, "model": "gpt-4o", "api_key_id": "key_1"}]}]}
        """;
    var costs =
        """
        {"data": [
          {"start_time": 1793664000, "end_time": 1793750400, "results": [
            {"amount": {"value": 0.1234567890125, "currency": "usd"}, "line_item": "gpt-4o, input"},
            {"amount": {"value": "1", "currency": "usd"}, "line_item": "gpt-4o, output"}]}]}
        """;

    var theirs = read(usage, costs);

    var cell = new Cell(DAY, "openai", "gpt-4o");
    assertThat(theirs.tokens(cell)).isEqualTo(Map.of("", 15L, "key_1", 1L));
    assertThat(theirs.costs(cell).toString()).isEqualTo("{USD=1123456789012}");
  }

  @Test
  void read_badSheet_namesLineAndColumn() {
    assertBad("", "reports[0].content", "a JSON report or a FOCUS sheet");
    assertBad("a,b,a\n", "line 1", "each column once");
    assertBad("a,b\n1\n", "line 2", "1 cells", "(expected: 2, as in the first row)");
    assertBad("a\n1\n", "line 2", "a sheet with the column ServiceCategory");
    assertBad("a\n\n\"1\n", "line 3", "a second quote");
    assertBad("a\n\"1\"2\n", "line 2", "a comma after a quoted cell");
    var good = AI + "2026-11-03T00:00:00Z,AWS,Bedrock,USD,1,1,Tokens\n";
    assertBad(HEAD + good + good.replace("AWS", ""), "line 3: ProviderName", "a text");
    assertBad(HEAD + good.replace("2026-11-03T", "2026-11-33T"), "line 2: ChargePeriodStart");
    assertBad(HEAD + good.replace("USD", "usd"), "BillingCurrency: \"usd\"", "ISO 4217");
    assertBad(HEAD + good.replace(",1,1,", ",,1,"), "BilledCost", "a text");
    assertBad(HEAD + good.replace(",1,1,", ",1e999,1,"), "BilledCost", "a decimal number");
    assertBad(HEAD + good.replace(",1,1,", ",9E15,1,"), "BilledCost", "at most");
    assertBad(HEAD + good.replace(",1,1,", ",1,0.5,"), "ConsumedQuantity", "a whole number");
    assertBad(HEAD + good + AI + "2028-11-03,AWS,B,USD,1,1,Tokens\n", "ChargePeriodStart");
    assertBad(HEAD + good + AI + "2028-11-03T00:00:00Z,AWS,B,USD,1,1,Tokens\n", "at most 400 days");
  }

  @Test
  void read_badPage_namesTheField() {
    assertBad("{", "line 1", "JSON");
    assertBad("{\"data\": 1}", "report.data: \"1\" (expected: an array)");
    var bucket = "{\"data\": [{\"start_time\": 1793664000, \"end_time\": %d, \"results\": [%s]}]}";
    assertBad(bucket.formatted(1793750401, "{}"), "report.data[0].end_time", "at most 2026-11-04");
    var usage = "\"input_tokens\": 1, \"model\": \"m\"";
    assertBad(
        bucket.formatted(1793750400, "{" + usage.replace("\"m\"", "null") + "}"),
        "report.data[0].results[0].model: \"null\" (expected: a model: ask for group_by=model)");
    assertBad(bucket.formatted(1793750400, "{" + usage.replace("1", "-1") + "}"), "input_tokens");
    assertBad(bucket.formatted(1793750400, "{" + usage.replace("1", "1.5") + "}"), "a count");
    assertBad(
        bucket.formatted(1793750400, "{\"amount\": {\"value\": 1}, \"line_item\": null}"),
        "line_item",
        "ask for group_by=line_item");
    assertBad(
        bucket.formatted(1793750400, "{\"amount\": {\"value\": \"x\"}, \"line_item\": \"m\"}"),
        "amount.currency");
    assertBad("{\"data\": []}", "reports: nothing (expected: usage or costs of a day)");
  }

  @Test
  void read_tooMany_areRefused() {
    assertInvalid(ReconcileRequest.getDefaultInstance(), "reports (size): 0");
    var many = ReconcileRequest.newBuilder();
    for (var i = 0; i < 51; i++) {
      many.addReports(ProviderReport.getDefaultInstance());
    }
    assertInvalid(many.build(), "reports (size): 51");
    var names = ReconcileRequest.newBuilder().addReports(ProviderReport.getDefaultInstance());
    for (var i = 0; i < 1_001; i++) {
      names.putModels("m" + i, "m");
    }
    assertInvalid(names.build(), "models (size): 1001");
  }

  private static Theirs read(String... contents) {
    return ReconcileQuestion.read(request(contents), caller()).theirs();
  }

  private static ReconcileRequest request(String... contents) {
    var request = ReconcileRequest.newBuilder();
    for (var content : contents) {
      request.addReports(ProviderReport.newBuilder().setContent(content));
    }
    return request.build();
  }

  private static void assertBad(String content, String... texts) {
    assertInvalid(request(content), texts);
  }

  private static void assertInvalid(ReconcileRequest request, String... texts) {
    assertThatThrownBy(() -> ReconcileQuestion.read(request, caller()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.getMessage()).contains(texts);
            });
  }

  private static Caller caller() {
    return new Caller("key", Set.of(Role.ROLE_READER), "acme", Map.of());
  }
}
