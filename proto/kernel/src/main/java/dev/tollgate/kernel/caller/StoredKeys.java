package dev.tollgate.kernel.caller;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tenants' keys as the store had them at the last look. With the store away the last known
/// ones stay valid.
final class StoredKeys implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(StoredKeys.class);

  private final ClickHouse clickHouse;
  private final TimeSource time;
  private final long startNanos;
  private @Nullable ControlTable table;
  private long size = -1;
  private boolean away;
  private volatile long lookNanos;
  private volatile boolean looked;
  private volatile Map<String, StoredKey> byId = Map.of();

  StoredKeys(ClickHouse clickHouse, TimeSource time) {
    this.clickHouse = clickHouse;
    this.time = time;
    this.startNanos = time.nanoTime();
  }

  /// Looks for changes; keeps what it knows where the store does not answer.
  synchronized void poll() {
    try {
      var now = time.nanoTime();
      load();
      lookNanos = now;
      looked = true;
      away = false;
    } catch (RuntimeException failed) {
      if (!away) {
        LOG.warn("API keys can't be read; the last known ones stay valid", failed);
      }
      away = true;
    }
  }

  /// Since the last look that the store answered.
  Duration age() {
    return Duration.ofNanos(time.nanoTime() - (looked ? lookNanos : startNanos));
  }

  @Override
  public Optional<Caller> authenticate(Credential credential) {
    return KeyText.parse(credential.bearer())
        .flatMap(key ->
            Optional.ofNullable(byId.get(key.id()))
                .filter(stored -> key.matches(stored.hash()))
                .map(StoredKey::caller));
  }

  private void load() {
    var open = table;
    if (open == null) {
      open = ControlTable.open(clickHouse, StoredKey.TABLE);
      table = open;
    }
    var newSize = open.size();
    if (newSize == size) {
      return;
    }
    var good = new HashMap<String, StoredKey>();
    for (var entry : open.latest()) {
      read(entry).filter(key -> !key.revoked()).ifPresent(key -> good.put(key.id(), key));
    }
    byId = Map.copyOf(good);
    size = newSize;
  }

  /* One damaged entry must not keep the revocation of another from being seen. */
  private static Optional<StoredKey> read(Entry entry) {
    try {
      return Optional.of(StoredKey.of(entry));
    } catch (RuntimeException damaged) {
      LOG.error("{}/{}: an API key that can't be read", entry.tenant(), entry.id(), damaged);
      return Optional.empty();
    }
  }
}
