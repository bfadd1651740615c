package dev.tollgate.rating.extract;

import dev.tollgate.rating.Usage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What a profile read from a usage body.
///
/// @param usage missing where the body states none or has an unusable flaw
/// @param profile provider and flavor: `openai/chat`
/// @param serviceTier as the body states it; empty for the standard one and where it states none
/// @param region as the body states it; empty for every region and where it states none
/// @param positions by bucket, how much of it had been used in the period before this call; only
///   what the body states
/// @param flaws in the order in which they were found; empty for a sound body
public record Extraction(
    Usage usage,
    String profile,
    String serviceTier,
    String region,
    SequencedMap<String, Long> positions,
    List<Flaw> flaws) {

  public Extraction {
    positions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(positions));
    flaws = List.copyOf(flaws);
  }

  /// Whether a flaw made the body's counts unusable, as opposed to a body that states none.
  public boolean isUnusable() {
    return flaws.stream().anyMatch(flaw -> flaw.kind() == Flaw.Kind.UNUSABLE);
  }

  static Extraction of(Usage usage) {
    return new Extraction(usage, "", "", "", new LinkedHashMap<>(), List.of());
  }

  static Extraction missing(String profile, List<Flaw> flaws) {
    return new Extraction(Usage.MISSING, profile, "", "", new LinkedHashMap<>(), flaws);
  }
}
