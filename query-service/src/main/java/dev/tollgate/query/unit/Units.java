package dev.tollgate.query.unit;

import dev.tollgate.kernel.clickhouse.Row;

/// How many units a group has.
record Units(
    long events,
    long requests,
    long successes,
    long tokens,
    long interactions,
    long sessions,
    long users,
    long features) {
  static final Units NONE = new Units(0, 0, 0, 0, 0, 0, 0, 0);

  static Units read(Row row) {
    return new Units(
        row.integer("events"),
        row.integer("requests"),
        row.integer("successes"),
        row.integer("tokens"),
        row.integer("interactions"),
        row.integer("sessions"),
        row.integer("users"),
        row.integer("features"));
  }
}
