package dev.tollgate.shared;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// The rules that rows of `golden-rules.csv` are cases of. One test asks for a rule's rows and
/// holds every one of them.
@NullMarked
public enum GoldenRule {
  HOURLY_COST("hourly_cost_increase>30%"),
  RETRY_RATE("retry_rate>5%"),
  TOKEN_INFLATION("token_inflation>25%"),
  SPENT_BY_DAY_20("budget>=85% by day 20"),
  SOFT_LIMIT("soft limit 80% of expected"),
  HARD_LIMIT("hard limit 120% of expected"),
  DAILY_VARIANCE("daily_variance<3%"),
  COST_PER_SUCCESS("cost_per_success<0.005");

  static final String FILE = "golden-rules.csv";

  private final String text;

  GoldenRule(String text) {
    this.text = text;
  }

  /// Its cases; never none.
  public List<Csv.Row> rows() throws IOException {
    var rows = Csv.shared(FILE).stream().filter(this::isOf).toList();
    if (rows.isEmpty()) {
      throw new AssertionError(FILE + ": no case of " + text);
    }
    return rows;
  }

  boolean isOf(Csv.Row row) {
    return row.get("rule").equals(text);
  }
}
