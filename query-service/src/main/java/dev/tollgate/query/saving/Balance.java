package dev.tollgate.query.saving;

import dev.tollgate.proto.query.v1.MarkedSaving;
import dev.tollgate.query.scope.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What came of a tenant's marks: what was done, and what it saved. Blocks; safe for concurrent
/// use.
final class Balance {
  /* Of several that were done at once, the one that was said first. */
  private static final Comparator<Mark> FIRST =
      Comparator.comparing(Mark::done)
          .thenComparing(Mark::time)
          .thenComparing(mark -> mark.key().kind())
          .thenComparing(mark -> mark.key().work().toString());

  private final SavingLedger ledger;

  Balance(SavingLedger ledger) {
    this.ledger = ledger;
  }

  /// The latest first.
  List<MarkedSaving> of(String tenant, List<Mark> marks, Instant now) {
    var byFeature =
        marks.stream()
            .filter(Mark::isDone)
            .sorted(FIRST)
            .collect(Collectors.groupingBy(mark -> mark.key().work().feature()));
    var realized = new TreeMap<String, Realized>();
    byFeature.forEach((feature, done) ->
        realized.put(
            feature,
            new Realized(
                done.stream().map(Mark::done).collect(Collectors.toCollection(TreeSet::new)),
                now)));
    var spent = spent(tenant, realized, now);
    var shown = new ArrayList<MarkedSaving>();
    var counted = new HashSet<List<Object>>();
    for (var mark : marks.stream().sorted(FIRST).toList()) {
      var form = mark.print();
      var feature = mark.key().work().feature();
      var ofFeature = realized.get(feature);
      if (mark.isDone() && ofFeature != null && counted.add(List.of(feature, mark.done()))) {
        form.addAllRealized(ofFeature.of(mark.done(), spent.getOrDefault(feature, List.of())));
      }
      shown.add(form.build());
    }
    shown.sort(Comparator.comparing(Balance::markedNanos).reversed());
    return shown;
  }

  private Map<String, List<Spent>> spent(
      String tenant, SortedMap<String, Realized> realized, Instant now) {
    if (realized.isEmpty()) {
      return Map.of();
    }
    var cuts = new TreeSet<Instant>();
    realized.values().forEach(each -> cuts.addAll(each.cuts()));
    var slot = now.getEpochSecond() - now.getEpochSecond() % Scope.SLOT.toSeconds();
    var end = Instant.ofEpochSecond(slot).plus(Scope.SLOT);
    var scope = new Scope(tenant, cuts.first(), end, List.of());
    return ledger.spent(scope, realized.keySet(), cuts).stream()
        .collect(Collectors.groupingBy(Spent::feature));
  }

  private static Duration markedNanos(MarkedSaving mark) {
    var time = mark.getMarkedTime();
    return Duration.ofSeconds(time.getSeconds(), time.getNanos());
  }
}
