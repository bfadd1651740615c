package dev.tollgate.pricing.compare;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// One value of a draft that a person has to look at before it is published.
///
/// @param provider empty where it is of none, as are model and bucket
/// @param model the name that calls have
/// @param entry the id of the price or multiplier; the model's name where the model is gone
/// @param before empty where there was none
/// @param after empty where it vanished
public record Suspect(
    Cause cause,
    String provider,
    String model,
    String bucket,
    String serviceTier,
    String region,
    String entry,
    String before,
    String after) {
  private static final int ID_DIGITS = 16;

  /// Why it is suspect.
  public enum Cause {
    /// Ten times as much as before or more, or a tenth or less; from or to nothing.
    LEAP,
    /// Dearer than any token is.
    EXCESSIVE,
    /// Priced before, and no more.
    VANISHED
  }

  /// Of the very change: another value has another id.
  public String itemId() {
    /* Lengths before texts: no two suspects are written alike. */
    var text = new StringBuilder(cause.name());
    for (var part :
        new String[] {provider, model, bucket, serviceTier, region, entry, before, after}) {
      text.append('/').append(part.length()).append(':').append(part);
    }
    try {
      var digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What happened, in a sentence.
  public String description() {
    var what =
        model.isEmpty()
            ? "multiplier " + entry
            : provider + " " + model + named(bucket) + named(serviceTier) + named(region);
    return switch (cause) {
      case LEAP -> "%s: %s becomes %s".formatted(what, before, after);
      case EXCESSIVE -> "%s: %s per million tokens".formatted(what, after);
      case VANISHED -> "%s: had a price, and has none in the draft".formatted(what);
    };
  }

  private static String named(String part) {
    return part.isEmpty() ? "" : " " + part;
  }
}
