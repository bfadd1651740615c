package dev.tollgate.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

@AnalyzeClasses(
    packages = "dev.tollgate.ingest",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching("dev.tollgate.ingest.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule no_other_service_is_used =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.tollgate.quota..",
              "dev.tollgate.pricing..",
              "dev.tollgate.query..",
              "dev.tollgate.cli..");

  @ArchTest
  static final ArchRule time_luck_and_environment_enter_through_main =
      noClasses()
          .that()
          .doNotHaveSimpleName("IngestMain")
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
  static final ArchRule only_the_ledger_and_the_schema_know_ClickHouse =
      noClasses()
          .that()
          .resideOutsideOfPackages("..ledger..", "..schema..")
          .and()
          .doNotHaveSimpleName("IngestService")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ClickHouse.class);

  @ArchTest
  static final ArchRule the_log_knows_nothing_of_what_it_carries =
      classes()
          .that()
          .resideInAPackage("..ingest.log..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.slf4j..",
              "org.jspecify..",
              "dev.tollgate.time..",
              "dev.tollgate.failure..",
              "dev.tollgate.ingest.log..");

  @ArchTest
  static final ArchRule streams_end_at_the_edge =
      noClasses()
          .that()
          .resideOutsideOfPackage("..accept..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(StreamObserver.class);
}
