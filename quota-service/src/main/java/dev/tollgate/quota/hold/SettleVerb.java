package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Unpacker;

/// A settlement on its way to settle.lua.
final class SettleVerb extends ReservationVerb<Settled> {
  private final Spend actual;
  private final long keptUntilMillis;

  SettleVerb(Reservation reservation, Spend actual, RedisClock clock) {
    super(reservation);
    this.actual = actual;
    this.keptUntilMillis = Retention.closed(clock.now(), reservation.expireTime());
  }

  @Override
  public void pack(Packer out, int[] index) {
    out.array(12).text("S");
    packKeys(out, index);
    out.text(reservation.id().text()).text(reservation.epoch());
    out.integer(reservation.checkTime().toEpochMilli());
    out.integer(reservation.expireTime().toEpochMilli());
    out.text(Long.toString(actual.costNanos())).integer(keptUntilMillis);
    packAmounts(out, counter -> counter.unit().of(actual));
    packCounters(out, index);
  }

  @Override
  public Settled read(Unpacker answer) {
    answer.array();
    var kind = answer.text();
    return switch (kind) {
      case "S" -> new Settled.Charged(false, actual.costNanos());
      case "A" -> new Settled.Charged(true, Long.parseLong(answer.text()));
      case "R" -> new Settled.GivenBack();
      case "U" -> new Settled.Unknown();
      case "N" -> new Settled.NotYet();
      default -> throw unknown("settle.lua", kind);
    };
  }
}
