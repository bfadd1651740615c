package dev.tollgate.rating.extract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Usage;
import dev.tollgate.shared.Csv;
import dev.tollgate.shared.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// A thousand real usage bodies against what genai-prices extracts from them: our disjoint buckets,
/// summed back to counts that contain each other, are the same but for the deviations listed.
@NullMarked
class ProviderBodiesTest {
  private static final String TABLE = "provider-bodies-deviations.csv";

  /// Theirs, and the buckets of ours that it contains. Their counts of tool input have no price of
  /// their own and no bucket; ours of image, video and cost that they don't read are left out.
  private static final Map<String, List<Bucket>> COUNTS =
      Map.ofEntries(
          Map.entry("input_tokens", buckets(Bucket.Kind::isInput)),
          Map.entry("output_tokens", withCitation()),
          Map.entry("cache_read_tokens", buckets(kind -> kind == Bucket.Kind.CACHE_READ)),
          Map.entry("cache_write_tokens", buckets(kind -> kind == Bucket.Kind.CACHE_WRITE)),
          Map.entry("cache_write_1h_tokens", List.of(Bucket.CACHE_WRITE_1H)),
          Map.entry("output_reasoning_tokens", List.of(Bucket.REASONING)),
          Map.entry("output_citation_tokens", List.of(Bucket.CITATION)),
          Map.entry("input_audio_tokens", List.of(Bucket.INPUT_AUDIO, Bucket.CACHE_READ_AUDIO)),
          Map.entry("input_image_tokens", List.of(Bucket.INPUT_IMAGE, Bucket.CACHE_READ_IMAGE)),
          Map.entry("input_video_tokens", List.of(Bucket.INPUT_VIDEO, Bucket.CACHE_READ_VIDEO)),
          Map.entry("cache_audio_read_tokens", List.of(Bucket.CACHE_READ_AUDIO)),
          Map.entry("cache_image_read_tokens", List.of(Bucket.CACHE_READ_IMAGE)),
          Map.entry("cache_video_read_tokens", List.of(Bucket.CACHE_READ_VIDEO)),
          Map.entry("output_audio_tokens", List.of(Bucket.OUTPUT_AUDIO)),
          Map.entry("output_image_tokens", List.of(Bucket.OUTPUT_IMAGE)),
          Map.entry("web_searches", List.of(Bucket.WEB_SEARCH)));

  /// Of Anthropic's 5-minute writes they state those that are named so, of text those that are in a
  /// list of modalities: compared where they state them.
  private static final Map<String, List<Bucket>> COUNTS_WHERE_STATED =
      Map.of(
          "cache_write_5m_tokens", List.of(Bucket.CACHE_WRITE_5M),
          "input_text_tokens",
              List.of(Bucket.INPUT, Bucket.INPUT_TEXT, Bucket.CACHE_READ, Bucket.CACHE_READ_TEXT),
          "cache_text_read_tokens", List.of(Bucket.CACHE_READ, Bucket.CACHE_READ_TEXT),
          "output_text_tokens", List.of(Bucket.OUTPUT, Bucket.OUTPUT_TEXT));

  private static final List<String> LEFT_OUT =
      List.of("input_tool_tokens", "input_text_tool_tokens");

  @Test
  void extract_realBodies_agreesWithGenaiPricesButForTheListed() throws IOException {
    var bodies =
        new JsonMapper().readTree(SharedData.file("prices/provider-usage-bodies.json").toFile());
    var listed = listed();
    var differences = new TreeMap<String, String>();
    var deviating = new HashSet<String>();
    var seen = new HashMap<String, Integer>();
    var compared = 0;
    for (var entry : bodies) {
      var body = entry.get("body");
      var file = body.get("file").asText();
      var nth = seen.merge(file, 1, Integer::sum);
      var name = nth == 1 ? file : file + "#" + nth;
      for (var extracted : entry.get("extracted")) {
        for (var extractor : extracted.get("extractors")) {
          compared++;
          var difference = difference(extract(extractor, body), extracted.get("usage"));
          if (!difference.isEmpty()) {
            differences.put(name + " " + shown(extractor), difference);
            deviating.add(name);
          }
        }
      }
    }
    System.out.printf(
        "[provider bodies] bodies: %d, extractions compared: %d, equal: %d, listed as deviating: %d"
            + " of %d bodies%n",
        bodies.size(), compared, compared - differences.size(), listed.size(), deviating.size());
    assertThat(bodies).hasSize(1_000);
    assertThat(compared).isGreaterThan(10_000);
    var unlisted = new TreeMap<>(differences);
    unlisted.keySet().removeAll(listed);
    assertThat(unlisted).as("deviations that are not in " + TABLE).isEmpty();
    listed.removeAll(differences.keySet());
    assertThat(listed).as("entries of " + TABLE + " that deviate no longer").isEmpty();
  }

  private static Usage extract(JsonNode extractor, JsonNode body) {
    return Profiles.shipped()
        .extract(extractor.get("provider_id").asText(), extractor.get("api_flavor").asText(), body)
        .usage();
  }

  private static String shown(JsonNode extractor) {
    return extractor.get("provider_id").asText() + "/" + extractor.get("api_flavor").asText();
  }

  private static String difference(Usage ours, JsonNode theirs) {
    if (ours.isMissing()) {
      return theirs.isEmpty() ? "" : "missing, theirs " + theirs;
    }
    var differences = new ArrayList<String>();
    theirs
        .fieldNames()
        .forEachRemaining(name -> {
          if (!COUNTS.containsKey(name)
              && !COUNTS_WHERE_STATED.containsKey(name)
              && !LEFT_OUT.contains(name)) {
            differences.add("unknown count " + name);
          }
        });
    COUNTS.forEach((name, buckets) -> compare(name, buckets, ours, theirs, differences));
    COUNTS_WHERE_STATED.forEach((name, buckets) -> {
      if (theirs.has(name)) {
        compare(name, buckets, ours, theirs, differences);
      }
    });
    differences.sort(null);
    return String.join("; ", differences);
  }

  private static void compare(
      String name, List<Bucket> buckets, Usage ours, JsonNode theirs, List<String> differences) {
    var sum = buckets.stream().mapToLong(ours::quantity).sum();
    if (sum != theirs.path(name).asLong(0)) {
      differences.add(name + " " + sum + ", theirs " + theirs.path(name).asLong(0));
    }
  }

  private static List<Bucket> buckets(Predicate<Bucket.Kind> kinds) {
    return List.of(Bucket.values()).stream().filter(b -> kinds.test(b.kind())).toList();
  }

  private static List<Bucket> withCitation() {
    var buckets = new ArrayList<>(buckets(Bucket.Kind::isOutput));
    buckets.add(Bucket.CITATION);
    return buckets;
  }

  /// The nth body of a file, from the second on, is `file#n`; an entry may name several extractors.
  private static Set<String> listed() throws IOException {
    var listed = new TreeSet<String>();
    try (var in = ProviderBodiesTest.class.getResourceAsStream(TABLE)) {
      var lines =
          new String(Objects.requireNonNull(in, TABLE).readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      for (var row : Csv.rows(lines).stream().map(Csv.Row::values).toList()) {
        assertThat(row.get("reason")).as(row.toString()).isNotBlank();
        for (var extractor : Objects.requireNonNull(row.get("extractor")).split(" ", -1)) {
          assertThat(listed.add(row.get("file") + " " + extractor)).as(row.toString()).isTrue();
        }
      }
    }
    return listed;
  }
}
