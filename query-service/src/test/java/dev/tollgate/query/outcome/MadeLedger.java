package dev.tollgate.query.outcome;

import dev.tollgate.query.cost.TestLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// Makes up events that share sessions, interactions, traces and logical requests, and outcomes of
/// these that come late, supersede each other in chains and forks, and are about what is not there.
@NullMarked
public final class MadeLedger {
  public static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final Duration SPAN = Duration.ofDays(20);

  private static final List<String> VALUES = List.of("", "a", "b", "' OR 1 = 1 --", "ünï\\");
  private static final List<String> STATUSES =
      List.of("PRICED", "PRICED", "PRICED", "PRICED_ZERO", "UNPRICED_MODEL", "USAGE_MISSING");
  private static final List<String> ENDS =
      List.of("SUCCESS", "SUCCESS", "SUCCESS", "ERROR", "TIMEOUT", "CANCELLED");
  private static final List<String> REFERENCES =
      List.of("session", "interaction", "trace", "request");

  private final RandomGenerator random;
  private final String tenant;

  public MadeLedger(RandomGenerator random, String tenant) {
    this.random = random;
    this.tenant = tenant;
  }

  /// A time in the span; often one that others have too.
  public Instant time() {
    var at = START.plusMillis(random.nextLong(SPAN.toMillis()));
    return switch (random.nextInt(4)) {
      case 0 -> Instant.ofEpochSecond(at.getEpochSecond() / 86_400 * 86_400);
      case 1 -> Instant.ofEpochSecond(at.getEpochSecond() / 43_200 * 43_200).minusMillis(1);
      default -> at;
    };
  }

  public List<Entry> entries(int events) {
    var entries = new ArrayList<Entry>();
    for (var i = 0; i < events; i++) {
      var charge = charge("e" + i);
      entries.add(charge);
      if (random.nextInt(6) == 0) {
        entries.addAll(corrections(charge));
      }
    }
    return entries;
  }

  private Entry charge(String id) {
    var dimensions = new HashMap<String, String>();
    for (var name : List.of("feature", "model", "team", "customer_tier")) {
      dimensions.put(name, value());
    }
    for (var name : REFERENCES) {
      dimensions.put(name, reference(name));
    }
    dimensions.put("user", random.nextInt(5) == 0 ? "" : "u" + random.nextInt(12));
    var time = time();
    var logical = random.nextInt(5) == 0 ? "" : "l" + random.nextInt(120);
    var status = STATUSES.get(random.nextInt(STATUSES.size()));
    return new Entry(
        tenant,
        id,
        0,
        time,
        Instant.EPOCH,
        later(time),
        dimensions,
        random.nextInt(4) == 0 ? "EUR" : "USD",
        cost(status),
        status,
        ENDS.get(random.nextInt(ENDS.size())),
        logical,
        random.nextInt(4),
        random.nextLong(1_000),
        random.nextLong(1_000));
  }

  /* Of closed periods they count later, and say when the event was. */
  private List<Entry> corrections(Entry charge) {
    var counts = random.nextInt(3) == 0 ? later(charge.time()) : charge.time();
    var origin = counts.equals(charge.time()) ? Instant.EPOCH : charge.time();
    var received = later(charge.received());
    var reversal =
        again(charge, 1, counts, origin, received, charge.costPicos(), charge.value("feature"));
    var feature = random.nextInt(3) == 0 ? value() : charge.value("feature");
    return List.of(
        reversal, again(charge, 2, counts, origin, received, cost(charge.chargeStatus()), feature));
  }

  private static Entry again(
      Entry charge,
      int seq,
      Instant time,
      Instant origin,
      Instant received,
      long cost,
      String feature) {
    var dimensions = new HashMap<>(charge.dimensions());
    dimensions.put("feature", feature);
    return new Entry(
        charge.tenant(),
        charge.eventId(),
        seq,
        time,
        origin,
        received,
        dimensions,
        charge.currency(),
        cost,
        charge.chargeStatus(),
        charge.terminalStatus(),
        charge.logicalRequest(),
        charge.attempt(),
        charge.inputTokens(),
        charge.outputTokens());
  }

  public List<Said> outcomes(int count) {
    var outcomes = new ArrayList<Said>();
    for (var i = 0; i < count; i++) {
      // Often one that others supersede, too.
      var many = random.nextBoolean() ? 20 : count + 5;
      var supersedes = random.nextInt(3) == 0 ? "o" + random.nextInt(many) : "";
      outcomes.add(
          new Said(
              tenant,
              "o" + i,
              time(),
              later(time()),
              random.nextInt(3) == 0 ? "converted" : "resolved",
              result(supersedes),
              supersedes.equals("o" + i) ? "" : supersedes,
              about(),
              random.nextInt(5) == 0 ? "" : random.nextInt(4) == 0 ? "EUR" : "USD",
              random.nextLong(1_000_000_000_000L)));
    }
    return outcomes;
  }

  private String result(String supersedes) {
    return switch (random.nextInt(5)) {
      case 0, 1, 2 -> "SUCCESS";
      case 3 -> "FAILURE";
      default -> supersedes.isEmpty() ? "FAILURE" : "REVERSED";
    };
  }

  private Map<String, String> about() {
    var about = new HashMap<String, String>();
    while (about.isEmpty()) {
      for (var name : REFERENCES) {
        var id = reference(name);
        if (random.nextInt(3) == 0 && !id.isEmpty()) {
          about.put(name, id);
        }
      }
    }
    return about;
  }

  private String reference(String name) {
    var many = name.equals("request") ? 200 : 60;
    return random.nextInt(4) == 0 ? "" : name + random.nextInt(many);
  }

  public String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  /* Two of the largest already wrap 64 bits. */
  private long cost(String status) {
    if (!status.equals("PRICED")) {
      return 0;
    }
    return random.nextInt(20) == 0 ? Long.MAX_VALUE : random.nextLong(1_000_000_000_000L);
  }

  private Instant later(Instant time) {
    return time.plusMillis(random.nextLong(Duration.ofDays(6).toMillis()));
  }

  public static void fill(TestLedger ledger, List<Entry> entries, List<Said> outcomes)
      throws Exception {
    ledger.insert("usage_events", entries.stream().map(Entry::row).toList());
    ledger.insert("outcomes", outcomes.stream().map(Said::row).toList());
  }
}
