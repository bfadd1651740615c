package dev.tollgate.quota.hold;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// Short names for long contents.
public final class Digests {
  /* Never updated itself: to clone it is cheaper than to look the algorithm up for each digest. */
  private static final MessageDigest PROTOTYPE = prototype();

  private Digests() {}

  private static MessageDigest prototype() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static byte[] sha256(byte[] content) {
    try {
      return ((MessageDigest) PROTOTYPE.clone()).digest(content);
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// The first bytes of the content's SHA-256, as URL-safe text.
  public static String brief(byte[] content, int bytes) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(sha256(content), bytes));
  }
}
