package dev.tollgate.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A text that must not appear in a log, a message or a dump.
public final class Secret {
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /// The text itself, to be handed to what needs it and to nothing else.
  public String reveal() {
    return text;
  }

  /// Compares in a time that does not depend on where the first difference is.
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
