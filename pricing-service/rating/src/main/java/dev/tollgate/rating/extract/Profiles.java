package dev.tollgate.rating.extract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.failure.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// All extraction profiles: which bodies are understood, and how. Immutable.
public final class Profiles {
  /// A kind of body that is understood: a provider and one of its flavors.
  public record Served(String provider, String apiFlavor) {}

  /// Read when it is first asked for, once.
  private static final class Shipped {
    private static final Profiles PROFILES = read();

    private static Profiles read() {
      try (var in = Profiles.class.getResourceAsStream("/dev/tollgate/rating/profiles.json")) {
        if (in == null) {
          throw new IllegalStateException("profiles.json is not in the jar");
        }
        return parse(in.readAllBytes());
      } catch (IOException e) {
        throw new IllegalStateException("profiles.json can't be read", e);
      }
    }
  }

  private final List<Profile> profiles;
  private final Map<String, String> aliases;
  private final Hints serviceTiers;
  private final Hints regions;

  Profiles(List<Profile> profiles, Map<String, String> aliases, Hints serviceTiers, Hints regions) {
    this.profiles = List.copyOf(profiles);
    this.aliases = Map.copyOf(aliases);
    this.serviceTiers = serviceTiers;
    this.regions = regions;
  }

  /// The profiles that come with this release.
  public static Profiles shipped() {
    return Shipped.PROFILES;
  }

  /// @throws IllegalArgumentException naming profile, field and rule
  static Profiles parse(byte[] json) {
    return ProfileReader.read(json);
  }

  /// What a usage body says, given as it came.
  ///
  /// @param apiFlavor one of the provider's; empty: told from the body
  /// @param json at most 64 KiB; empty where the provider sent nothing
  /// @throws Failure FIELD_INVALID for an unknown provider or flavor, or where it is not JSON
  public Extraction extract(String provider, String apiFlavor, byte[] json) {
    candidates(provider, apiFlavor);
    return extract(provider, apiFlavor, UsageJson.body(json));
  }

  /// What a usage body says: the provider's usage object, or the response that contains it.
  ///
  /// @param apiFlavor one of the provider's; empty: told from the body
  /// @throws Failure FIELD_INVALID for an unknown provider or flavor
  public Extraction extract(String provider, String apiFlavor, JsonNode usageBody) {
    var candidates = candidates(provider, apiFlavor);
    var fits = new ArrayList<Fit>();
    for (var profile : candidates) {
      fits.add(Fit.of(profile, Body.of(profile.roots(), usageBody)));
    }
    /* A minimum is the first of equals: then the order of the file decides. */
    var fit = fits.stream().min(Comparator.naturalOrder()).orElseThrow();
    /* Where nothing fits, a place for usage that is empty says that there was none. */
    var best =
        fit.missing() == 0
            ? fit
            : fits.stream().filter(f -> f.body().isSilent()).findFirst().orElse(fit);
    return new Counting(best.profile(), best.body(), canonical(provider))
        .extract(serviceTiers, regions);
  }

  /// Every provider and flavor that is understood, in the order of their names.
  public List<Served> served() {
    var served =
        new TreeSet<>(Comparator.comparing(Served::provider).thenComparing(Served::apiFlavor));
    for (var profile : profiles) {
      profile
          .serves()
          .forEach((provider, flavors) ->
              flavors.forEach(flavor -> served.add(new Served(provider, flavor))));
    }
    return List.copyOf(served);
  }

  List<Profile> all() {
    return profiles;
  }

  /// The provider's name in price books, where it is given by one of its aliases.
  public String canonical(String provider) {
    return aliases.getOrDefault(provider, provider);
  }

  private List<Profile> candidates(String provider, String apiFlavor) {
    var named = canonical(provider);
    var candidates = profiles.stream().filter(p -> p.serves(named, apiFlavor)).toList();
    if (!candidates.isEmpty()) {
      return candidates;
    }
    var known = served();
    var flavors = known.stream().filter(s -> s.provider().equals(named)).toList();
    if (flavors.isEmpty()) {
      var providers = new TreeSet<>(known.stream().map(Served::provider).toList());
      throw Failure.invalid(
          "provider",
          "%s (expected: one of %s; generic serves any OpenAI-compatible one)"
              .formatted(quoted(provider), String.join(", ", providers)));
    }
    throw Failure.invalid(
        "api_flavor",
        "%s (expected: empty, or of %s one of %s)"
            .formatted(
                quoted(apiFlavor),
                named,
                String.join(", ", flavors.stream().map(Served::apiFlavor).toList())));
  }

  private static String quoted(String text) {
    return "\"" + (text.length() > 64 ? text.substring(0, 64) + "..." : text) + "\"";
  }
}
