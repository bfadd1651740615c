package dev.tollgate.rating.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.rating.Usage;
import dev.tollgate.shared.Csv;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The golden charges' usage bodies, each through the profile that its provider and shape select.
@NullMarked
class GoldenExtractionTest {
  /// The table prices this call by what the provider reported; we keep the tokens beside it.
  private static final Map<String, Map<String, Long>> BESIDE =
      Map.of("G64", Map.of("input", 6L, "cache_read", 192L, "output", 90L));

  private static final Map<String, String> TIERS =
      Map.of("G16", "flex", "G17", "flex", "G41", "fast");
  private static final Map<String, String> REGIONS = Map.of("G19", "eu", "G40", "us", "G70", "us");

  @Test
  void extract_goldenBodies_givesTheirBuckets() throws IOException {
    var profiles = new TreeMap<String, Integer>();
    var rows = rows();
    for (var row : rows) {
      var id = get(row, "case_id");
      var extraction = extract(row);
      assertThat(extraction.usage()).as(id).isEqualTo(usage(id, get(row, "buckets")));
      assertThat(extraction.flaws()).as(id).isEmpty();
      assertThat(extraction.serviceTier()).as(id).isEqualTo(TIERS.getOrDefault(id, ""));
      assertThat(extraction.region()).as(id).isEqualTo(REGIONS.getOrDefault(id, ""));
      profiles.merge(extraction.profile(), 1, Integer::sum);
    }
    System.out.println("[golden bodies] exact: " + rows.size() + " by profile: " + profiles);
    assertThat(rows).hasSize(49);
  }

  @Test
  void extract_goldenBodyThatStatesItsPosition_carriesIt() throws IOException {
    var withPosition = new ArrayList<String>();
    for (var row : rows()) {
      var positions = extract(row).positions();
      if (!positions.isEmpty()) {
        withPosition.add(get(row, "case_id") + positions);
      }
    }
    assertThat(withPosition).containsExactly("G53{web_search=5000}");
  }

  private static List<Map<String, String>> rows() throws IOException {
    return Csv.shared("golden-prices.csv").stream().map(Csv.Row::values).toList();
  }

  private static Extraction extract(Map<String, String> row) {
    return Profiles.shipped()
        .extract(
            get(row, "provider"), "", get(row, "native_usage").getBytes(StandardCharsets.UTF_8));
  }

  private static Usage usage(String id, String buckets) {
    if (buckets.isEmpty()) {
      return Usage.MISSING;
    }
    var quantities = new HashMap<>(BESIDE.getOrDefault(id, Map.of()));
    for (var part : buckets.split(";", -1)) {
      var at = part.indexOf('=');
      quantities.put(part.substring(0, at), Long.parseLong(part.substring(at + 1)));
    }
    return Usage.of(quantities);
  }

  private static String get(Map<String, String> row, String column) {
    return Objects.requireNonNull(row.get(column), column);
  }
}
