package dev.tollgate.pricing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.testkit.Architecture;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

@AnalyzeClasses(
    packages = "dev.tollgate.pricing",
    importOptions = ImportOption.DoNotIncludeTests.class)
@NullMarked
class ArchitectureTest {
  @TestFactory
  Stream<DynamicTest> rules_of_every_service() {
    return Architecture.of("pricing");
  }

  @ArchTest
  static final ArchRule comparing_and_publishing_do_not_know_the_wire =
      noClasses()
          .that()
          .resideInAnyPackage("..publish..", "..compare..", "..ship..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.tollgate.proto..", "io.grpc..");

  @ArchTest
  static final ArchRule only_drafting_and_publishing_reach_the_store =
      noClasses()
          .that()
          .resideOutsideOfPackages("..publish..", "..draft..")
          .and()
          .doNotHaveSimpleName("PricingService")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.tollgate.kernel.control..");
}
