package dev.tollgate.query.anomaly;

import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.Sum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// What the ledger says of hours. Blocks; safe for concurrent use.
final class AnomalyLedger {
  private final Ledger ledger;

  AnomalyLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Everyone whom the hour and the 28 days before it know of.
  List<Watched> watched(String tenant, Instant hour) {
    var lines = new LinkedHashMap<Subject, List<HourLine>>();
    for (var read : ledger.read(AnomalyStatement.hours(tenant, hour), HourLine::read)) {
      lines.computeIfAbsent(read.getFirst().subject(), _ -> new ArrayList<>()).addAll(read);
    }
    return lines.entrySet().stream()
        .map(each -> new Watched(each.getKey(), hour, each.getValue()))
        .toList();
  }

  /// How its parts changed from the usual hours to its own.
  List<Change> changes(String tenant, Watched watched, List<Sum> measure, String currency) {
    return ledger.read(
        AnomalyStatement.changes(tenant, watched, measure, currency, watched.usualHours()),
        Change::read);
  }
}
