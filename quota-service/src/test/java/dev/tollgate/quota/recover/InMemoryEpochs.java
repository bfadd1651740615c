package dev.tollgate.quota.recover;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/// Lives as a map has them.
@NullMarked
final class InMemoryEpochs implements Epochs {
  private final Map<String, Life> lives = new HashMap<>();

  @Override
  public synchronized Optional<Life> newest(String tenant) {
    return Optional.ofNullable(lives.get(tenant));
  }

  @Override
  public synchronized boolean append(String tenant, Life life) {
    if (newest(tenant).map(Life::version).orElse(0L) != life.version() - 1) {
      return false;
    }
    lives.put(tenant, life);
    return true;
  }
}
