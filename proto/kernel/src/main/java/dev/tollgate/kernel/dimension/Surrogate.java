package dev.tollgate.kernel.dimension;

import java.util.HexFormat;
import java.util.regex.Pattern;

/// How what stands in the ledger for a user's name looks: `u-` and 32 hex digits.
public final class Surrogate {
  /// How many bytes of a hash are in one.
  public static final int BYTES = 16;

  private static final String PREFIX = "u-";
  private static final Pattern SHAPE = Pattern.compile(PREFIX + "[0-9a-f]{" + 2 * BYTES + "}");

  private Surrogate() {}

  /// The one with the hash's first bytes.
  public static String of(byte[] hash) {
    return PREFIX + HexFormat.of().formatHex(hash, 0, BYTES);
  }

  /// Whether the text may be one. Some name may look like one, too.
  public static boolean isShapeOf(String text) {
    return SHAPE.matcher(text).matches();
  }
}
