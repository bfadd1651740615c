package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.shared.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// The collections that lie beside the repository.
@NullMarked
final class Collections {
  static final String GENAI_PRICES = "prices/genai-prices.json";
  static final String LITELLM_OLD = "prices/litellm-2025-07-05.json";
  static final String LITELLM_NEW = "prices/litellm-2026-08-01.json";

  private Collections() {}

  static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(SharedData.file(name));
  }

  static Gathered gathered(String name) throws IOException {
    return Gathering.gather(bytes(name), Known.NOTHING);
  }

  /// The names of models in real usage bodies.
  static List<String> usedNames() throws IOException {
    var names = new ArrayList<String>();
    for (var entry :
        new JsonMapper().readTree(SharedData.file("prices/provider-usage-bodies.json").toFile())) {
      if (entry.has("model")) {
        names.add(entry.get("model").asText());
      }
    }
    return names.stream().distinct().sorted().toList();
  }
}
