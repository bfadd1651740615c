package dev.tollgate.query.page;

import dev.tollgate.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Makes and opens page tokens: a position in an answer, authenticated together with the question
/// and who asked it, so that a token is good for nothing else. Safe for concurrent use.
public final class PageTokens {
  /// Longer ones were not made here.
  public static final int LENGTH_MAX = 16_384;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 16;

  private final SecretKeySpec key;

  public PageTokens(Secret key) {
    this.key = new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /// A token for the position. The question must hold all that the answer depends on.
  public String seal(byte[] question, byte[] position) {
    var token = new ByteArrayOutputStream();
    token.writeBytes(mac(question, position));
    token.writeBytes(position);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.toByteArray());
  }

  /// The position; empty where the token was not made here for this question.
  public Optional<byte[]> open(byte[] question, String token) {
    if (token.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
    if (bytes.length < MAC_BYTES) {
      return Optional.empty();
    }
    var position = Arrays.copyOfRange(bytes, MAC_BYTES, bytes.length);
    var genuine = MessageDigest.isEqual(mac(question, position), Arrays.copyOf(bytes, MAC_BYTES));
    return genuine ? Optional.of(position) : Optional.empty();
  }

  private byte[] mac(byte[] question, byte[] position) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // The length keeps the two apart: bytes can't move from one to the other.
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, question.length));
      mac.update(question);
      return Arrays.copyOf(mac.doFinal(position), MAC_BYTES);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
