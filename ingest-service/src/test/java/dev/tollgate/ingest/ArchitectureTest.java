package dev.tollgate.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.testkit.Architecture;
import io.grpc.stub.StreamObserver;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

@AnalyzeClasses(
    packages = "dev.tollgate.ingest",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @TestFactory
  Stream<DynamicTest> rules_of_every_service() {
    return Architecture.of("ingest");
  }

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
          .and()
          .haveSimpleNameNotEndingWith("Rpc")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(StreamObserver.class);
}
