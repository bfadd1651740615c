package dev.tollgate.query.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.http.PublicFile;
import dev.tollgate.proto.query.v1.QueryServiceProto;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// What the page is made of: read as text, since a browser is no part of the build.
@NullMarked
class DashboardTest {
  private final String html = text("/dashboard");
  private final String script = text("/dashboard/dashboard.js");
  private final String style = text("/dashboard/dashboard.css");

  @Test
  void page_runsAndLoadsNothingButItsOwnFiles() {
    assertThat(text("/")).isEqualTo(html);
    assertThat(found("(?:src|href)=\"([^\"]*)\"", html))
        .containsExactlyInAnyOrder(
            "#main", "/dashboard/icon.svg", "/dashboard/dashboard.css", "/dashboard/dashboard.js");
    assertThat(found("<script([^>]*)>(?!</script>)", html)).isEmpty();
    assertThat(found("\\s(on[a-z]+|style)=", html)).isEmpty();
    assertThat(html).doesNotContain("<style", "javascript:", "http:", "https:");
    assertThat(found("(url\\(|@import|http)", style)).isEmpty();
  }

  @Test
  void script_makesNoCodeAndNoMarkupOfText() {
    assertThat(
            found(
                "(innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|Function\\(|"
                    + "DOMParser|localStorage|cookie|importScripts)",
                script))
        .isEmpty();
    // The name of SVG's elements, which nothing is loaded from.
    assertThat(found("(https?://[^']*)", script)).containsExactly("http://www.w3.org/2000/svg");
    assertThat(found("sessionStorage\\.setItem\\('([a-z]+)'", script))
        .containsExactlyInAnyOrder("key", "tenant");
  }

  @Test
  void script_elementsThatItNames_areOnThePage() {
    var ids = found("\\bid=\"([^\"]+)\"", html);
    var named = new TreeSet<>(found("\\bat\\('([^']+)'\\)", script));
    named.addAll(found("\\bfill\\('([^']+)'", script));
    assertThat(named).hasSizeGreaterThan(30);
    assertThat(ids).containsAll(named).doesNotHaveDuplicates();
    assertThat(ids).containsAll(found("\\bfor=\"([^\"]+)\"", html));
  }

  @Test
  void script_namesOfTheContract_areKnown() {
    var dimensions = found("const DIMENSIONS = \\[([^\\]]+)\\]", script).getFirst();
    assertThat(found("'([a-z_]+)'", dimensions))
        .containsExactlyInAnyOrderElementsOf(Dimension.names());
    var known = new TreeSet<String>();
    QueryServiceProto.getDescriptor().getDependencies().stream()
        .flatMap(file -> Stream.concat(Stream.of(file), file.getDependencies().stream()))
        .flatMap(file -> file.getEnumTypes().stream())
        .forEach(type -> type.getValues().forEach(value -> known.add(value.getName())));
    var used =
        found(
            "\\b((?:MEASURE|FILTER_OPERATOR|GRANULARITY|SEARCH_ORDER|COMPARISON|BUDGET_UNIT|BURN_LEVEL)"
                + "_[A-Z0-9_]+)\\b",
            script + html);
    assertThat(used).hasSizeGreaterThan(15);
    assertThat(known).containsAll(used);
  }

  private static String text(String path) {
    return files()
        .filter(file -> file.path().equals(path))
        .findFirst()
        .orElseThrow()
        .body()
        .toStringUtf8();
  }

  private static Stream<PublicFile> files() {
    return Dashboard.files().stream();
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }
}
