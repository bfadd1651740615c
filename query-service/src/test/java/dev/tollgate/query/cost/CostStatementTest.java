package dev.tollgate.query.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.TenantPredicate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CostStatementTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_0-9]+):[^}]+}");
  private static final String PREDICATE = "r.tenant_id = {tenant:String}";

  private final List<Statement> statements = EveryStatement.of("acme");

  @Test
  void statements_everyTable_isConstrainedToTheTenant() {
    assertThat(statements).hasSizeGreaterThan(200);
    for (var statement : statements) {
      assertThat(TenantPredicate.complaints(statement.sql())).as(statement.sql()).isEmpty();
      assertThat(statement.parameters()).containsEntry("tenant", "acme");
    }
  }

  @Test
  void statements_predicateRemovedOrWeakened_areNoticed() {
    for (var statement : statements) {
      for (var weaker :
          List.of("1 = 1", "r.tenant_id != ''", "1 = 1 OR " + PREDICATE, PREDICATE + " OR 1 = 1")) {
        assertThat(statement.sql()).contains(PREDICATE);
        assertThat(TenantPredicate.complaints(statement.sql().replace(PREDICATE, weaker)))
            .as(weaker)
            .isNotEmpty();
      }
    }
  }

  @Test
  void statementsOfUsers_predicateOfAnyTableRemoved_areNoticed() {
    for (var statement : EveryStatement.ofUsers("acme")) {
      assertThat(TenantPredicate.complaints(statement.sql())).isEmpty();
      assertThat(statement.parameters()).containsEntry("tenant", "acme");
      for (var predicate : List.of(PREDICATE, "e.tenant_id = {tenant:String}")) {
        assertThat(statement.sql()).contains(predicate);
        assertThat(TenantPredicate.complaints(statement.sql().replace(predicate, "1 = 1")))
            .isNotEmpty();
      }
    }
  }

  @Test
  void statements_values_areParametersOnly() {
    for (var statement :
        Stream.concat(statements.stream(), EveryStatement.ofUsers("acme").stream()).toList()) {
      assertThat(statement.sql()).doesNotContain("acme", "1 = 1", "a' OR", "cost_owner");
      var named =
          PARAMETER
              .matcher(statement.sql())
              .results()
              .map(match -> match.group(1))
              .collect(Collectors.toSet());
      assertThat(statement.parameters().keySet()).isEqualTo(named);
    }
  }

  @Test
  void columns_everyDimension_hasOne() {
    for (var name : Dimension.names()) {
      assertThat(Columns.expression(Dimension.of(name).orElseThrow(), "key"))
          .isEqualTo("r.`" + name + "`");
    }
    assertThat(Columns.expression(Dimension.of("tags.x' OR '").orElseThrow(), "key"))
        .isEqualTo("r.tags[{key:String}]");
  }

  /// A resource that no statement above comes from would be one that nobody looks at.
  @Test
  void resources_outsideOfJob_areOfTheStatementsAbove() throws Exception {
    var folder = Path.of(Objects.requireNonNull(getClass().getResource("/sql")).toURI());
    try (var files = Files.walk(folder)) {
      var names =
          files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString());
      assertThat(names)
          .containsExactlyInAnyOrder(
              "cost_rollup.sql",
              "cost_raw.sql",
              "user_names.sql",
              "user_surrogates.sql",
              "job/ready.sql");
    }
  }
}
