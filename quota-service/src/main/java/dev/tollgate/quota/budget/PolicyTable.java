package dev.tollgate.quota.budget;

import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The newest entries of a control table, in memory, by tenant. Reads only what was written since
/// the last time. Not safe for concurrent use.
final class PolicyTable {
  private static final int ONE_BY_ONE_MAX = 20;

  private final ControlTable table;
  private final Map<String, Map<String, Entry>> entries = new HashMap<>();
  private long sizeSeen = -1;

  PolicyTable(ControlTable table) {
    this.table = table;
  }

  ControlTable table() {
    return table;
  }

  /// Reads what was written since the last time, and answers whose. Blocks.
  Set<String> refresh() {
    var size = table.size();
    if (size == sizeSeen) {
      return Set.of();
    }
    var changed = sizeSeen < 0 ? readAll() : readChanged();
    sizeSeen = size;
    return changed;
  }

  private Set<String> readAll() {
    table.latest().forEach(this::take);
    return Set.copyOf(entries.keySet());
  }

  private Set<String> readChanged() {
    var newer = new HashMap<String, List<String>>();
    for (var head : table.heads()) {
      if (version(head.tenant(), head.id()) < head.version()) {
        newer.computeIfAbsent(head.tenant(), tenant -> new ArrayList<>()).add(head.id());
      }
    }
    newer.forEach((tenant, ids) -> {
      if (ids.size() > ONE_BY_ONE_MAX) {
        table.latest(tenant).forEach(this::take);
      } else {
        ids.forEach(id -> table.read(tenant, id).ifPresent(this::take));
      }
    });
    return new HashSet<>(newer.keySet());
  }

  /// Takes an entry that was just written.
  void take(Entry entry) {
    entries.computeIfAbsent(entry.tenant(), tenant -> new HashMap<>()).put(entry.id(), entry);
  }

  /// How much was ever written for the tenant.
  long version(String tenant) {
    return of(tenant).values().stream().mapToLong(Entry::version).sum();
  }

  private long version(String tenant, String id) {
    var known = of(tenant).get(id);
    return known == null ? 0 : known.version();
  }

  /// The tenant's entries, by id.
  Map<String, Entry> of(String tenant) {
    return entries.getOrDefault(tenant, Map.of());
  }

  Set<String> tenants() {
    return entries.keySet();
  }
}
