package dev.tollgate.ingest.user;

import dev.tollgate.ingest.encode.UserRow;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.proto.common.v1.Dimensions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The users of one request, with their surrogates. Not safe for concurrent use.
public final class Roster {
  private final Surrogates surrogates;
  private final String tenant;

  /// Surrogates of names that the log must be told.
  private final Map<String, String> untold = new LinkedHashMap<>();

  Roster(Surrogates surrogates, String tenant) {
    this.surrogates = surrogates;
    this.tenant = tenant;
  }

  /// What stands for the name in a row; empty for nobody.
  public String surrogate(String name) {
    if (name.isEmpty()) {
      return "";
    }
    return surrogates
        .told(tenant, name)
        .orElseGet(() -> untold.computeIfAbsent(name, any -> surrogates.of(tenant, any)));
  }

  /// The dimensions as a row has them.
  public Dimensions hidden(Dimensions dimensions) {
    return dimensions.getUser().isEmpty()
        ? dimensions
        : dimensions.toBuilder().setUser(surrogate(dimensions.getUser())).build();
  }

  /// What the log must have before the rows.
  public List<Entry> entries() {
    var entries = new ArrayList<Entry>();
    untold.forEach(
        (name, surrogate) -> entries.add(new Entry.User(UserRow.encode(tenant, surrogate, name))));
    return entries;
  }

  /// The log has these entries, durably.
  public void logged() {
    untold.forEach((name, surrogate) -> surrogates.tell(tenant, name, surrogate));
  }
}
