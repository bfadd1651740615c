package dev.tollgate.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// A row that nobody asserts would look like one that holds.
@NullMarked
class GoldenRuleTest {
  @Test
  void everyRow_isACaseOfOneRule() throws IOException {
    for (var row : Csv.shared(GoldenRule.FILE)) {
      assertThat(Arrays.stream(GoldenRule.values()).filter(rule -> rule.isOf(row)))
          .as(row.get("case_id"))
          .hasSize(1);
    }
  }

  @Test
  void everyRule_isHeldByOneTest() throws IOException {
    var tests = tests();
    for (var rule : GoldenRule.values()) {
      assertThat(naming(tests, "GoldenRule." + rule)).as(rule.name()).hasSize(1);
    }
  }

  /* Who read the file past the rules could leave rows out. */
  @Test
  void everyFile_isReadInOnePlace() throws IOException {
    var tests = tests();
    for (var file : List.of(GoldenRule.FILE, "golden-allocation.csv")) {
      assertThat(naming(tests, '"' + file + '"')).as(file).hasSize(1);
    }
  }

  private static List<Path> naming(Map<Path, String> tests, String text) {
    return tests.entrySet().stream()
        .filter(test -> test.getValue().contains(text))
        .map(Map.Entry::getKey)
        .toList();
  }

  /* All but this one. */
  private static Map<Path, String> tests() throws IOException {
    var root = Path.of(System.getProperty("tollgate.root", "."));
    var tests = new HashMap<Path, String>();
    try (var files = Files.walk(root)) {
      for (var file : files.filter(GoldenRuleTest::isOtherTest).toList()) {
        tests.put(file, Files.readString(file));
      }
    }
    return tests;
  }

  private static boolean isOtherTest(Path file) {
    return file.toString().endsWith(".java")
        && file.toString().contains("/src/test/java/")
        && !file.endsWith("GoldenRuleTest.java");
  }
}
