package dev.tollgate.quota.check;

import java.time.Instant;
import java.util.List;

/// What a demand gets where the counters stand as given. Checks, explanations and whatever replays
/// them are all decided here.
sealed interface Ruling {
  /// All of it fits.
  record Whole() implements Ruling {}

  /// It fits with that much output, and with no more.
  record Clamped(long outputTokens) implements Ruling {}

  /// No output of use fits.
  record No(Decision.OverLimit denial) implements Ruling {}

  /// Rules on it.
  ///
  /// @param encumbered of each part's counter, earlier slots with it
  static Ruling of(Basis basis, Demand demand, List<Long> encumbered, Instant at) {
    var output = demand.outputWithin(encumbered);
    if (output.isEmpty()) {
      return new No(denial(basis, demand, encumbered, at));
    }
    return output.getAsLong() == demand.check().maxOutputTokens()
        ? new Whole()
        : new Clamped(output.getAsLong());
  }

  /// The denial by the first limit that the whole of it does not fit.
  static Decision.OverLimit denial(Basis basis, Demand demand, List<Long> encumbered, Instant at) {
    for (int i = 0; i < demand.parts().size(); i++) {
      var part = demand.parts().get(i);
      if (!part.claim().fits(encumbered.get(i))) {
        return denial(
            part,
            encumbered.get(i),
            at,
            Advice.of(basis, demand, part.budget(), encumbered).stream().toList());
      }
    }
    throw new IllegalStateException("refused, though everything fits: " + encumbered);
  }

  /// The denial by a limit that it does not fit.
  static Decision.OverLimit denial(Part part, long encumbered, Instant at, List<Advice> advice) {
    var claim = part.claim();
    return new Decision.OverLimit(
        part.budget(),
        part.group(),
        part.limit(),
        encumbered + claim.amount() <= part.hard(),
        Math.max(0, claim.limit() - encumbered),
        claim.amount(),
        at,
        part.resetMillis(),
        advice);
  }
}
