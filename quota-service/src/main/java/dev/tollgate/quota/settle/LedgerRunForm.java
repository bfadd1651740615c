package dev.tollgate.quota.settle;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Debit;
import dev.tollgate.quota.hold.LedgerEntry;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import java.util.List;
import java.util.Set;

/// Reads settlements, valid ones, as what they do to counters by a policy.
record LedgerRunForm(Tokens tokens, String tenant, Policy policy) {
  List<LedgerEntry> read(List<Settlement> settlements) {
    return settlements.stream().map(this::entry).toList();
  }

  private LedgerEntry entry(Settlement settlement) {
    var position = settlement.getPosition();
    var reservation = tokens.open(tenant, settlement.getReservationId());
    if (settlement.hasGiveBack()) {
      return reservation
          .<LedgerEntry>map(known -> new LedgerEntry.GiveBack(position, known))
          .orElseGet(() -> new LedgerEntry.Unknown(position));
    }
    return reservation.map(known -> settled(settlement, known)).orElseGet(() -> bypass(settlement));
  }

  /* A cost in another currency than the budgets count says nothing about them. */
  private LedgerEntry settled(Settlement settlement, Reservation reservation) {
    var position = settlement.getPosition();
    var actual = settlement.getActual();
    var currency = reservation.terms().currency();
    if (!actual.getUnpriced() && actual.getCurrencyCode().equals(currency)) {
      var spend = spend(settlement);
      return new LedgerEntry.Actual(
          position, reservation, spend, besides(settlement, reservation, spend));
    }
    var told = spend(settlement);
    var unpriced =
        new LedgerEntry.Unpriced(position, reservation, told.inputTokens(), told.outputTokens());
    return new LedgerEntry.Unpriced(
        position,
        reservation,
        told.inputTokens(),
        told.outputTokens(),
        besides(settlement, reservation, unpriced.spend()));
  }

  /* Budgets that began to count after the check. */
  private List<Debit> besides(Settlement settlement, Reservation reservation, Spend spend) {
    return settlement.hasDimensions()
        ? Debits.of(
            policy,
            settlement.getDimensions(),
            reservation.checkTime(),
            spend,
            reservation.terms().currency(),
            Set.copyOf(reservation.counters()))
        : List.of();
  }

  private LedgerEntry bypass(Settlement settlement) {
    var actual = settlement.getActual();
    var time = settlement.getCheckTime();
    var debits =
        settlement.hasDimensions()
            ? Debits.of(
                policy,
                settlement.getDimensions(),
                Times.instant(time),
                spend(settlement),
                actual.getUnpriced() ? "" : actual.getCurrencyCode(),
                Set.of())
            : List.<Debit>of();
    return new LedgerEntry.Bypass(settlement.getPosition(), debits);
  }

  private static Spend spend(Settlement settlement) {
    var actual = settlement.getActual();
    var output = actual.getOutputTokens();
    return new Spend(actual.getCostNanos(), actual.getTokens() - output, output);
  }
}
