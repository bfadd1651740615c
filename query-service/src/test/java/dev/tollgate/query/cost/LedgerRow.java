package dev.tollgate.query.cost;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// One entry of the ledger as a test makes it up.
@NullMarked
record LedgerRow(
    String tenant,
    String eventId,
    int entrySeq,
    int sign,
    Instant time,
    Map<String, String> dimensions,
    Map<String, String> tags,
    String currency,
    long costPicos,
    String chargeStatus,
    String terminalStatus,
    CostLine.Tokens tokens) {
  /// The value of a dimension or, with the prefix `tags.`, of a tag.
  String value(String dimension) {
    return dimension.startsWith("tags.")
        ? tags.getOrDefault(dimension.substring("tags.".length()), "")
        : dimensions.getOrDefault(dimension, "");
  }
}
