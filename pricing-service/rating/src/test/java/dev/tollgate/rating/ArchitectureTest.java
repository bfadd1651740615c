package dev.tollgate.rating;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
    packages = "dev.tollgate.rating",
    importOptions = ImportOption.DoNotIncludeTests.class)
@NullMarked
class ArchitectureTest {
  @ArchTest
  static final ArchRule rating_is_pure =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.tollgate.rating..",
              "dev.tollgate.money..",
              "dev.tollgate.failure..",
              "com.fasterxml.jackson..",
              "org.jspecify..",
              "java.lang..",
              "java.math..",
              "java.nio.charset..",
              "java.time..",
              "java.util..",
              // Jackson declares IOException for what is read from memory.
              "java.io..");

  @ArchTest
  static final ArchRule no_clock_is_read =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "getenv");

  @ArchTest
  static final ArchRule money_is_never_a_double =
      noFields().should().haveRawType(double.class).orShould().haveRawType(float.class);

  @ArchTest
  static final ArchRule json_is_read_where_books_and_usage_bodies_are =
      noClasses()
          .that()
          .haveNameNotMatching("dev\\.tollgate\\.rating\\.(Book\\w+|\\w+Reader|extract\\..*)")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml.jackson..");
}
