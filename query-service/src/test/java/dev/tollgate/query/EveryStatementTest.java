package dev.tollgate.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.TenantPredicate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EveryStatementTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_0-9]+):[^}]+}");
  private static final Pattern PREDICATE =
      Pattern.compile("[a-z]+\\.tenant_id = \\{tenant:String}");

  private final List<Statement> statements = EveryStatement.of("acme").toList();

  @Test
  void statements_everyTable_isConstrainedToTheTenant() {
    assertThat(statements).hasSizeGreaterThan(200);
    for (var statement : statements) {
      assertThat(TenantPredicate.complaints(statement.sql())).as(statement.sql()).isEmpty();
      assertThat(statement.parameters()).containsEntry("tenant", "acme");
    }
  }

  @Test
  void statements_anyPredicateRemovedOrWeakened_areNoticed() {
    for (var statement : statements) {
      var predicates = PREDICATE.matcher(statement.sql()).results().toList();
      assertThat(predicates).as(statement.sql()).isNotEmpty();
      for (var predicate : predicates) {
        var text = predicate.group();
        for (var weaker :
            List.of("1 = 1", "r.tenant_id != ''", "1 = 1 OR " + text, text + " OR 1 = 1")) {
          assertThat(TenantPredicate.complaints(replaced(statement.sql(), predicate, weaker)))
              .as(weaker)
              .isNotEmpty();
        }
      }
    }
  }

  private static String replaced(String sql, MatchResult found, String other) {
    return sql.substring(0, found.start()) + other + sql.substring(found.end());
  }

  @Test
  void statements_values_areParametersOnly() {
    for (var statement : statements) {
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

  /// A resource that no statement here comes from would be one that nobody looks at.
  @Test
  void resources_outsideOfJob_areOfTheseStatements() throws Exception {
    var unseen = new TreeSet<String>();
    for (var file : resources()) {
      var text = Files.readString(file).replaceAll("(?m)^--.*\\R", "");
      var parts = new ArrayList<String>();
      for (var part : text.split("\\$[a-z]+", -1)) {
        parts.add(Pattern.quote(part));
      }
      var made = Pattern.compile(String.join(".*", parts), Pattern.DOTALL);
      if (statements.stream().noneMatch(each -> made.matcher(each.sql()).matches())) {
        unseen.add(file.getFileName().toString());
      }
    }
    assertThat(unseen).isEmpty();
  }

  /// What has no tenant: nobody's call leads to one of these.
  @Test
  void resources_ofJobs_areThese() throws Exception {
    assertThat(resources("/sql/job"))
        .extracting(file -> file.getFileName().toString())
        .containsExactlyInAnyOrder("active_tenants.sql", "ready.sql");
  }

  private List<Path> resources() throws Exception {
    var all = resources("/sql");
    assertThat(all).hasSizeGreaterThan(3);
    return all;
  }

  private List<Path> resources(String name) throws Exception {
    var folder = Path.of(Objects.requireNonNull(getClass().getResource(name)).toURI());
    try (var files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
