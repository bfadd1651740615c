package dev.tollgate.kernel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

@NullMarked
@AnalyzeClasses(packages = "dev.tollgate.kernel", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule TIME_LUCK_ENVIRONMENT =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(UUID.class, "randomUUID")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocalRandom.class)
          .as("Time, luck and the environment are handed in; the kernel never takes them itself");

  @ArchTest
  static final ArchRule NO_SERVICE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.tollgate.quota..",
              "dev.tollgate.pricing..",
              "dev.tollgate.ingest..",
              "dev.tollgate.query..",
              "dev.tollgate.rating..",
              "dev.tollgate.embedded..",
              "dev.tollgate.testkit..")
          .as("The kernel knows no service, no embedded store and no testkit");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices()
          .matching("dev.tollgate.kernel.(*)..")
          .should()
          .beFreeOfCycles()
          .as("The kernel's packages form no cycle");

  @ArchTest
  static final ArchRule STATUSES_AT_THE_EDGE =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.tollgate.kernel.server",
              "dev.tollgate.kernel.http",
              "dev.tollgate.kernel.failure",
              "dev.tollgate.kernel.peer")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.grpc.Status")
          .as("Only the wire's edge knows gRPC statuses; everything else throws failures");
}
