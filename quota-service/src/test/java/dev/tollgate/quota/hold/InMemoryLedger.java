package dev.tollgate.quota.hold;

import dev.tollgate.quota.hold.Applied.Effect;
import dev.tollgate.quota.hold.InMemoryRecord.State;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.NullMarked;

/// What entries of the ledger do to one tenant's part of the model's store.
@NullMarked
record InMemoryLedger(InMemoryState state, Instant now) {
  private interface Amount {
    long of(InMemoryRecord record, Counter counter);
  }

  Effect apply(LedgerEntry entry) {
    var effect =
        switch (entry) {
          case LedgerEntry.Actual actual -> applyActual(actual);
          case LedgerEntry.Unpriced unpriced -> applyUnpriced(unpriced);
          case LedgerEntry.GiveBack giveBack -> applyGiveBack(giveBack.reservation());
          case LedgerEntry.Bypass bypass -> Effect.APPLIED;
          case LedgerEntry.Unknown unknown -> Effect.UNKNOWN;
        };
    var all = true;
    for (var debit : entry.debits()) {
      all &= state.debit(debit, now);
    }
    return all || effect != Effect.APPLIED ? effect : Effect.GROUPLESS;
  }

  private Effect applyActual(LedgerEntry.Actual entry) {
    var spend = entry.spend();
    return overrule(
        entry.reservation(),
        record -> spend.costNanos(),
        (record, c) -> c.unit().of(spend),
        unit -> true);
  }

  private Effect applyUnpriced(LedgerEntry.Unpriced entry) {
    var held = entry.reservation().terms().held();
    var tokensKnown = entry.inputTokens() + entry.outputTokens() > 0;
    var spend =
        tokensKnown ? new Spend(held.costNanos(), entry.inputTokens(), entry.outputTokens()) : held;
    return overrule(
        entry.reservation(),
        record -> record.answer != null ? record.answer : held.costNanos(),
        (record, counter) -> {
          var amount = counter.unit().of(spend);
          var told = tokensKnown && !counter.unit().isCost();
          if (told || counter.unit() == CounterUnit.REQUESTS) {
            return amount;
          }
          var standing = record.state == State.SETTLED ? record.contributed : record.held;
          return standing.getOrDefault(counter.name(), amount);
        },
        unit -> unit == CounterUnit.REQUESTS || (tokensKnown && !unit.isCost()));
  }

  private Effect overrule(
      Reservation reservation,
      ToLongFunction<InMemoryRecord> answer,
      Amount amount,
      Predicate<CounterUnit> known) {
    var record = state.records.get(reservation.id().text());
    if (record == null) {
      if (state.isLife(reservation.epoch())) {
        return Effect.UNKNOWN;
      }
      record =
          InMemoryRecord.blank(reservation.checkTime(), reservation.expireTime(), State.GIVEN_BACK);
      state.records.put(reservation.id().text(), record);
    } else if (!record.isOf(reservation)) {
      return Effect.UNKNOWN;
    } else if (record.state == State.SETTLED_BY_LEDGER) {
      for (var counter : reservation.counters()) {
        if (known.test(counter.unit())) {
          state.add(counter, amount.of(record, counter));
        }
      }
      return Effect.APPLIED;
    }
    var subject = record;
    var charged = answer.applyAsLong(record);
    state.contribute(
        record, InMemoryHolds.amounts(reservation, counter -> amount.of(subject, counter)));
    record.state = State.SETTLED_BY_LEDGER;
    record.answer = charged;
    return Effect.APPLIED;
  }

  private Effect applyGiveBack(Reservation reservation) {
    var record = state.records.get(reservation.id().text());
    if (record == null || !record.isOf(reservation)) {
      return Effect.UNKNOWN;
    }
    if (record.state != State.HELD || !record.expireTime.isAfter(now)) {
      return Effect.SKIPPED;
    }
    state.contribute(record, Map.of());
    record.state = State.GIVEN_BACK;
    return Effect.APPLIED;
  }
}
