package dev.tollgate.load.ingest;

import java.util.List;
import java.util.Locale;

/// What is measured in every round, in this order.
enum IngestScenario {
  RAW_10K_1(10_000, 1),
  RAW_10K_2(10_000, 2),
  RAW_50K_1(50_000, 1),
  RAW_50K_2(50_000, 2),
  /// The whole path, but for settlement.
  EVENTS(0, 0),
  SETTLED(0, 0);

  static final List<IngestScenario> RAW = List.of(RAW_10K_1, RAW_10K_2, RAW_50K_1, RAW_50K_2);

  /// Of one insert; 0 where there is a service that decides.
  final int batchRows;

  final int writers;

  IngestScenario(int batchRows, int writers) {
    this.batchRows = batchRows;
    this.writers = writers;
  }

  /// Whether it is of the whole path, and not of ClickHouse alone.
  boolean isWhole() {
    return writers == 0;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
