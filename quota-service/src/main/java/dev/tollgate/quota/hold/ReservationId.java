package dev.tollgate.quota.hold;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// Names a reservation within its tenant: 16 bytes that follow from the request's id, so that a
/// retry finds the record of the first attempt under its own name.
public record ReservationId(String text) {
  static final int BYTES = 16;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  public static ReservationId of(String tenant, String requestId) {
    return of(Digests.sha256((tenant + "\0" + requestId).getBytes(StandardCharsets.UTF_8)));
  }

  static ReservationId of(byte[] bytes) {
    return new ReservationId(ENCODER.encodeToString(Arrays.copyOf(bytes, BYTES)));
  }

  byte[] bytes() {
    return Base64.getUrlDecoder().decode(text);
  }
}
