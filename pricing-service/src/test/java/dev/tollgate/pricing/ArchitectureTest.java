package dev.tollgate.pricing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
    packages = "dev.tollgate.pricing",
    importOptions = ImportOption.DoNotIncludeTests.class)
@NullMarked
class ArchitectureTest {
  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching("dev.tollgate.pricing.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule no_other_service_is_used =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.tollgate.quota..",
              "dev.tollgate.ingest..",
              "dev.tollgate.query..",
              "dev.tollgate.cli..");

  @ArchTest
  static final ArchRule time_luck_and_environment_enter_through_main =
      noClasses()
          .that()
          .doNotHaveSimpleName("PricingMain")
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
  static final ArchRule publishing_does_not_know_the_wire =
      noClasses()
          .that()
          .resideInAPackage("..publish..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.tollgate.proto..", "io.grpc..");

  @ArchTest
  static final ArchRule only_publishing_reaches_the_store =
      noClasses()
          .that()
          .resideOutsideOfPackage("..publish..")
          .and()
          .doNotHaveSimpleName("PricingService")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.tollgate.kernel.control..");
}
