package dev.tollgate.quota.recover;

import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Lapse;
import dev.tollgate.quota.hold.LapseBook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// A ledger whose rows a test writes down. It sums nothing: every call is a line.
@NullMarked
final class InMemoryLedger implements Ledger, LapseBook {
  final List<LedgerRow> rows = new ArrayList<>();
  private final Map<String, List<Lapse>> lapses = new HashMap<>();

  @Override
  public synchronized Map<String, Long> positions(String tenant) {
    var positions = new HashMap<String, Long>();
    rows.stream()
        .filter(row -> row.tenant().equals(tenant))
        .forEach(row -> positions.merge(row.log(), row.position(), Math::max));
    return positions;
  }

  private Stream<LedgerRow> rows(LedgerQuestion question) {
    return List.copyOf(rows).stream()
        .filter(row -> row.tenant().equals(question.tenant()))
        .filter(row -> !row.time().isBefore(question.since()))
        .filter(row -> row.position() <= question.through().getOrDefault(row.log(), 0L));
  }

  @Override
  public synchronized void lines(LedgerQuestion question, Consumer<LedgerLine> consumer) {
    var slot = question.slotLengthMillis();
    rows(question)
        .filter(row -> !row.unknownCost())
        .forEach(row ->
            consumer.accept(
                new LedgerLine(
                    row.dimensions(),
                    row.time(),
                    slot == 0 ? 0 : row.time().toEpochMilli() / slot * slot,
                    row.currency(),
                    Spent.of(row.spend()))));
  }

  @Override
  public synchronized void unknown(LedgerQuestion question, Consumer<LedgerCall> consumer) {
    rows(question).filter(LedgerRow::unknownCost).map(LedgerRow::call).forEach(consumer);
  }

  @Override
  public synchronized void calls(LedgerQuestion question, Consumer<LedgerCall> consumer) {
    rows(question).filter(row -> !row.token().isEmpty()).map(LedgerRow::call).forEach(consumer);
  }

  @Override
  public synchronized void append(String tenant, List<Lapse> more) {
    lapses.computeIfAbsent(tenant, any -> new ArrayList<>()).addAll(more);
  }

  @Override
  public synchronized Map<Counter, Long> lapsed(
      String tenant, Instant since, Map<String, Long> through) {
    var lapsed = new HashMap<Counter, Long>();
    lapses.getOrDefault(tenant, List.of()).stream()
        .filter(lapse -> !lapse.checkTime().isBefore(since))
        .forEach(lapse ->
            lapse
                .charged()
                .forEach(seed -> lapsed.merge(seed.counter(), seed.amount(), Long::sum)));
    return lapsed;
  }
}
