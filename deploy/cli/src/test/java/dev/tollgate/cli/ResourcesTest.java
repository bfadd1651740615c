package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private static final Path ROOT = Path.of("../..");
  private static final List<String> SERVICES =
      List.of("ingest-service", "pricing-service", "query-service", "quota-service");

  /// In the standalone all services are on one class path: of two resources of one name, one
  /// service would read the other's.
  @Test
  void resources_ofServices_haveNamesOfTheirOwn() throws Exception {
    var owners = new HashMap<String, List<String>>();
    for (var service : SERVICES) {
      var folder = ROOT.resolve(service).resolve("src/main/resources");
      try (var files = Files.walk(folder)) {
        files
            .filter(Files::isRegularFile)
            .map(file -> folder.relativize(file).toString())
            .forEach(name -> owners.merge(name, List.of(service), ResourcesTest::both));
      }
    }

    assertThat(owners).hasSizeGreaterThan(30).containsKey("sql/cost_raw.sql");
    assertThat(
            owners.entrySet().stream()
                .filter(each -> each.getValue().size() > 1)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
        .isEmpty();
  }

  private static List<String> both(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }
}
