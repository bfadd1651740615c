package dev.tollgate.kernel.caller;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import io.grpc.Context;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who makes a call: the credential's public name, its roles, the tenant it acts for (empty where
/// none), and the dimensions that it pins.
public record Caller(String keyId, Set<Role> roles, String tenant, Map<String, String> pins) {
  /// Where the call's context holds its caller.
  public static final Context.Key<Caller> KEY = Context.key("tollgate-caller");

  public Caller {
    roles = Set.copyOf(roles);
    pins = Map.copyOf(pins);
  }

  /// The caller of the call that this thread handles.
  public static Caller current() {
    @Nullable Caller caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException("no caller (expected: inside a call that was authenticated)");
    }
    return caller;
  }

  public boolean has(Role role) {
    return roles.contains(role);
  }

  /// Whether it may name the tenant it acts for.
  public boolean namesTenant() {
    return has(Role.ROLE_OPERATOR) || has(Role.ROLE_SERVICE);
  }

  /// The same on another's account.
  public Caller withKeyId(String other) {
    return new Caller(other, roles, tenant, pins);
  }

  public Caller withTenant(String named) {
    return new Caller(keyId, roles, named, pins);
  }

  /// The dimensions with what this caller pins filled in; another value than the pinned one is
  /// DIMENSION_FORBIDDEN.
  public Dimensions pinned(Dimensions given) {
    if (pins.isEmpty()) {
      return given;
    }
    var filled = given.toBuilder();
    pins.forEach((name, value) -> {
      var dimension = Dimension.of(name).orElseThrow();
      var other = dimension.read(given);
      if (!other.isEmpty() && !other.equals(value)) {
        throw Failure.of(
            Reason.DIMENSION_FORBIDDEN,
            name + ": " + Shown.text(other) + " (expected: " + Shown.text(value) + ")");
      }
      dimension.write(filled, value);
    });
    return filled.build();
  }

  /// Whether something that is bound to these dimensions lies within what this caller pins.
  public boolean administers(Map<String, String> bounds) {
    return bounds.entrySet().containsAll(pins.entrySet());
  }
}
