package dev.tollgate.client.meter;

import com.google.protobuf.Timestamp;
import dev.tollgate.proto.quota.v1.DenialReason;
import dev.tollgate.proto.quota.v1.Denied;
import dev.tollgate.proto.quota.v1.Downgrade;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Why a call must not be made, who looks after that, and when to ask again.
///
/// @param wire all that the server said
public record Denial(Denied wire) {
  public DenialReason reason() {
    return wire.getReason();
  }

  /// Safe to show to an end user: no amounts, no names of other people.
  public String message() {
    return wire.getMessage();
  }

  /// Whom to ask for more; empty where the budget does not say.
  public Optional<String> owner() {
    return Optional.of(wire.getOwner()).filter(owner -> !owner.isEmpty());
  }

  /// When there may be room again; empty where waiting does not help.
  public Optional<Instant> resetTime() {
    return wire.hasResetTime() ? Optional.of(instant(wire.getResetTime())) : Optional.empty();
  }

  /// From the decision until then.
  public Optional<Duration> retryAfter() {
    return wire.hasRetryAfter()
        ? Optional.of(
            Duration.ofSeconds(wire.getRetryAfter().getSeconds(), wire.getRetryAfter().getNanos()))
        : Optional.empty();
  }

  /// A cheaper model that would be admitted now.
  public Optional<Downgrade> downgrade() {
    return wire.hasDowngrade() ? Optional.of(wire.getDowngrade()) : Optional.empty();
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
