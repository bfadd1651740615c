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
  private static final String BYPASS = "B";
  private static final String NOTHING = "N";

  private final Keys names;
  private final KeyIndex keys = new KeyIndex();
  private final List<byte[]> arguments = new ArrayList<>();
  private final Packer packer = new Packer();
  private final RedisClock clock;

  LedgerRun(
      String tenant, String logId, long policyVersion, List<LedgerEntry> run, RedisClock clock) {
    this.clock = clock;
    names = new Keys(tenant);
    keys.of(names.positions());
    keys.of(names.openHolds());
    keys.of(names.head());
    keys.of(names.seeded());
    argument(logId);
    argument(Long.toString(run.getLast().position()));
    argument(Long.toString(lastRow(run)));
    argument(Long.toString(policyVersion));
    run.forEach(entry -> arguments.add(pack(entry)));
  }

  private static long lastRow(List<LedgerEntry> run) {
    return run.stream()
        .filter(LedgerEntry::hasRow)
        .mapToLong(LedgerEntry::position)
        .max()
        .orElse(0);
  }

  private void argument(String text) {
    arguments.add(text.getBytes(StandardCharsets.UTF_8));
  }

  List<byte[]> keys() {
    return keys.all();
  }

  List<byte[]> arguments() {
    return arguments;
  }

  private byte[] pack(LedgerEntry entry) {
    switch (entry) {
      case LedgerEntry.Actual(var position, var reservation, var spend, var debits) -> {
        packer.array(14).integer(position).text(ACTUAL);
        debits(debits);
        settlement(reservation, spend, unit -> true);
      }
      case LedgerEntry.Unpriced unpriced -> {
        packer.array(14).integer(unpriced.position()).text(ACTUAL);
        debits(unpriced.debits());
        settlement(unpriced.reservation(), unpriced.spend(), unpriced::tells);
      }
      case LedgerEntry.GiveBack(var position, var reservation) -> {
        packer.array(14).integer(position).text(GIVE_BACK);
        debits(List.of());
        settlement(reservation, Spend.NOTHING, unit -> true);
      }
      case LedgerEntry.Bypass(var position, var debits) -> {
        packer.array(3).integer(position).text(BYPASS);
        debits(debits);
      }
      case LedgerEntry.Unknown(var position) -> {
        packer.array(3).integer(position).text(NOTHING);
        debits(List.of());
      }
    }
    return packer.take();
  }

  private void debits(List<Debit> debits) {
    packer.array(debits.size());
    for (var debit : debits) {
      var first = debit.first();
      packer.array(5).text(first.budgetId());
      packer.integer(debit.groupsMax() == 0 ? 0 : keys.of(names.groups(first)));
      packer.integer(debit.groupsMax()).integer(Retention.counter(first));
      packer.array(2 * debit.amounts().size());
      debit
          .amounts()
          .forEach(
              (counter, amount) -> packer.integer(keys.of(names.counter(counter))).integer(amount));
    }
  }

  private void settlement(Reservation reservation, Spend spend, Predicate<CounterUnit> known) {
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
  }
}
