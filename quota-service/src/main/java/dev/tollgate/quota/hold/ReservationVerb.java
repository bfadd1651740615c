package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// What a verb on a reservation that was made before needs of it.
abstract class ReservationVerb<T> implements Verb<T> {
  private static final int FIRST_COUNTER = 3;

  final Reservation reservation;
  private final List<byte[]> keys;

  ReservationVerb(Reservation reservation) {
    this.reservation = reservation;
    var names = new Keys(reservation.tenant());
    keys = new ArrayList<>(FIRST_COUNTER + reservation.counters().size());
    keys.add(names.record(reservation.id()));
    keys.add(names.openHolds());
    keys.add(names.head());
    for (var counter : reservation.counters()) {
      keys.add(names.counter(counter));
    }
  }

  @Override
  public final List<byte[]> keys() {
    return keys;
  }

  @Override
  public final int order() {
    return 0;
  }

  /// Record, index and head.
  static void packKeys(Packer out, int[] index) {
    out.integer(index[0]).integer(index[1]).integer(index[2]);
  }

  final void packAmounts(Packer out, ToLongFunction<Counter> amount) {
    out.array(reservation.counters().size());
    reservation.counters().forEach(counter -> out.integer(amount.applyAsLong(counter)));
  }

  /// Where each counter is, and until when it is kept.
  final void packCounters(Packer out, int[] index) {
    var counters = reservation.counters();
    out.array(2 * counters.size());
    for (int i = 0; i < counters.size(); i++) {
      out.integer(index[FIRST_COUNTER + i]).integer(Retention.counter(counters.get(i)));
    }
  }

  static IllegalStateException unknown(String script, String kind) {
    return new IllegalStateException(script + "'s answer: " + kind);
  }
}
