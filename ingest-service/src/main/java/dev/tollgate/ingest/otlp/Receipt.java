package dev.tollgate.ingest.otlp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What an exporter hears of an export: how many records were rejected, and what it should know.
///
/// @param message empty where there is nothing to know; a message without rejected records is a
///   warning
record Receipt(long rejected, String message) {
  private static final int SHOWN_MAX = 5;
  private static final int SHOWN_CHARACTERS_MAX = 400;

  /// Collects what is to be said of single records. Not safe for concurrent use.
  static final class Builder {
    private final List<String> said = new ArrayList<>();
    private long rejected;
    private long unsaid;

    void reject(Observed record, String reason) {
      rejected++;
      remark(record, () -> "rejected: " + reason);
    }

    void remark(Observed record, Supplier<String> remark) {
      if (said.size() < SHOWN_MAX) {
        said.add(record.shown() + ": " + Texts.fit(remark.get(), SHOWN_CHARACTERS_MAX));
      } else {
        unsaid++;
      }
    }

    Receipt build() {
      var all = String.join("; ", said);
      return new Receipt(rejected, unsaid == 0 ? all : all + "; and " + unsaid + " more");
    }
  }
}
