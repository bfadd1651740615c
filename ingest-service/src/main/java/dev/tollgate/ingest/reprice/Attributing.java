package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.attribute.RuleOrder;
import dev.tollgate.ingest.ledger.StoredEntry;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Function;

/// Attributes events anew, and leaves their charges alone.
///
/// @param rules of the events' tenant
record Attributing(RuleOrder rules) implements Reviser {
  /// For one run, by each tenant's rules as they are when it is first asked for: rules that are
  /// written meanwhile don't split it.
  static Function<String, Reviser> pinned(Function<String, RuleOrder> newest) {
    var pinned = new HashMap<String, Reviser>();
    return tenant -> pinned.computeIfAbsent(tenant, name -> new Attributing(newest.apply(name)));
  }

  @Override
  public Optional<Said> revised(StoredEntry latest) {
    return rules
        .attributeAgain(latest.attribution(), latest.eventTime())
        .map(attribution -> new Said(latest.booked(), attribution));
  }
}
