package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Verb;
import java.util.ArrayList;
import java.util.List;

/// What a verb on a reservation that was made before needs of it.
abstract class ReservationVerb<T> implements Verb<T> {
  static final int FIRST_COUNTER = 3;

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

  /// Begins with where the record, the index and the head are.
  static Packer begun(int[] index) {
    return new Packer().integer(index[0]).integer(index[1]).integer(index[2]);
  }

  final byte[] amounts(Spend spend) {
    var out = new Packer();
    reservation.counters().forEach(counter -> out.integer(counter.unit().of(spend)));
    return out.take();
  }

  /// Where each counter is, and until when it is kept.
  final byte[] counters(int[] index) {
    var out = new Packer();
    for (int i = 0; i < reservation.counters().size(); i++) {
      var kept = Retention.counter(reservation.counters().get(i));
      out.integer(index[FIRST_COUNTER + i]).integer(kept);
    }
    return out.take();
  }

  static IllegalStateException unknown(String script, String kind) {
    return new IllegalStateException(script + "'s answer: " + kind);
  }
}
