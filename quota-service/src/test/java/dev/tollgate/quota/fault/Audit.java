package dev.tollgate.quota.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.quota.fault.Share.Kind;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.TestRecords;
import dev.tollgate.quota.hold.TestRecords.Contribution;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Compares one tenant's counters, records and charges with what its callers wrote down.
final class Audit {
  static final List<String> BUDGETS = List.of("money", "tokens", "calls");
  private static final int SHOWN_MAX = 10;

  private final String tenant;
  private final boolean lost;
  private final List<Call> calls;
  private final RedisCommands<String, String> redis;
  private final Map<String, Contribution> records;
  private final Set<String> charges;
  private final List<Share> shares = new ArrayList<>();

  /// @param lost whether the store forgot the tenant once
  Audit(String tenant, boolean lost, List<Call> calls, RedisClient client, ClickHouse clickHouse) {
    this.tenant = tenant;
    this.lost = lost;
    this.calls = calls;
    redis = client.connect().sync();
    records = TestRecords.of(client, tenant, calls.stream().map(call -> call.id).toList());
    charges = charges(clickHouse, tenant);
    calls.forEach(call -> shares.add(lost ? shareOfLost(call) : share(call)));
  }

  private static Set<String> charges(ClickHouse clickHouse, String tenant) {
    var ids = new HashSet<String>();
    clickHouse.query(
        "SELECT reservation_id FROM control_hold_charges WHERE tenant_id = {tenant:String}",
        Map.of("tenant", tenant),
        row -> ids.add(row.text("reservation_id")));
    return ids;
  }

  private boolean isCharge(Call call) {
    return charges.contains(ReservationId.of(tenant, call.id).text());
  }

  /* What has no answer is looked up: the record is what the store made of it. */
  private Share share(Call call) {
    if (call.reported || (call.end == Call.End.SETTLED && call.endAnswered)) {
      return new Share(call, Kind.SETTLED, true, call.used);
    }
    if (call.end == Call.End.RELEASED && call.endAnswered) {
      return Share.nothing(call);
    }
    if (call.isGranted() && call.end == Call.End.NONE) {
      return new Share(call, Kind.CHARGED_EXPIRY, true, call.held);
    }
    var record = records.get(call.id);
    if (record == null || record.state().equals("R")) {
      return Share.nothing(call);
    }
    return record.state().equals("C")
        ? new Share(call, Kind.CHARGED_EXPIRY, true, call.held)
        : new Share(call, Kind.SETTLED, true, call.used);
  }

  /* What no ledger knows is lost with the store, unless it is told to the next one: so a call that
  was settled and not reported may be missing, and a hold that nobody ends unless its charge was
  written down before. A charge that was written down and used after all may count beside it. */
  private Share shareOfLost(Call call) {
    if (call.reported) {
      var both =
          new Spend(
              call.used.costNanos() + call.held.costNanos(),
              call.used.inputTokens() + call.held.inputTokens(),
              call.used.outputTokens() + call.held.outputTokens());
      return isCharge(call)
          ? new Share(call, Kind.SETTLED, false, both)
          : new Share(call, Kind.SETTLED, true, call.used);
    }
    if (call.end == Call.End.RELEASED && call.endAnswered && !isCharge(call)) {
      return Share.nothing(call);
    }
    if (call.end == Call.End.SETTLED) {
      return new Share(call, Kind.SETTLED, false, isCharge(call) ? call.held : call.used);
    }
    return call.isGranted() || call.uncertain
        ? new Share(call, Kind.CHARGED_EXPIRY, false, call.held)
        : Share.nothing(call);
  }

  /// Fails where anything differs.
  void check() {
    assertThat(redis.zcard(key("x"))).as("open holds of %s", tenant).isZero();
    assertThat(redis.zcard(key("c"))).as("charges not written down of %s", tenant).isZero();
    for (var budget : BUDGETS) {
      var least = shares.stream().mapToLong(share -> share.atLeast(budget)).sum();
      var most = shares.stream().mapToLong(share -> share.atMost(budget)).sum();
      assertThat(encumbered(budget))
          .as("%s of %s (differing: %s)", budget, tenant, differing())
          .isBetween(least, most);
    }
    if (!lost) {
      assertThat(differing()).as("calls of %s unlike their records", tenant).isEmpty();
      assertThat(chargesWithoutCall()).as("charges of %s without a call", tenant).isEmpty();
      assertThat(callsWithoutCharge()).as("expiries of %s not written down", tenant).isEmpty();
    }
  }

  private String key(String rest) {
    return "{" + tenant + "}:" + rest;
  }

  /// What the budget's counters stand at together.
  long encumbered(String budget) {
    return redis.keys(key("b:" + budget + ":*")).stream()
        .mapToLong(key -> Long.parseLong(String.valueOf(redis.get(key))))
        .sum();
  }

  /// The beginnings of the windows that have counters.
  List<Long> windows(String budget) {
    return redis.keys(key("b:" + budget + ":*")).stream()
        .map(key -> Long.valueOf(key.substring(key.lastIndexOf(':') + 1)))
        .toList();
  }

  private List<String> differing() {
    var differing = new ArrayList<String>();
    for (var share : shares) {
      var record = records.get(share.call().id);
      for (var budget : BUDGETS) {
        var stored = record == null ? 0 : record.amounts().getOrDefault(budget, 0L);
        if (stored != share.atMost(budget) && differing.size() < SHOWN_MAX) {
          differing.add(
              "%s %s: %s %d, record %s"
                  .formatted(share.call().id, budget, share.kind(), share.atMost(budget), record));
        }
      }
    }
    return differing;
  }

  private List<String> chargesWithoutCall() {
    var known = new HashSet<String>();
    calls.stream()
        .filter(call -> call.isGranted() || call.uncertain)
        .forEach(call -> known.add(ReservationId.of(tenant, call.id).text()));
    return charges.stream().filter(id -> !known.contains(id)).toList();
  }

  private List<String> callsWithoutCharge() {
    return shares.stream()
        .filter(share -> share.kind() == Kind.CHARGED_EXPIRY && !isCharge(share.call()))
        .map(share -> share.call().id)
        .toList();
  }

  /// The most of money that was certainly granted at any instant, by the callers' books alone: from
  /// the answer on the hold, from when its end was sent on no less than what was used.
  long grantedAtMost() {
    record Move(long at, long by) {}
    var moves = new ArrayList<Move>();
    for (var share : shares) {
      var call = share.call();
      if (call.isGranted()) {
        moves.add(new Move(call.granted, call.held.costNanos()));
        if (call.end != Call.End.NONE) {
          var used = call.end == Call.End.SETTLED ? call.used.costNanos() : 0;
          moves.add(new Move(call.ended, used - call.held.costNanos()));
        } else if (share.kind() == Kind.SETTLED) {
          moves.add(new Move(call.granted, call.used.costNanos() - call.held.costNanos()));
        }
      }
    }
    moves.sort(Comparator.comparingLong(Move::at));
    var sum = 0L;
    var most = 0L;
    for (var move : moves) {
      sum += move.by();
      most = Math.max(most, sum);
    }
    return most;
  }

  /// Calls of one kind, for the log.
  long count(Kind kind) {
    return shares.stream().filter(share -> share.kind() == kind).count();
  }

  /// Calls whose outcome only the store could tell.
  List<String> unknown() {
    return shares.stream()
        .filter(share ->
            (!share.call().isGranted() && share.call().uncertain)
                || (share.call().end != Call.End.NONE && !share.call().endAnswered))
        .map(share -> share.call().id + "=" + share.kind())
        .toList();
  }

  /// Writes down what every call is charged.
  void write(Path file) throws IOException {
    var lines = new ArrayList<String>();
    lines.add("request_id,reservation_id,kind,certain,nanos,tokens");
    for (var share : shares) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%s,%d,%d",
              share.call().id,
              ReservationId.of(tenant, share.call().id).text(),
              share.kind(),
              share.surely(),
              share.atMost("money"),
              share.atMost("tokens")));
    }
    Files.write(file, lines);
  }
}
