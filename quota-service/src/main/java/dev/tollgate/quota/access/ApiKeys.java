package dev.tollgate.quota.access;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.time.TimeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// The API keys of tenants, in the control table that every server polls. A caller deals only with
/// keys that are pinned to at least what it is pinned to itself. Blocking; safe for concurrent use.
final class ApiKeys {
  private static final int ATTEMPTS = 5;

  private final ControlTable table;
  private final TimeSource time;

  ApiKeys(ControlTable table, TimeSource time) {
    this.table = table;
    this.time = time;
  }

  Instant now() {
    return time.now().truncatedTo(ChronoUnit.MILLIS);
  }

  void create(StoredKey key, Caller caller) {
    if (!caller.administers(key.pins())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "pinned_dimensions (expected: at least those of the credential: "
              + caller.pins().keySet()
              + ")");
    }
    table.append(key.tenant(), key.id(), 0, key.content(), caller.keyId());
  }

  /// By id, revoked ones too.
  List<StoredKey> list(Caller caller) {
    return table.latest(caller.tenant()).stream()
        .map(StoredKey::of)
        .filter(key -> caller.administers(key.pins()))
        .toList();
  }

  /// Idempotent. API_KEY_UNKNOWN where the caller can't see it.
  StoredKey revoke(String id, Caller caller) {
    for (int attempt = 1; ; attempt++) {
      var entry = table.read(caller.tenant(), id).orElseThrow(() -> unknown(id));
      var key = StoredKey.of(entry);
      if (!caller.administers(key.pins())) {
        throw unknown(id);
      }
      if (key.revoked()) {
        return key;
      }
      var revoked = key.revoked(now());
      try {
        table.append(caller.tenant(), id, entry.version(), revoked.content(), caller.keyId());
        return revoked;
      } catch (Failure lost) {
        if (lost.reason() != Reason.WRITE_CONFLICT || attempt == ATTEMPTS) {
          throw lost;
        }
      }
    }
  }

  private static Failure unknown(String id) {
    return Failure.of(Reason.API_KEY_UNKNOWN, id + ": no such key");
  }
}
