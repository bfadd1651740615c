package dev.tollgate.query;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

@AnalyzeClasses(
    packages = "dev.tollgate.query",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching("dev.tollgate.query.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule no_other_service_is_used =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.tollgate.quota..",
              "dev.tollgate.ingest..",
              "dev.tollgate.pricing..",
              "dev.tollgate.cli..");

  @ArchTest
  static final ArchRule time_luck_and_environment_enter_through_main =
      noClasses()
          .that()
          .doNotHaveSimpleName("QueryMain")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(UUID.class, "randomUUID")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocalRandom.class);

  /// `StatementsTest` looks at what these make.
  @ArchTest
  static final ArchRule statements_are_composed_in_one_place =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Statement")
          .should()
          .callConstructorWhere(target(owner(type(Statement.class))));

  @ArchTest
  static final ArchRule only_ledgers_ask_the_store =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Ledger")
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
          .resideInAnyPackage("..calendar..", "..page..", "..admit..", "..statement..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("dev.tollgate.proto..");
}
