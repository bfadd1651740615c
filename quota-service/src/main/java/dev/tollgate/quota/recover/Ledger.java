package dev.tollgate.quota.recover;

import dev.tollgate.quota.hold.Counter;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/// What is written down for good of what was spent under reservations. Calls block; safe for
/// concurrent use. Failures are those of `ClickHouse`.
interface Ledger {
  /// How far each log is stored: everything up to there is, and nothing else will come below.
  Map<String, Long> positions(String tenant);

  /// Sums of the calls whose cost is known.
  void lines(LedgerQuestion question, Consumer<LedgerLine> consumer);

  /// The calls whose cost is not known.
  void unknown(LedgerQuestion question, Consumer<LedgerCall> consumer);

  /// The calls, whether their cost is known or not.
  void calls(LedgerQuestion question, Consumer<LedgerCall> consumer);

  /// What is charged for holds that expired, checked since then, of which no call is in the ledger
  /// up to those positions.
  Map<Counter, Long> lapsed(String tenant, Instant since, Map<String, Long> through);
}
