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
    var facts = new Packer().integer(index[0]).integer(index[1]);
    facts.text(reservation.id().text());
    facts.integer(reservation.checkTime().toEpochMilli());
    facts.integer(reservation.expireTime().toEpochMilli());
    facts.integer(keptUntilMillis);
    out.array(3).text("D").bytes(facts.take());
    for (int i = FIRST_COUNTER; i < index.length; i++) {
      facts.integer(index[i]);
    }
    out.bytes(facts.take());
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
