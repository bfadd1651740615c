package dev.tollgate.quota.budget;

import dev.tollgate.rating.Glob;
import java.util.List;

/// Which models a budget admits.
///
/// @param allowed any one of these; empty admits all
/// @param downgrades to advise where a call is denied, the best first
public record Models(List<Glob> allowed, List<Downgrade> downgrades) {
  /// All of them, and no advice.
  public static final Models ANY = new Models(List.of(), List.of());

  /// A cheaper model.
  ///
  /// @param provider empty for the call's own
  public record Downgrade(String provider, String model) {}

  public Models {
    allowed = List.copyOf(allowed);
    downgrades = List.copyOf(downgrades);
  }

  public boolean admits(String model) {
    return allowed.isEmpty() || allowed.stream().anyMatch(glob -> glob.matches(model));
  }
}
