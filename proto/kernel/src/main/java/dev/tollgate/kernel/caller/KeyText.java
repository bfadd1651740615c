package dev.tollgate.kernel.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// An API key as its owner writes it, `tg_<id>_<secret>`: the id is public, the whole is not.
public final class KeyText {
  private static final Pattern SHAPE = Pattern.compile("tg_([a-z0-9]{16})_[A-Za-z0-9_-]{20,128}");
  private static final String PREFIX = "tg_";
  private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 16;
  private static final int SECRET_BYTES = 32;

  private final String id;
  private final String text;

  private KeyText(String id, String text) {
    this.id = id;
    this.text = text;
  }

  /// Makes a new key; its secret is 256 bits from `random`, which must be a secure one.
  public static KeyText random(RandomGenerator random) {
    var id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
    }
    var secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    var text = "tg_" + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new KeyText(id.toString(), text);
  }

  /// The id of what may be a key; empty where it can't be one. Much cheaper than [#parse].
  static String idIn(String text) {
    var end = PREFIX.length() + ID_LENGTH;
    return text.startsWith(PREFIX) && text.length() > end && text.charAt(end) == '_'
        ? text.substring(PREFIX.length(), end)
        : "";
  }

  /// Empty where the text does not have the shape of a key.
  public static Optional<KeyText> parse(String text) {
    var matcher = SHAPE.matcher(text);
    return matcher.matches() ? Optional.of(new KeyText(matcher.group(1), text)) : Optional.empty();
  }

  public String id() {
    return id;
  }

  /// The whole key: to be shown once, and never stored.
  public String reveal() {
    return text;
  }

  /// SHA-256 of the whole key, lower-case hexadecimal: what is stored. A plain hash suffices, since
  /// the secret is not a word that could be guessed.
  public String hash() {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// Compares with a stored hash in constant time.
  boolean matches(String stored) {
    return MessageDigest.isEqual(
        hash().getBytes(StandardCharsets.US_ASCII), stored.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return "tg_" + id + "_***";
  }
}
