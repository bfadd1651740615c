package dev.tollgate.pricing.draft;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;

/// Who works on drafts, and on whose.
///
/// @param tenant empty for the installation
/// @param isOperator whether it may let a contract stand on any book
/// @param name the credential's public name
public record Author(String tenant, boolean isOperator, String name) {
  /// Prices are the whole tenant's, so whoever is bound to a part of it may not touch them:
  /// DIMENSION_FORBIDDEN.
  static Author current() {
    var caller = Caller.current();
    if (!caller.pins().isEmpty()) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "prices are the whole tenant's; the credential pins " + caller.pins().keySet());
    }
    return new Author(caller.tenant(), caller.has(Role.ROLE_OPERATOR), caller.keyId());
  }
}
