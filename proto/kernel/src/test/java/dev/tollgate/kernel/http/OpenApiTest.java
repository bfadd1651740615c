package dev.tollgate.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class OpenApiTest {
  private final Routes routes = Routes.of(new FakeServices().all());
  private final JsonNode document = Json.own(new OpenApi(routes).document());

  @Test
  void document_everyRoute_isThereWithItsComment() {
    assertThat(document.get("openapi").asText()).isEqualTo("3.1.0");
    for (var route : routes.all()) {
      var operation =
          document.at(
              "/paths/"
                  + pointer(route.path().text())
                  + "/"
                  + route.verb().toLowerCase(Locale.ROOT));
      assertThat(operation.get("description").asText()).as(route.path().text()).isNotBlank();
      assertThat(operation.at("/responses/200/content").isMissingNode()).isFalse();
    }
    assertThat(document.at("/paths").size()).isGreaterThanOrEqualTo(8);
  }

  @Test
  void document_everyReference_resolves() {
    var references = new HashSet<>(document.findValuesAsText("$ref"));

    assertThat(references).hasSizeGreaterThan(20);
    for (var reference : references) {
      var name = reference.substring("#/components/schemas/".length());
      assertThat(document.at("/components/schemas").has(name)).as(reference).isTrue();
    }
  }

  @Test
  void document_operationIds_areUnique() {
    assertThat(document.findValuesAsText("operationId"))
        .doesNotHaveDuplicates()
        .contains("QuotaService_CheckQuota");
  }

  @Test
  void schema_ofARequest_hasTypesAndComments() {
    var schema = document.at("/components/schemas/tollgate.quota.v1.CheckQuotaRequest");
    var tokens = schema.at("/properties/inputTokens");

    assertThat(tokens.get("type").asText()).isEqualTo("string");
    assertThat(tokens.get("format").asText()).isEqualTo("int64");
    assertThat(tokens.get("description").asText()).startsWith("Upper bound of the input");
    assertThat(schema.at("/properties/holdDuration/pattern").asText()).contains("s$");
  }

  @Test
  void schema_ofAnEnum_namesItsValuesAndWhatTheyMean() {
    var schema = document.at("/components/schemas/tollgate.common.v1.Role");

    assertThat(schema.get("enum").get(1).asText()).isEqualTo("ROLE_CALLER");
    assertThat(schema.at("/x-enum-descriptions/ROLE_CALLER").asText()).startsWith("Checks,");
  }

  @Test
  void operation_whoseAnswerIsATable_maySayItAsCsv() {
    var tenants = document.at("/paths/" + pointer("/v1/tenants") + "/get");
    var budget = document.at("/paths/" + pointer("/v1/budgets/{budget_id}") + "/get");

    assertThat(tenants.at("/parameters").findValuesAsText("name")).contains("format");
    assertThat(tenants.at("/responses/200/content").has("text/csv")).isTrue();
    assertThat(tenants.at("/responses/200/content").has("application/json")).isTrue();
    assertThat(budget.at("/responses/200/content").has("text/csv")).isFalse();
  }

  @Test
  void parameters_ofAGet_areTheFieldsInPathAndQuery() {
    var budget = document.at("/paths/" + pointer("/v1/budgets/{budget_id}") + "/get/parameters");
    var prices = document.at("/paths/" + pointer("/v1/prices") + "/get/parameters");

    assertThat(budget.findValuesAsText("name"))
        .isEqualTo(List.of("budget_id", "group", "tollgate-tenant"));
    assertThat(budget.findValuesAsText("in")).isEqualTo(List.of("path", "query", "header"));
    assertThat(prices.findValuesAsText("name"))
        .contains("provider", "model", "effectiveTime", "pageSize", "pageToken");
  }

  @Test
  void ownRoute_isThereWithItsBodies() {
    var many = document.at("/paths/" + pointer("/v1/many") + "/post");

    assertThat(many.get("description").asText()).isEqualTo("Checks many.");
    assertThat(many.at("/x-tollgate-roles").toString()).contains("ROLE_OPERATOR", "ROLE_CALLER");
    assertThat(many.at("/requestBody/content").size()).isEqualTo(2);
    assertThat(many.at("/responses/200").toString()).contains("CheckQuotaResponse");
  }

  private static String pointer(String path) {
    return path.replace("~", "~0").replace("/", "~1");
  }
}
