package dev.tollgate.ingest.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Users in memory: the model of what `ClickHouseUsers` does. It has no rows of other tables.
public final class InMemoryUsers implements Users {
  private final Map<Erased, String> names = new HashMap<>();
  private final Set<Erased> erased = new HashSet<>();
  private long erasures;

  /// As if ingest had stored the name.
  public synchronized void name(String tenant, String surrogate, String name) {
    names.put(new Erased(tenant, surrogate), name);
  }

  @Override
  public synchronized long erasures() {
    return erasures;
  }

  @Override
  public synchronized Set<Erased> erased() {
    return Set.copyOf(erased);
  }

  @Override
  public synchronized boolean isNamed(String tenant, String surrogate) {
    return names.containsKey(new Erased(tenant, surrogate));
  }

  @Override
  public synchronized void erase(Erased user, String actor, String reason) {
    erased.add(user);
    erasures++;
  }

  @Override
  public synchronized long deleteErasedNames() {
    long before = names.size();
    names.keySet().removeAll(erased);
    return before - names.size();
  }

  @Override
  public Rows rows(String tenant, String surrogate) {
    return new Rows(0, 0, 0, 0);
  }
}
