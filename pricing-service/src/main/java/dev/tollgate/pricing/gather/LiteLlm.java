package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.failure.Failure;
import dev.tollgate.pricing.gather.Refusal.Rule;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads LiteLLM's file: an object with an entry per model, whose key is the provider's name for it
/// behind a prefix, a region or both.
final class LiteLlm {
  private static final String DESCRIPTION = "sample_spec";
  private static final Pattern AWS_REGION = Pattern.compile("[a-z]{2}(-gov)?-[a-z]+-\\d");
  private static final Pattern TERM = Pattern.compile(".*\\d-month-commitment.*");
  private static final Set<String> AZURE_ZONES = Set.of("eu", "us");
  private static final Set<String> AZURE_GLOBAL = Set.of("global", "global-standard");

  /// A key, taken apart.
  record Key(String provider, String region, String model) {}

  private final Dictionary words = Dictionary.of("litellm");
  private final Binder binder;
  private final String origin;

  LiteLlm(Binder binder, String origin) {
    this.binder = binder;
    this.origin = origin;
  }

  void read(JsonNode root) {
    if (!root.isObject()) {
      throw Failure.invalid("file", "is a " + root.getNodeType() + " (expected: an object)");
    }
    root.properties()
        .forEach(each -> {
          binder.countEntry();
          entry(each.getKey(), each.getValue());
        });
  }

  private void entry(String name, JsonNode node) {
    var provider = node.path("litellm_provider");
    if (name.equals(DESCRIPTION)) {
      binder.refuse(name, "", Rule.NOT_AN_ENTRY, "describes the format");
    } else if (!provider.isTextual()) {
      binder.refuse(name, "litellm_provider", Rule.NOT_AN_ENTRY, "" + provider);
    } else if (TERM.matcher(name).matches()) {
      binder.refuse(name, "", Rule.COMMITMENT, name);
    } else {
      var key = key(name, provider.textValue());
      if (binder.admits(name, key.provider(), key.model())) {
        new LiteLlmEntry(binder, words, key, name, origin).read(node);
      }
    }
  }

  private Key key(String name, String litellmProvider) {
    var provider = words.provider(litellmProvider);
    var rest = name;
    var slash = rest.indexOf('/');
    if (slash > 0 && isPrefix(rest.substring(0, slash), litellmProvider)) {
      rest = rest.substring(slash + 1);
    }
    slash = rest.indexOf('/');
    var first = slash > 0 ? rest.substring(0, slash) : "";
    if (provider.equals("azure") && AZURE_GLOBAL.contains(first)) {
      return new Key(provider, "", rest.substring(slash + 1));
    }
    return isRegion(provider, first)
        ? new Key(provider, first, rest.substring(slash + 1))
        : new Key(provider, "", rest);
  }

  private boolean isPrefix(String first, String litellmProvider) {
    return first.equals(litellmProvider) || words.prefixes().contains(first);
  }

  private static boolean isRegion(String provider, String first) {
    return (provider.equals("azure") && AZURE_ZONES.contains(first))
        || (provider.equals("aws") && AWS_REGION.matcher(first).matches());
  }
}
