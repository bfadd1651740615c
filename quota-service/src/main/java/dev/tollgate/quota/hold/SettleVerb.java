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
    begin(out, "S", index);
    out.text(reservation.epoch()).integer(reservation.checkTime().toEpochMilli());
    out.integer(reservation.expireTime().toEpochMilli());
    out.decimal(actual.costNanos()).decimal(keptUntilMillis);
    amounts(out, actual);
    counters(out, index);
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
