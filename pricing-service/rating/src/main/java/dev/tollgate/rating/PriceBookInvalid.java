package dev.tollgate.rating;

import java.util.List;
import java.util.stream.Collectors;

/// A text that is no price book: everything that is wrong with it.
public final class PriceBookInvalid extends Exception {
  /// How many problems are listed at most.
  public static final int PROBLEMS_MAX = 100;

  /// One thing that is wrong: where, in which field, and the rule that it breaks.
  ///
  /// @param entry the price's id, or the model, or the place in the text
  public record Problem(String entry, String field, String rule) {
    @Override
    public String toString() {
      return entry + ": " + field + ": " + rule;
    }
  }

  private final transient List<Problem> problems;

  PriceBookInvalid(List<Problem> problems) {
    super(
        problems.stream().limit(10).map(Problem::toString).collect(Collectors.joining("; "))
            + (problems.size() > 10 ? "; and " + (problems.size() - 10) + " more" : ""));
    this.problems = List.copyOf(problems);
  }

  /// At least one, at most `PROBLEMS_MAX`.
  public List<Problem> problems() {
    return problems;
  }
}
