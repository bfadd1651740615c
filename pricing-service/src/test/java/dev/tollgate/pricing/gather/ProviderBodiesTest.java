package dev.tollgate.pricing.gather;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.extract.Profiles;
import dev.tollgate.shared.Csv;
import dev.tollgate.shared.SharedData;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Every real usage body of which genai-prices states a price costs the same here, extracted by our
/// profiles and rated with the data of genai-prices, but for the deviations listed.
@NullMarked
class ProviderBodiesTest {
  private static final String TABLE = "provider-bodies-deviations.csv";

  /// They state no time. This one fits all: prices that end on 2026-07-30 are still in theirs.
  private static final Instant TIME = Instant.parse("2026-07-29T00:00:00Z");

  @Test
  void rate_realBodies_costWhatGenaiPricesStatesButForTheListed() throws IOException {
    var bodies =
        new JsonMapper().readTree(SharedData.file("prices/provider-usage-bodies.json").toFile());
    var gathered =
        Gathering.gather(
            Collections.bytes(Collections.GENAI_PRICES),
            new Known("genai-prices", Collections.usedNames()));
    var stack = PriceStack.of(gathered.book());
    var listed = listed();
    var differences = new TreeMap<String, String>();
    var seen = new HashMap<String, Integer>();
    var compared = 0;
    for (var entry : bodies) {
      var file = entry.get("body").get("file").asText();
      var nth = seen.merge(file, 1, Integer::sum);
      var name = nth == 1 ? file : file + "#" + nth;
      for (var extracted : entry.get("extracted")) {
        for (var extractor : extracted.get("extractors")) {
          if (extractor.has("input_price")) {
            compared++;
            var theirs = price(extractor);
            var ours = rate(stack, extractor, entry);
            if (ours.status() == ChargeStatus.USAGE_MISSING
                || ours.status().isUnknown()
                || ours.cost().toUnits().compareTo(theirs) != 0) {
              differences.put(name + " " + shown(extractor), theirs + ", ours " + ours);
            }
          }
        }
      }
    }
    System.out.printf(
        "[provider bodies] priced by genai-prices: %d (body, extractor) pairs; equal: %d; listed as"
            + " deviating: %d (%.2f %%)%n",
        compared, compared - differences.size(), listed.size(), 100.0 * listed.size() / compared);
    assertThat(compared).isGreaterThan(1_800);
    assertThat(listed.size() * 100).as("listed deviations").isLessThanOrEqualTo(3 * compared);
    var unlisted = new TreeMap<>(differences);
    unlisted.keySet().removeAll(listed);
    assertThat(unlisted).as("deviations that are not in " + TABLE).isEmpty();
    listed.removeAll(differences.keySet());
    assertThat(listed).as("entries of " + TABLE + " that deviate no longer").isEmpty();
  }

  /// What has no direction, such as a search, is in their total only.
  private static BigDecimal price(JsonNode extractor) {
    return extractor.has("total_price")
        ? new BigDecimal(extractor.get("total_price").asText())
        : new BigDecimal(extractor.get("input_price").asText())
            .add(new BigDecimal(extractor.get("output_price").asText()));
  }

  private static Charge rate(PriceStack stack, JsonNode extractor, JsonNode entry) {
    var provider = extractor.get("provider_id").asText();
    var extraction =
        Profiles.shipped()
            .extract(provider, extractor.get("api_flavor").asText(), entry.get("body"));
    return stack.rate(
        new Call(
            provider,
            entry.get("model").asText(),
            TIME,
            extraction.serviceTier(),
            extraction.region(),
            extraction.usage()));
  }

  private static String shown(JsonNode extractor) {
    return extractor.get("provider_id").asText() + "/" + extractor.get("api_flavor").asText();
  }

  /// The nth body of a file, from the second on, is `file#n`; an entry may name several extractors.
  private static Set<String> listed() throws IOException {
    var listed = new TreeSet<String>();
    for (var row : Csv.resource(ProviderBodiesTest.class, TABLE)) {
      assertThat(row.get("reason")).as(row.toString()).isNotBlank();
      for (var extractor : row.get("extractor").split(" ", -1)) {
        assertThat(listed.add(row.get("file") + " " + extractor)).as(row.toString()).isTrue();
      }
    }
    return listed;
  }
}
