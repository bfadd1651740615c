package dev.tollgate.rating.extract;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.rating.Usage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;

/// What a call consumed, as its caller states it: in buckets, or by the provider's usage body.
public sealed interface Stated {
  /// In buckets.
  record Buckets(Map<String, Long> quantities) implements Stated {}

  /// By a usage body.
  ///
  /// @param json as it came
  /// @param provider whose shape it has; empty: the call's provider's
  /// @param apiFlavor one of that provider's; empty: told from the body
  record Body(String json, String provider, String apiFlavor) implements Stated {}

  /// Neither: the provider stated nothing.
  record Nothing() implements Stated {}

  /// What was stated in both ways at once.
  static Failure ambiguous() {
    return Failure.invalid("usage", "buckets and a body (expected: one of them)");
  }

  /// What the call consumed.
  ///
  /// @param provider the call's
  /// @throws Failure FIELD_INVALID, with paths as in the contract: `usage.buckets[inptu]`
  default Extraction read(String provider, Profiles profiles) {
    return switch (this) {
      case Buckets(var quantities) -> Extraction.of(Usage.of(quantities));
      case Nothing() -> Extraction.of(Usage.MISSING);
      case Body body -> read(body, provider, profiles);
    };
  }

  private static Extraction read(Body body, String provider, Profiles profiles) {
    try {
      return profiles.extract(
          body.provider.isEmpty() ? provider : body.provider,
          body.apiFlavor,
          body.json.getBytes(StandardCharsets.UTF_8));
    } catch (Failure malformed) {
      var violations = new ArrayList<Violation>();
      for (var violation : malformed.violations()) {
        violations.add(
            new Violation("usage.body." + field(violation.field()), violation.description()));
      }
      throw violations.isEmpty()
          ? Failure.invalid("usage.body.json", String.valueOf(malformed.getMessage()))
          : Failure.invalid(violations);
    }
  }

  private static String field(String extracted) {
    return extracted.equals("usage") ? "json" : extracted;
  }
}
