package dev.tollgate.kernel.reservation;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// When a reservation's call was checked, as its id says: open to all who have it, as the time in a
/// version 7 UUID is. Only quota-service, which signed the rest, can tell whether it is true.
public final class ReservationTime {
  /// Where in the id's bytes the milliseconds since 1970 begin.
  public static final int OFFSET = 17;

  /* Just as many characters as hold these bytes and no part of the next ones. */
  private static final int CHARS = (OFFSET + Long.BYTES + 2) / 3 * 4;

  private ReservationTime() {}

  /// Empty where the text is no id of ours.
  public static Optional<Instant> of(String reservationId) {
    if (reservationId.length() < CHARS) {
      return Optional.empty();
    }
    try {
      var start = Base64.getUrlDecoder().decode(reservationId.substring(0, CHARS));
      return Optional.of(Instant.ofEpochMilli(ByteBuffer.wrap(start).getLong(OFFSET)));
    } catch (IllegalArgumentException noBase64) {
      return Optional.empty();
    }
  }
}
