package dev.tollgate.query;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.testkit.Architecture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

@AnalyzeClasses(
    packages = "dev.tollgate.query",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @TestFactory
  Stream<DynamicTest> rules_of_every_service() {
    return Architecture.of("query");
  }

  /// `EveryStatementTest` looks at what these make.
  @ArchTest
  static final ArchRule statements_are_composed_in_one_place =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Statement")
          .should()
          .callConstructorWhere(target(owner(type(Statement.class))))
          .orShould()
          .callMethodWhere(target(owner(type(LedgerStatement.class))).and(target(name("fill"))));

  @ArchTest
  static final ArchRule statements_are_run_by_ledgers =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Ledger")
          .and()
          .doNotHaveSimpleName("Watermarks")
          .should()
          .callMethodWhere(
              target(owner(type(Ledger.class))).and(target(nameMatching("read|each"))));

  @ArchTest
  static final ArchRule only_the_ledger_asks_the_store =
      noClasses()
          .that()
          .doNotHaveSimpleName("Ledger")
          .and()
          .doNotHaveSimpleName("Readiness")
          .and()
          .doNotHaveSimpleName("QueryService")
          .should()
          .callMethodWhere(target(owner(type(ClickHouse.class))));

  @ArchTest
  static final ArchRule the_wire_stays_at_the_edge =
      classes()
          .that()
          .resideInAnyPackage(
              "..calendar..",
              "..page..",
              "..admit..",
              "..statement..",
              "..scope..",
              "..ledger..",
              "..user..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("dev.tollgate.proto..");
}
