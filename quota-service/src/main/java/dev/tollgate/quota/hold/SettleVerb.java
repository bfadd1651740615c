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
    var facts = begun(index).text(reservation.id().text()).text(reservation.epoch());
    facts.integer(reservation.checkTime().toEpochMilli());
    facts.integer(reservation.expireTime().toEpochMilli());
    facts.text(Long.toString(actual.costNanos())).integer(keptUntilMillis);
    out.array(4).text("S").bytes(facts.take());
    out.bytes(amounts(actual)).bytes(counters(index));
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
