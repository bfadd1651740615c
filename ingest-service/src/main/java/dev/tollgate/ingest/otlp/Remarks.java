package dev.tollgate.ingest.otlp;

import java.util.function.Supplier;

/// Takes what a sender should know of how one of its records was read.
interface Remarks {
  /// The text is made only where there is room for it: an export may be wrong ten thousand times.
  void add(Supplier<String> remark);
}
