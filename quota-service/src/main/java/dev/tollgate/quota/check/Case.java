package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Matched;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Counter;
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

  /* No request's id begins like that. */
  private static final String UNHELD = " unheld ";

  /// The answer to a wish that was granted.
  Decision.Allowed allowed(Wish wish, Reserved.Granted granted) {
    var check = demand.check();
    var reservation =
        new Reservation(
            check.tenant(),
            wish.id(),
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
  /// settled on it is charged as what a lost store forgot; and it is another one than the
  /// request's, which may have been made all the same, or is when the request comes again.
  Decision.Allowed unheld(Instant now) {
    var check = demand.check();
    var wish = demand.wish();
    var reservation =
        new Reservation(
            check.tenant(),
            ReservationId.of(check.tenant(), UNHELD + check.requestId()),
            NO_EPOCH,
            now,
            now.plus(check.holdDuration()),
            check.subject(),
            wish.terms(),
            counters(wish));
    return new Decision.Allowed(reservation, false, true, List.of());
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
    var granted =
        new Reserved.Granted(
            false,
            NO_EPOCH,
            now,
            now.plus(wish.holdDuration()),
            wish.terms(),
            counters(wish),
            reports);
    return allowed(wish, granted);
  }

  private static List<Counter> counters(Wish wish) {
    return wish.claims().stream().map(Claim::counter).toList();
  }
}
