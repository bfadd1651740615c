package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Matched;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Wish;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A demand, and what it came from.
record Case(Basis basis, Matched matched, Demand demand) {
  /* No life of the store has this name: it is not a number in hex. */
  private static final String NO_EPOCH = "unheld";

  /// The answer to a wish that was granted.
  Decision.Allowed allowed(Wish wish, Reserved.Granted granted) {
    var check = demand.check();
    var reservation =
        new Reservation(
            check.tenant(),
            ReservationId.of(check.tenant(), check.requestId()),
            granted.epoch(),
            granted.checkTime(),
            granted.expireTime(),
            check.subject(),
            granted.terms(),
            granted.counters());
    return new Decision.Allowed(
        reservation,
        granted.terms().maxOutputTokens() < check.maxOutputTokens(),
        false,
        Notice.of(check, matched.budgets(), demand.parts(), granted, wish.claims()));
  }

  /// The answer where nothing can be held. Its reservation is of no life of the store, so what is
  /// settled on it is charged as what a lost store forgot.
  Decision.Allowed unheld(Instant now) {
    var wish = demand.wish();
    var granted = granted(wish, NO_EPOCH, now, List.of());
    return new Decision.Allowed(allowed(wish, granted).reservation(), false, true, List.of());
  }

  /// The answer to a wish that would be granted where the counters stand as given; nothing knows of
  /// its reservation.
  Decision.Allowed likely(Wish wish, List<Long> encumbered, Instant now) {
    var reports = new ArrayList<Reserved.Report>();
    for (int i = 0; i < encumbered.size(); i++) {
      var claim = wish.claims().get(i);
      if (encumbered.get(i) + claim.amount() > claim.reportAbove()) {
        reports.add(new Reserved.Report(i, encumbered.get(i)));
      }
    }
    return allowed(wish, granted(wish, NO_EPOCH, now, reports));
  }

  private static Reserved.Granted granted(
      Wish wish, String epoch, Instant now, List<Reserved.Report> reports) {
    return new Reserved.Granted(
        false,
        epoch,
        now,
        now.plus(wish.holdDuration()),
        wish.terms(),
        wish.claims().stream().map(Claim::counter).toList(),
        reports);
  }
}
