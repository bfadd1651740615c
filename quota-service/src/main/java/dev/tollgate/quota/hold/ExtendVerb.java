package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Unpacker;
import java.time.Duration;
import java.time.Instant;

/// A heartbeat on its way to extend.lua.
final class ExtendVerb extends ReservationVerb<Extended> {
  private final Duration duration;
  private final long keptUntilMillis;

  ExtendVerb(Reservation reservation, Duration duration, RedisClock clock) {
    super(reservation);
    this.duration = duration.compareTo(Holds.HOLD_MAX) < 0 ? duration : Holds.HOLD_MAX;
    this.keptUntilMillis = Retention.open(clock.now().plus(this.duration), reservation.counters());
  }

  @Override
  public void pack(Packer out, int[] index) {
    begin(out, "X", index);
    out.text(reservation.epoch()).integer(reservation.checkTime().toEpochMilli());
    out.integer(duration.toMillis()).decimal(keptUntilMillis);
    amounts(out, reservation.terms().held());
    counters(out, index);
    new HoldBody(reservation.terms(), reservation.counters()).pack(out);
  }

  @Override
  public Extended read(Unpacker answer) {
    answer.array();
    var kind = answer.text();
    return switch (kind) {
      case "O" -> new Extended.Until(Instant.ofEpochMilli(answer.integer()));
      case "C" -> new Extended.Closed(answer.bool());
      case "L" -> new Extended.Lapsed();
      case "U" -> new Extended.Unknown();
      case "N" -> new Extended.NotYet();
      default -> throw unknown("extend.lua", kind);
    };
  }
}
