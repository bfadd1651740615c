package dev.tollgate.ingest.otlp;

import dev.tollgate.ingest.otlp.Aliases.Field;
import dev.tollgate.rating.Glob;
import dev.tollgate.rating.extract.Profiles;
import java.net.URI;
import java.util.Locale;

/// Who served a call: its provider, as price books name it (empty where that is not known), and the
/// host that answered.
record Provider(String name, String endpoint) {
  /* A known host says more than what a library calls itself: OpenAI's client is used with many
  servers that are not OpenAI's. */
  static Provider of(Trail trail) {
    var endpoint = trail.text(Field.ENDPOINT).map(Provider::host).orElse("");
    var ofHost =
        trail.aliases().hosts().entrySet().stream()
            .filter(host -> new Glob(host.getKey()).matches(endpoint.toLowerCase(Locale.ROOT)))
            .map(java.util.Map.Entry::getValue)
            .findFirst();
    return new Provider(ofHost.orElseGet(() -> named(trail)), endpoint);
  }

  private static String named(Trail trail) {
    return trail.texts(Field.PROVIDER).stream()
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !trail.aliases().frameworks().contains(name))
        .map(name ->
            Profiles.shipped().canonical(trail.aliases().providers().getOrDefault(name, name)))
        .findFirst()
        .orElse("");
  }

  /// Of a URL, its host.
  private static String host(String address) {
    if (!address.contains("://")) {
      return address;
    }
    try {
      var host = URI.create(address).getHost();
      return host == null ? "" : host;
    } catch (IllegalArgumentException noUrl) {
      return "";
    }
  }
}
