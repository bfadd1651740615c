package dev.tollgate.rating.extract;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullMarked;

/// Usage bodies for tests, written with single quotes.
@NullMarked
final class Bodies {
  private Bodies() {}

  static Extraction extract(String provider, String flavor, String body) {
    return Profiles.shipped().extract(provider, flavor, bytes(body));
  }

  static Failure refusal(String provider, String flavor, String body) {
    return catchThrowableOfType(Failure.class, () -> extract(provider, flavor, body));
  }

  static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
