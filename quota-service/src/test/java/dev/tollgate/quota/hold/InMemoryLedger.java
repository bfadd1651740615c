package dev.tollgate.quota.hold;

import dev.tollgate.quota.hold.Applied.Effect;
import dev.tollgate.quota.hold.InMemoryRecord.State;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.NullMarked;

/// What entries of the ledger do to one tenant's part of the model's store.
@NullMarked
record InMemoryLedger(InMemoryState state, Instant now) {
  private interface Amount {
    long of(InMemoryRecord record, Counter counter);
  }

  /// Whether it would charge what the store forgot.
  boolean isLost(LedgerEntry entry, long position) {
    var charged =
        switch (entry) {
          case LedgerEntry.Actual actual -> Optional.of(actual.reservation());
          case LedgerEntry.Unpriced unpriced -> Optional.of(unpriced.reservation());
          case LedgerEntry.GiveBack giveBack -> Optional.<Reservation>empty();
          case LedgerEntry.Unknown unknown -> Optional.<Reservation>empty();
        };
    return entry.position() > position
        && charged
            .filter(reservation -> !state.records.containsKey(reservation.id().text()))
            .filter(reservation -> !state.isLife(reservation.epoch()))
            .isPresent();
  }

  Effect apply(LedgerEntry entry) {
    return switch (entry) {
      case LedgerEntry.Actual actual -> applyActual(actual);
      case LedgerEntry.Unpriced unpriced -> applyUnpriced(unpriced);
      case LedgerEntry.GiveBack giveBack -> applyGiveBack(giveBack.reservation());
      case LedgerEntry.Unknown unknown -> Effect.UNKNOWN;
    };
  }

  private Effect applyActual(LedgerEntry.Actual entry) {
    var spend = entry.spend();
    return overrule(
        entry.reservation(), record -> spend.costNanos(), (record, c) -> c.unit().of(spend));
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
        });
  }

  private Effect overrule(
      Reservation reservation, ToLongFunction<InMemoryRecord> answer, Amount amount) {
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
      return Effect.SKIPPED;
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
