package dev.tollgate.kernel.caller;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.util.List;
import java.util.Optional;

/// Tells who a credential belongs to. Answers from memory; safe for concurrent use.
public interface Authenticator {
  /// The credential's owner; empty where it is not of the kind that this one knows. One that is of
  /// its kind and not good is CREDENTIALS_INVALID; one that nobody can judge yet, because what is
  /// good has not been read, is STORE_UNAVAILABLE or SERVICE_UNAVAILABLE.
  Optional<Caller> authenticate(Credential credential);

  /// Asks each in turn.
  static Authenticator anyOf(List<Authenticator> authenticators) {
    var all = List.copyOf(authenticators);
    return credential -> {
      for (var each : all) {
        var caller = each.authenticate(credential);
        if (caller.isPresent()) {
          return caller;
        }
      }
      return Optional.empty();
    };
  }

  /// The one failure for whatever is wrong with a credential: it does not tell what.
  static Failure invalid() {
    return Failure.of(
        Reason.CREDENTIALS_INVALID,
        "The credential is missing, unknown, expired or revoked: send the metadata"
            + " `authorization: Bearer <key>`");
  }
}
