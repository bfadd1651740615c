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
    long listCostPicos,
    String chargeStatus,
    String terminalStatus,
    Tokens tokens,
    Attempt attempt) {
  /// Tokens by kind; the later ones of input and output are parts of these.
  record Tokens(long input, long cacheRead, long cacheWrite, long output, long reasoning) {}

  /// How the call went.
  record Attempt(int number, int latencyMillis, int firstTokenMillis, Map<String, Long> usage) {
    static final Attempt FIRST = new Attempt(1, 0, 0, Map.of());
  }

  /// The value of a dimension or, with the prefix `tags.`, of a tag.
  String value(String dimension) {
    return dimension.startsWith("tags.")
        ? tags.getOrDefault(dimension.substring("tags.".length()), "")
        : dimensions.getOrDefault(dimension, "");
  }

  /// A call that went well.
  static LedgerRow call(
      String tenant,
      String id,
      Instant time,
      Map<String, String> dimensions,
      String currency,
      long costPicos) {
    return new LedgerRow(
        tenant,
        id,
        0,
        1,
        time,
        dimensions,
        Map.of(),
        currency,
        costPicos,
        costPicos,
        "PRICED",
        "SUCCESS",
        new Tokens(1, 0, 0, 1, 0),
        Attempt.FIRST);
  }

  /// The same of another event, with amounts of another currency.
  LedgerRow as(String otherId, String otherCurrency) {
    return new LedgerRow(
        tenant,
        otherId,
        entrySeq,
        sign,
        time,
        dimensions,
        tags,
        otherCurrency,
        costPicos,
        listCostPicos,
        chargeStatus,
        terminalStatus,
        tokens,
        attempt);
  }

  /// Whether it is a call, and not a correction of one.
  boolean isCharge() {
    return entrySeq == 0;
  }
}
