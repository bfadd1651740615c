package dev.tollgate.quota;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

@AnalyzeClasses(
    packages = "dev.tollgate.quota",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching("dev.tollgate.quota.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule no_other_service_is_used =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.tollgate.pricing..",
              "dev.tollgate.ingest..",
              "dev.tollgate.query..",
              "dev.tollgate.cli..");

  @ArchTest
  static final ArchRule time_luck_and_environment_enter_through_main =
      noClasses()
          .that()
          .doNotHaveSimpleName("QuotaMain")
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

  @ArchTest
  static final ArchRule the_driver_of_redis_stays_behind_its_port =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.Redis[A-Za-z]*(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..");

  @ArchTest
  static final ArchRule holds_know_neither_budgets_nor_the_wire =
      classes()
          .that()
          .resideInAPackage("dev.tollgate.quota.hold..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "dev.tollgate.proto..",
              "dev.tollgate.quota.budget..",
              "dev.tollgate.quota.check..",
              "io.grpc..");

  @ArchTest
  static final ArchRule decisions_are_made_off_the_wire =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Rpc")
          .and()
          .resideInAPackage("dev.tollgate.quota.check..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.tollgate.proto.quota..", "io.grpc..");
}
