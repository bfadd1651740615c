package dev.tollgate.quota;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.testkit.Architecture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

@AnalyzeClasses(
    packages = "dev.tollgate.quota",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @TestFactory
  Stream<DynamicTest> rules_of_every_service() {
    return Architecture.of("quota");
  }

  @ArchTest
  static final ArchRule the_driver_of_redis_stays_in_its_package =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.tollgate.quota.redis..")
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
          .haveNameNotMatching(".*(Rpc|Form)(\\$.*)?")
          .and()
          .resideInAPackage("dev.tollgate.quota.check..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.tollgate.proto.quota..", "io.grpc..");
}
