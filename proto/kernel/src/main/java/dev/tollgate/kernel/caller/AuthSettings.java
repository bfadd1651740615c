package dev.tollgate.kernel.caller;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.secret.Secret;
import java.util.EnumMap;
import java.util.Map;

/// Whom a server believes: the keys that stand in its settings, by role.
public record AuthSettings(Map<Role, Secret> keys) {
  public AuthSettings {
    keys = Map.copyOf(keys);
  }

  /// Reads AUTH_OPERATOR_KEY and AUTH_SERVICE_KEY.
  public static AuthSettings from(Env env) {
    var keys = new EnumMap<Role, Secret>(Role.class);
    key(env, "AUTH_OPERATOR_KEY", Role.ROLE_OPERATOR, keys);
    key(env, "AUTH_SERVICE_KEY", Role.ROLE_SERVICE, keys);
    return new AuthSettings(keys);
  }

  private static void key(Env env, String name, Role role, Map<Role, Secret> keys) {
    env.secret(name)
        .ifPresent(key -> {
          if (KeyText.parse(key.reveal()).isEmpty()) {
            env.reject(name, key.toString(), "tg_<16 of a-z 0-9>_<20 to 128 of A-Z a-z 0-9 _ ->");
          } else {
            keys.put(role, key);
          }
        });
  }
}
