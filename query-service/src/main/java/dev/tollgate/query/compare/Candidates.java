package dev.tollgate.query.compare;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.ModelCandidate;
import java.util.HashSet;
import java.util.List;

/// The models that a request names, checked.
public final class Candidates {
  private Candidates() {}

  /// Adds what is wrong with them.
  public static void check(Fields fields, List<ModelCandidate> candidates, int max) {
    fields.count("candidates (size)", candidates.size(), 1, max);
    var seen = new HashSet<ModelCandidate>();
    for (var i = 0; i < Math.min(candidates.size(), max); i++) {
      var field = "candidates[" + i + "]";
      var candidate = candidates.get(i);
      fields.text(field + ".provider", candidate.getProvider(), 1, Fields.DIMENSION_VALUE_MAX);
      fields.text(field + ".model", candidate.getModel(), 1, Fields.DIMENSION_VALUE_MAX);
      fields.text(field + ".region", candidate.getRegion(), 0, Fields.DIMENSION_VALUE_MAX);
      fields.text(
          field + ".service_tier", candidate.getServiceTier(), 0, Fields.DIMENSION_VALUE_MAX);
      if (!seen.add(candidate)) {
        fields.reject(field, "the same as one before it (expected: each once)");
      }
    }
  }
}
