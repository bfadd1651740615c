package dev.tollgate.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.testkit.Architecture;

/// Everything meets here, so this is where the whole is looked at.
@AnalyzeClasses(packages = "dev.tollgate", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule modules_form_no_cycle =
      slices().matching("dev.tollgate.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packages_of_the_command_form_no_cycle =
      slices().matching("dev.tollgate.cli.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule quota_is_used_by_nobody_but_the_standalone =
      onlyStandaloneUses("dev.tollgate.quota..");

  @ArchTest
  static final ArchRule ingest_is_used_by_nobody_but_the_standalone =
      onlyStandaloneUses("dev.tollgate.ingest..");

  /// The command `price` takes the default book from it.
  @ArchTest
  static final ArchRule pricing_is_used_by_nobody_but_the_standalone_and_price =
      classes()
          .that()
          .resideInAPackage("dev.tollgate.pricing..")
          .should()
          .onlyBeAccessed()
          .byAnyPackage(
              "dev.tollgate.pricing..",
              "dev.tollgate.cli.standalone..",
              "dev.tollgate.cli.price..");

  @ArchTest
  static final ArchRule query_is_used_by_nobody_but_the_standalone =
      onlyStandaloneUses("dev.tollgate.query..");

  @ArchTest
  static final ArchRule replays_speak_the_public_api_only =
      noClasses()
          .that()
          .resideInAnyPackage("dev.tollgate.cli.demo..", "dev.tollgate.cli.traffic..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.tollgate.kernel..", "dev.tollgate.embedded..", "io.lettuce..");

  @ArchTest
  static final ArchRule time_luck_and_environment_enter_through_main =
      Architecture.throughMainOnly("dev.tollgate.cli..", "Tollgate");

  private static ArchRule onlyStandaloneUses(String service) {
    return classes()
        .that()
        .resideInAPackage(service)
        .should()
        .onlyBeAccessed()
        .byAnyPackage(service, "dev.tollgate.cli.standalone..");
  }
}
