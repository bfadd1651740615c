package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A run of the ledger on its way to apply.lua, which says what stands where.
final class LedgerRun {
  private static final String ACTUAL = "A";
  private static final String GIVE_BACK = "G";
  private static final String NOTHING = "N";

  private final Keys names;
  private final KeyIndex keys = new KeyIndex();
  private final List<byte[]> arguments = new ArrayList<>();
  private final Packer packer = new Packer();
  private final RedisClock clock;

  LedgerRun(String tenant, String logId, List<LedgerEntry> run, RedisClock clock) {
    this.clock = clock;
    names = new Keys(tenant);
    keys.of(names.position(logId));
    keys.of(names.openHolds());
    keys.of(names.head());
    var last = Long.toString(run.getLast().position());
    arguments.add(last.getBytes(StandardCharsets.US_ASCII));
    run.forEach(entry -> arguments.add(pack(entry)));
  }

  List<byte[]> keys() {
    return keys.all();
  }

  List<byte[]> arguments() {
    return arguments;
  }

  private byte[] pack(LedgerEntry entry) {
    return switch (entry) {
      case LedgerEntry.Actual(var position, var reservation, var spend) ->
          pack(position, ACTUAL, reservation, spend, unit -> true);
      case LedgerEntry.Unpriced unpriced ->
          pack(
              unpriced.position(),
              ACTUAL,
              unpriced.reservation(),
              unpriced.spend(),
              unpriced::tells);
      case LedgerEntry.GiveBack(var position, var reservation) ->
          pack(position, GIVE_BACK, reservation, Spend.NOTHING, unit -> true);
      case LedgerEntry.Unknown(var position) ->
          packer.array(2).integer(position).text(NOTHING).take();
    };
  }

  private byte[] pack(
      long position,
      String verb,
      Reservation reservation,
      Spend spend,
      Predicate<CounterUnit> known) {
    packer.array(13).integer(position).text(verb);
    packer.integer(keys.of(names.record(reservation.id())));
    packer.text(reservation.id().text()).text(reservation.epoch());
    packer.integer(reservation.checkTime().toEpochMilli());
    packer.integer(reservation.expireTime().toEpochMilli());
    packer.text(Long.toString(spend.costNanos())).bool(known.test(CounterUnit.COST_NANOS));
    packer.integer(Retention.closed(clock.now(), reservation.expireTime()));
    var counters = reservation.counters();
    packer.array(counters.size());
    counters.forEach(counter -> packer.integer(counter.unit().of(spend)));
    packer.array(counters.size());
    counters.forEach(counter -> packer.bool(known.test(counter.unit())));
    packer.array(2 * counters.size());
    for (var counter : counters) {
      packer.integer(keys.of(names.counter(counter))).integer(Retention.counter(counter));
    }
    return packer.take();
  }
}
