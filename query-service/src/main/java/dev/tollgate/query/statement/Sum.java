package dev.tollgate.query.statement;

/// What can be added up of the ledger's entries, signed: by its name in an answer, and how a row of
/// the rollup and an entry itself say it.
public enum Sum {
  /// In picos.
  COST("cost", "r.cost_picos", "toInt128(r.cost_picos) * r.sign"),
  /// In picos.
  LIST_COST("list_cost", "r.list_cost_picos", "toInt128(r.list_cost_picos) * r.sign"),
  EVENTS("events", "r.events", "toInt64(r.sign)"),
  RETRIES("retries", "r.retries", "toInt64(r.sign) * (r.attempt > 1)"),
  ERRORS(
      "errors",
      "r.errors",
      "toInt64(r.sign) * (r.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))"),
  UNPRICED_EVENTS(
      "unpriced_events",
      "r.unpriced_events",
      "toInt64(r.sign) * (r.charge_status IN"
          + " ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))"),
  INPUT_TOKENS("input_tokens", "r.input_tokens", "r.input_tokens * r.sign"),
  CACHE_READ_TOKENS("cache_read_tokens", "r.cache_read_tokens", "r.cache_read_tokens * r.sign"),
  CACHE_WRITE_TOKENS("cache_write_tokens", "r.cache_write_tokens", "r.cache_write_tokens * r.sign"),
  OUTPUT_TOKENS("output_tokens", "r.output_tokens", "r.output_tokens * r.sign"),
  REASONING_TOKENS("reasoning_tokens", "r.reasoning_tokens", "r.reasoning_tokens * r.sign");

  private final String column;
  private final String inRollup;
  private final String ofEntry;

  Sum(String column, String inRollup, String ofEntry) {
    this.column = column;
    this.inRollup = inRollup;
    this.ofEntry = ofEntry;
  }

  /// Whether it is of a currency.
  public boolean isAmount() {
    return this == COST || this == LIST_COST;
  }

  /// Its name as a column of an answer.
  public String column() {
    return column;
  }

  /// What is added up of each row of the source.
  public String of(LedgerSource source) {
    return switch (source) {
      case ROLLUP -> inRollup;
      case EVENTS -> ofEntry;
    };
  }
}
