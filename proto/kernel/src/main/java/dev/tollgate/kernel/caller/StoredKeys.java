package dev.tollgate.kernel.caller;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tenants' keys as the store had them at the last look. With the store away the last known
/// ones stay valid.
final class StoredKeys implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(StoredKeys.class);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Supplier<ControlTable> open;
  private final TimeSource time;
  private final Set<String> complained = new HashSet<>();
  private @Nullable ControlTable table;
  private long size = -1;
  private boolean away;
  private volatile long lookNanos;
  private volatile @Nullable ProvenKeys keys;

  /// `open` is called until it brings the table.
  StoredKeys(Supplier<ControlTable> open, TimeSource time) {
    this.open = open;
    this.time = time;
    this.lookNanos = time.nanoTime();
  }

  /// Looks for changes; keeps what it knows where the store does not answer.
  synchronized void poll() {
    try {
      var now = time.nanoTime();
      load();
      lookNanos = now;
      away = false;
    } catch (RuntimeException failed) {
      if (!away) {
        LOG.warn("API keys can't be read; the last known ones stay valid", failed);
      }
      away = true;
    }
  }

  /// Since the last look that the store answered, or the start.
  Duration age() {
    return Duration.ofNanos(time.nanoTime() - lookNanos);
  }

  @Override
  public Optional<Caller> authenticate(Credential credential) {
    var known = keys;
    if (known != null) {
      return known.caller(credential.bearer());
    }
    if (KeyText.parse(credential.bearer()).isPresent()) {
      // Nobody can say yet whether it is good; a client that heard it isn't would give up.
      throw Failure.retryable(
          Reason.STORE_UNAVAILABLE, "The API keys have not been read yet", RETRY_AFTER);
    }
    return Optional.empty();
  }

  private void load() {
    var opened = table;
    if (opened == null) {
      opened = open.get();
      table = opened;
    }
    var newSize = opened.size();
    if (newSize == size) {
      return;
    }
    learn(opened.latest());
    size = newSize;
  }

  /// Takes these for all there are. A key that can't be read is not good, and harms no other.
  void learn(List<Entry> entries) {
    var good = new HashMap<String, ProvenKeys.Known>();
    for (var entry : entries) {
      read(entry)
          .filter(key -> !key.revoked())
          .ifPresent(key -> good.put(key.id(), new ProvenKeys.Known(key.hash(), key.caller())));
    }
    keys = new ProvenKeys(good);
  }

  /* One damaged entry must not keep the revocation of another from being seen. */
  private Optional<StoredKey> read(Entry entry) {
    try {
      return Optional.of(StoredKey.of(entry));
    } catch (RuntimeException damaged) {
      if (complained.add(entry.tenant() + "/" + entry.id() + "/" + entry.version())) {
        LOG.error("{}/{}: an API key that can't be read", entry.tenant(), entry.id(), damaged);
      }
      return Optional.empty();
    }
  }
}
