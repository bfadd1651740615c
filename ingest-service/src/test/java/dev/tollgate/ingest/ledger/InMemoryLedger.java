package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The ledger as it ought to be: the model against which the real one is held.
final class InMemoryLedger implements Ledger {
  private final Set<String> tokens = new HashSet<>();
  private final List<Entry.Usage> rows = new ArrayList<>();

  @Override
  public synchronized void insert(Batch batch) {
    if (tokens.add(batch.token())) {
      batch.entries().forEach(this::add);
    }
  }

  @Override
  public synchronized Map<String, Fingerprint> find(String tenant, Collection<EventKey> events) {
    var found = new HashMap<String, Fingerprint>();
    for (var row : rows) {
      var key = new EventKey(row.eventId(), row.eventMillis());
      if (row.tenant().equals(tenant) && events.contains(key)) {
        found.putIfAbsent(row.eventId(), row.fingerprint());
      }
    }
    return found;
  }

  synchronized long count(String tenant) {
    return rows.stream().filter(row -> row.tenant().equals(tenant)).count();
  }
}
