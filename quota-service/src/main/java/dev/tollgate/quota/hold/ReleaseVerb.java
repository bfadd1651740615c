package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Unpacker;

/// A release on its way to release.lua.
final class ReleaseVerb extends ReservationVerb<Released> {
  private final long keptUntilMillis;

  ReleaseVerb(Reservation reservation, RedisClock clock) {
    super(reservation);
    this.keptUntilMillis = Retention.closed(clock.now(), reservation.expireTime());
  }

  @Override
  public void pack(Packer out, int[] index) {
    out.text("D").integer(index[0]).integer(index[1]).text(reservation.id().text());
    out.integer(reservation.checkTime().toEpochMilli());
    out.integer(reservation.expireTime().toEpochMilli());
    out.decimal(keptUntilMillis);
    var counters = out.open();
    for (int i = FIRST_COUNTER; i < index.length; i++) {
      out.integer(index[i]);
    }
    out.close(counters);
  }

  @Override
  public Released read(Unpacker answer) {
    answer.array();
    var kind = answer.text();
    return switch (kind) {
      case "G" -> Released.GIVEN_BACK;
      case "R" -> Released.REPLAYED;
      case "S" -> Released.SETTLED;
      case "U" -> Released.UNKNOWN;
      case "T" -> Released.TOMBSTONE;
      default -> throw unknown("release.lua", kind);
    };
  }
}
