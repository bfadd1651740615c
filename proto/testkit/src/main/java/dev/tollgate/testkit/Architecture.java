package dev.tollgate.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// The rules that every service keeps, as tests named by the rule: `@TestFactory
/// Stream<DynamicTest> rules() { return Architecture.of("quota"); }`.
public final class Architecture {
  private static final String ROOT = "dev.tollgate.";

  private Architecture() {}

  /// The rules of the service in the package `dev.tollgate.<service>`.
  public static Stream<DynamicTest> of(String service) {
    var classes =
        new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests())
            .importPackages(ROOT + service);
    return rules(service).stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(classes)));
  }

  private static List<ArchRule> rules(String service) {
    return List.of(
        throughMainOnly(ROOT + service + "..", "Main"),
        knowsNoOther(service),
        withoutCycles(service),
        failuresOnly());
  }

  /// For classes in the packages, except for those whose name ends so.
  public static ArchRule throughMainOnly(String packages, String main) {
    return noClasses()
        .that()
        .resideInAPackage(packages)
        .and()
        .haveSimpleNameNotEndingWith(main)
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
        .as("Time, luck and the environment enter through main only");
  }

  private static ArchRule knowsNoOther(String service) {
    var ours =
        resideInAnyPackage(
            ROOT + service + "..",
            ROOT + "rating..",
            ROOT + "books..",
            ROOT + "kernel..",
            ROOT + "proto..",
            ROOT + "money..",
            ROOT + "time..",
            ROOT + "failure..",
            ROOT + "secret..");
    return noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage("dev.tollgate..").and(not(ours)))
        .as("No service knows another service, except for its price books and the rating engine");
  }

  private static ArchRule withoutCycles(String service) {
    return slices()
        .matching(ROOT + service + ".(*)..")
        .should()
        .beFreeOfCycles()
        .as("The packages of a service form no cycle");
  }

  /* A client of another service reads the status of an answer; it makes none. */
  private static ArchRule failuresOnly() {
    return noClasses()
        .should()
        .callMethod(Status.class, "asRuntimeException")
        .orShould()
        .callMethod(Status.class, "asRuntimeException", Metadata.class)
        .orShould()
        .callMethod(Status.class, "asException")
        .orShould()
        .callMethod(Status.class, "asException", Metadata.class)
        .orShould()
        .callConstructor(StatusRuntimeException.class, Status.class)
        .orShould()
        .callConstructor(StatusRuntimeException.class, Status.class, Metadata.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(StatusException.class)
        .as("Services throw failures, never statuses");
  }
}
