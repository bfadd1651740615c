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

  /// Begins with where the record, the index and the head are, and the id.
  final void begin(Packer out, String letter, int[] index) {
    out.text(letter).integer(index[0]).integer(index[1]).integer(index[2]);
    out.text(reservation.id().text());
  }

  final void amounts(Packer out, Spend spend) {
    var amounts = out.open();
    for (var counter : reservation.counters()) {
      out.integer(counter.unit().of(spend));
    }
    out.close(amounts);
  }

  /// Where each counter is, and until when it is kept.
  final void counters(Packer out, int[] index) {
    var counters = out.open();
    for (int i = 0; i < reservation.counters().size(); i++) {
      var kept = Retention.counter(reservation.counters().get(i));
      out.integer(index[FIRST_COUNTER + i]).integer(kept);
    }
    out.close(counters);
  }

  static IllegalStateException unknown(String script, String kind) {
    return new IllegalStateException(script + "'s answer: " + kind);
  }
}
