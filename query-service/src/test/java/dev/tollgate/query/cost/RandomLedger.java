package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// Makes up ledgers that are hard to add up: signed entries, huge amounts, several currencies,
/// times at the edges of quarters and around a change of the clocks, values that look like SQL.
@NullMarked
final class RandomLedger {
  private static final List<String> VALUES =
      List.of(
          "",
          "a",
          "b",
          "' OR 1 = 1 --",
          "back\\slash\\",
          "semi;colon",
          "ünïcödé 😀",
          "{tenant:String}");
  private static final List<String> STATUSES =
      List.of(
          "PRICED",
          "PRICED",
          "PRICED_ZERO",
          "UNPRICED_MODEL",
          "UNPRICED_BUCKET",
          "USAGE_MISSING",
          "USAGE_INVALID",
          "ESTIMATED",
          "PROVIDER_REPORTED");
  private static final List<String> ENDS =
      List.of("SUCCESS", "SUCCESS", "ERROR", "TIMEOUT", "CANCELLED", "RATE_LIMITED");

  private final RandomGenerator random;
  private final Instant middle;
  private final Duration span;

  RandomLedger(RandomGenerator random, Instant middle, Duration span) {
    this.random = random;
    this.middle = middle;
    this.span = span;
  }

  List<LedgerRow> rows(String tenant, int count) {
    var rows = new ArrayList<LedgerRow>();
    for (var i = 0; i < count; i++) {
      var charge = charge(tenant, "e" + i);
      rows.add(charge);
      if (random.nextInt(10) == 0) {
        rows.add(again(charge, 1, -1));
        rows.add(again(charge, 2, 1));
      }
    }
    return rows;
  }

  /// An instant within the span around the middle; often at the edge of a quarter of an hour.
  Instant time() {
    var half = span.toMillis() / 2;
    var at = middle.plusMillis(random.nextLong(-half, half));
    var quarter = Scope.SLOT.toMillis();
    var edge = Instant.ofEpochMilli(Math.floorDiv(at.toEpochMilli(), quarter) * quarter);
    return switch (random.nextInt(4)) {
      case 0 -> edge;
      case 1 -> edge.minusMillis(1);
      default -> at;
    };
  }

  String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private LedgerRow charge(String tenant, String id) {
    var dimensions = new HashMap<String, String>();
    for (var name : Dimension.names()) {
      if (random.nextInt(3) > 0) {
        dimensions.put(name, value());
      }
    }
    Map<String, String> tags = random.nextBoolean() ? Map.of() : Map.of("k", value(), "l'", "x");
    var status = STATUSES.get(random.nextInt(STATUSES.size()));
    return new LedgerRow(
        tenant,
        id,
        0,
        1,
        time(),
        dimensions,
        tags,
        random.nextInt(4) == 0 ? "EUR" : "USD",
        cost(status),
        cost(status),
        status,
        ENDS.get(random.nextInt(ENDS.size())),
        tokens(),
        attempt());
  }

  /* Two of the largest already wrap 64 bits. */
  private long cost(String status) {
    if (!status.equals("PRICED")) {
      return 0;
    }
    return switch (random.nextInt(20)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> 0;
      default -> random.nextLong(1_000_000_000_000L);
    };
  }

  private LedgerRow again(LedgerRow row, int entrySeq, int sign) {
    return new LedgerRow(
        row.tenant(),
        row.eventId(),
        entrySeq,
        sign,
        row.time(),
        row.dimensions(),
        row.tags(),
        row.currency(),
        sign < 0 ? row.costPicos() : cost(row.chargeStatus()),
        row.listCostPicos(),
        row.chargeStatus(),
        row.terminalStatus(),
        row.tokens(),
        row.attempt());
  }

  private LedgerRow.Attempt attempt() {
    Map<String, Long> usage =
        random.nextBoolean()
            ? Map.of("input", random.nextLong(1, 1_000_000_000_000L), "request", 1L)
            : Map.of("output", random.nextLong(1, 1_000));
    var latency = random.nextInt(4) == 0 ? 0 : (int) Math.exp(random.nextDouble() * 12);
    return new LedgerRow.Attempt(random.nextInt(4), latency, latency / 3, usage);
  }

  private LedgerRow.Tokens tokens() {
    var read = random.nextLong(1_000);
    var write = random.nextLong(1_000);
    var reasoning = random.nextLong(1_000);
    return new LedgerRow.Tokens(
        read + write + random.nextLong(1_000_000_000_000L),
        read,
        write,
        reasoning + random.nextLong(100_000),
        reasoning);
  }
}
