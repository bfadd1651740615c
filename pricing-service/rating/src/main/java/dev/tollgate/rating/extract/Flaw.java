package dev.tollgate.rating.extract;

/// One thing that is wrong with a usage body: the field, its value with what was expected, and
/// whether the usage can be used nevertheless.
///
/// @param field the path in the body, such as `usage.prompt_tokens`
/// @param rule the value and the rule that it breaks
public record Flaw(Kind kind, String field, String rule) {
  /// Whether a usage with a flaw can be used.
  public enum Kind {
    /// No buckets can be had from the body: the usage is missing.
    UNUSABLE,
    /// There are buckets, but the body contradicts itself or leaves open how it divides.
    DOUBTFUL
  }

  static Flaw unusable(String field, String rule) {
    return new Flaw(Kind.UNUSABLE, field, rule);
  }

  static Flaw doubtful(String field, String rule) {
    return new Flaw(Kind.DOUBTFUL, field, rule);
  }

  @Override
  public String toString() {
    return field + ": " + rule;
  }
}
