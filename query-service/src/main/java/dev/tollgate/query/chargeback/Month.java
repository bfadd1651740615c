package dev.tollgate.query.chargeback;

import dev.tollgate.query.org.OrgView;
import dev.tollgate.query.org.Places;
import dev.tollgate.query.scope.Scope;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;

/// A month of a time zone, and the rules by which its cost is shared.
record Month(YearMonth month, ZoneId zone, List<Rule> rules) {
  Month {
    rules = List.copyOf(rules);
  }

  /// Another month by the same zone and rules.
  Month of(YearMonth other) {
    return new Month(other, zone, rules);
  }

  Instant end() {
    return start(month.plusMonths(1));
  }

  /// All that a tenant spent in it, as the org tree was.
  Scope scope(String tenant) {
    return new Scope(tenant, start(month), end(), List.of())
        .withPlaces(Places.asked(OrgView.AS_WAS));
  }

  private Instant start(YearMonth of) {
    return of.atDay(1).atStartOfDay(zone).toInstant();
  }
}
