package dev.tollgate.query.saving;

import dev.tollgate.kernel.clickhouse.Row;

/// The calls of one feature to one model: what a finding is about.
record Work(String feature, String provider, String model) {
  static Work read(Row row) {
    return new Work(row.text("feature_name"), row.text("provider_name"), row.text("model_name"));
  }
}
