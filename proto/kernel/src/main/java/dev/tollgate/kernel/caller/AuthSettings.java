package dev.tollgate.kernel.caller;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.secret.Secret;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Whom a server believes besides the keys in the store: keys in its settings, token issuers (one
/// or none), names in TLS certificates.
public record AuthSettings(
    Map<Role, Secret> keys, List<TokenSettings> tokens, Map<String, Role> certificates) {
  public AuthSettings {
    keys = Map.copyOf(keys);
    tokens = List.copyOf(tokens);
    certificates = Map.copyOf(certificates);
  }

  /// Reads AUTH_OPERATOR_KEY, AUTH_SERVICE_KEY, AUTH_JWT_..., AUTH_CERTIFICATES.
  public static AuthSettings from(Env env) {
    var keys = new EnumMap<Role, Secret>(Role.class);
    key(env, "AUTH_OPERATOR_KEY", Role.ROLE_OPERATOR, keys);
    key(env, "AUTH_SERVICE_KEY", Role.ROLE_SERVICE, keys);
    if (keys.size() == 2 && keys.values().stream().map(AuthSettings::id).distinct().count() < 2) {
      env.reject("AUTH_SERVICE_KEY", "***", "another id than AUTH_OPERATOR_KEY's");
    }
    return new AuthSettings(
        keys, TokenSettings.from(env).stream().toList(), certificates(env, "AUTH_CERTIFICATES"));
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

  private static String id(Secret key) {
    return KeyText.parse(key.reveal()).orElseThrow().id();
  }

  /* `name=SERVICE,name=OPERATOR`. */
  private static Map<String, Role> certificates(Env env, String name) {
    var certificates = new HashMap<String, Role>();
    var roles = Map.of("OPERATOR", Role.ROLE_OPERATOR, "SERVICE", Role.ROLE_SERVICE);
    for (var entry :
        env.text(name).stream().flatMap(text -> List.of(text.split(",")).stream()).toList()) {
      var split = entry.lastIndexOf('=');
      var role = roles.get(entry.substring(split + 1).strip());
      if (split < 1 || role == null) {
        env.reject(name, entry, "NAME=SERVICE or NAME=OPERATOR, commas between");
      } else {
        certificates.put(entry.substring(0, split).strip(), role);
      }
    }
    return certificates;
  }
}
