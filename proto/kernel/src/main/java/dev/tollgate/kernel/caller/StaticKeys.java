package dev.tollgate.kernel.caller;

import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.secret.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keys that come from settings: one for operators, one for Tollgate's own services.
public final class StaticKeys implements Authenticator {
  private final ProvenKeys keys;

  private StaticKeys(ProvenKeys keys) {
    this.keys = keys;
  }

  /// Each role with its key, written `tg_<id>_<secret>`.
  public static StaticKeys of(Map<Role, Secret> keys) {
    var byId = new HashMap<String, ProvenKeys.Known>();
    keys.forEach((role, key) -> {
      var parsed =
          KeyText.parse(key.reveal())
              .orElseThrow(() -> new IllegalArgumentException(role + ": not an API key"));
      var caller = new Caller(parsed.id(), Set.of(role), "", Map.of());
      byId.put(parsed.id(), new ProvenKeys.Known(parsed.hash(), caller));
    });
    return new StaticKeys(new ProvenKeys(byId));
  }

  @Override
  public Optional<Caller> authenticate(Credential credential) {
    return keys.caller(credential.bearer());
  }
}
