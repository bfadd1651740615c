package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.ledger.Ledger.EventKey;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tables of facts as they ought to be. Not safe for concurrent use.
final class InMemoryFacts {
  private final List<Entry.Fact> rows = new ArrayList<>();

  void add(Entry.Fact fact) {
    rows.add(fact);
  }

  Map<String, Fingerprint> find(String table, String tenant, Collection<EventKey> keys) {
    var found = new HashMap<String, Fingerprint>();
    for (var row : rows) {
      for (var key : keys) {
        if (row.table().equals(table)
            && row.tenant().equals(tenant)
            && row.id().equals(key.eventId())
            && hour(row.eventMillis()).equals(hour(key.eventMillis()))) {
          found.putIfAbsent(row.id(), row.fingerprint());
        }
      }
    }
    return found;
  }

  long count(String tenant, String table) {
    return rows.stream()
        .filter(row -> row.tenant().equals(tenant) && row.table().equals(table))
        .count();
  }

  private static Instant hour(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.HOURS);
  }
}
