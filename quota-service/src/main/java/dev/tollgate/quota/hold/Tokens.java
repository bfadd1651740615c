package dev.tollgate.quota.hold;

import dev.tollgate.secret.Secret;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Reservations as signed texts: what a caller carries from the check to the settlement. Only who
/// holds the key can make one, and it opens for no other tenant.
public final class Tokens {
  /* Base64url of: kind, id, time of the check (where `ReservationTime` reads it), epoch, expiry, terms, subject, counters (a budget's counters share its
  id, group and window), then the first 16 bytes of HMAC-SHA256 over tenant and all of that. Numbers
  have fixed widths, so that a token's length does not depend on what the store will answer. The
  kind says whether the model was unknown, and which form this is. */

  /// The longest text.
  public static final int LENGTH_MAX = 1_024;

  private static final String ALGORITHM = "HmacSHA256";
  private static final byte KNOWN_MODEL = 5;
  private static final byte UNKNOWN_MODEL = 6;
  private static final int SIGNATURE_BYTES = 16;
  private static final int PAYLOAD_BYTES_MAX = LENGTH_MAX / 4 * 3 - SIGNATURE_BYTES;
  private static final String EPOCH_OF_FULL_LENGTH = "0123456789abcdef";

  /* Kind, id, epoch, times, amounts, and the lengths of the texts before the counters. */
  private static final int FIXED_BYTES = 1 + 16 + 2 + 16 + 2 * 8 + 4 * 8 + 6 * 2;
  private static final int COUNTER_BYTES = 2 * 2 + 2 * 4 + 2 + 1;
  private static final int CHAR_BYTES_MAX = 3;

  /* Never updated itself: to clone it is cheaper than to look the algorithm up for each token. */
  private final Mac prototype;

  public Tokens(Secret key) {
    try {
      prototype = Mac.getInstance(ALGORITHM);
      prototype.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// Whether a reservation of this wish can be written down.
  public boolean fits(Wish wish, Subject subject) {
    if (bytesAtMost(wish, subject) <= PAYLOAD_BYTES_MAX) {
      return true;
    }
    var likely =
        new Reservation(
            wish.tenant(),
            wish.id(),
            EPOCH_OF_FULL_LENGTH,
            Instant.EPOCH,
            Instant.EPOCH,
            subject,
            wish.terms(),
            wish.counters());
    try {
      write(likely, ByteBuffer.allocate(PAYLOAD_BYTES_MAX));
      return true;
    } catch (BufferOverflowException tooLong) {
      return false;
    }
  }

  /* Mostly little enough, so that nothing need be written to know it. Names of budgets and groups
  are ASCII. */
  private static int bytesAtMost(Wish wish, Subject subject) {
    var chars =
        wish.terms().bookRef().length()
            + wish.terms().currency().length()
            + subject.provider().length()
            + subject.model().length()
            + subject.serviceTier().length()
            + subject.region().length();
    var bytes = FIXED_BYTES + CHAR_BYTES_MAX * chars;
    for (var claim : wish.claims()) {
      var counter = claim.counter();
      bytes += COUNTER_BYTES + counter.budgetId().length() + counter.group().length();
    }
    return bytes;
  }

  public String seal(Reservation reservation) {
    var token = ByteBuffer.allocate(PAYLOAD_BYTES_MAX + SIGNATURE_BYTES);
    write(reservation, token);
    var signature = sign(reservation.tenant(), token.array(), token.position());
    token.put(signature, 0, SIGNATURE_BYTES);
    var bytes = Arrays.copyOf(token.array(), token.position());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// Reads a token of the tenant; empty where it is not one, whatever is wrong with it.
  public Optional<Reservation> open(String tenant, String text) {
    byte[] token;
    try {
      token = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (text.length() > LENGTH_MAX || token.length <= SIGNATURE_BYTES) {
      return Optional.empty();
    }
    var length = token.length - SIGNATURE_BYTES;
    var expected = Arrays.copyOf(sign(tenant, token, length), SIGNATURE_BYTES);
    if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(token, length, token.length))) {
      return Optional.empty();
    }
    try {
      return Optional.of(reservation(tenant, ByteBuffer.wrap(token, 0, length)));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private byte[] sign(String tenant, byte[] bytes, int length) {
    try {
      var mac = (Mac) prototype.clone();
      mac.update(tenant.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void write(Reservation reservation, ByteBuffer out) {
    out.put(reservation.terms().unknownModel() ? UNKNOWN_MODEL : KNOWN_MODEL);
    out.put(reservation.id().bytes());
    out.putLong(reservation.checkTime().toEpochMilli());
    text(out, reservation.epoch());
    out.putLong(reservation.expireTime().toEpochMilli());
    var terms = reservation.terms();
    text(out, terms.bookRef());
    text(out, terms.currency());
    out.putLong(terms.held().costNanos());
    out.putLong(terms.held().inputTokens());
    out.putLong(terms.held().outputTokens());
    out.putLong(terms.maxOutputTokens());
    var subject = reservation.subject();
    text(out, subject.provider());
    text(out, subject.model());
    text(out, subject.serviceTier());
    text(out, subject.region());
    for (var counters : Counter.byBudget(reservation.counters())) {
      var first = counters.getFirst();
      text(out, first.budgetId());
      text(out, first.group());
      out.putInt((int) (first.startMillis() / 1_000));
      out.putInt((int) (first.endMillis() / 1_000));
      text(out, Counter.codes(counters));
    }
  }

  private static Reservation reservation(String tenant, ByteBuffer in) {
    var kind = in.get();
    if (kind != KNOWN_MODEL && kind != UNKNOWN_MODEL) {
      throw new IllegalArgumentException("another version");
    }
    var id = new byte[ReservationId.BYTES];
    in.get(id);
    var checkTime = Instant.ofEpochMilli(in.getLong());
    var epoch = text(in);
    var expireTime = Instant.ofEpochMilli(in.getLong());
    var terms =
        new Terms(
            text(in),
            text(in),
            new Spend(in.getLong(), in.getLong(), in.getLong()),
            in.getLong(),
            kind == UNKNOWN_MODEL);
    var subject = new Subject(text(in), text(in), text(in), text(in));
    var counters = new ArrayList<Counter>();
    while (in.hasRemaining()) {
      var budgetId = text(in);
      var group = text(in);
      var start = Integer.toUnsignedLong(in.getInt()) * 1_000;
      var end = Integer.toUnsignedLong(in.getInt()) * 1_000;
      counters.addAll(Counter.ofBudget(budgetId, group, start, end, text(in)));
    }
    return new Reservation(
        tenant, ReservationId.of(id), epoch, checkTime, expireTime, subject, terms, counters);
  }

  private static void text(ByteBuffer out, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) bytes.length).put(bytes);
  }

  private static String text(ByteBuffer in) {
    var bytes = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
