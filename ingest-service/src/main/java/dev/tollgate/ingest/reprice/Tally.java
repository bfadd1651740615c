package dev.tollgate.ingest.reprice;

import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.ingest.v1.AttributionMove;
import dev.tollgate.proto.ingest.v1.RepricingDelta;
import dev.tollgate.proto.ingest.v1.RepricingProgress;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What a repricing has found by now. Safe for concurrent use.
final class Tally {
  /// How many lines of deltas are told apart; what is beyond them shares a line per currency.
  static final int LINES_MAX = 2_000;

  private static final int PICO_DIGITS = 12;

  private record Line(String date, String tenant, String model, String currency) {}

  private static final class Sums {
    private BigInteger picos = BigInteger.ZERO;
    private long repriced;
    private long newlyPriced;
    private long newlyUnpriced;
  }

  private static final Comparator<Line> BY_LINE =
      Comparator.comparing(Line::date)
          .thenComparing(Line::tenant)
          .thenComparing(Line::model)
          .thenComparing(Line::currency);

  private final NavigableMap<Line, Sums> lines = new TreeMap<>(BY_LINE);
  private final NavigableMap<String, BigInteger> totals = new TreeMap<>();
  private final Moves moves = new Moves();
  private final RepricingProgress.Builder progress = RepricingProgress.newBuilder();
  private final RepricingMeters meters;

  Tally(RepricingMeters meters) {
    this.meters = meters;
  }

  synchronized void expect(long events) {
    progress.setEventsTotal(progress.getEventsTotal() + events);
  }

  /// So many entries are new in the log.
  synchronized void appended(int rows) {
    meters.appended(rows);
    found(rows);
  }

  /// So many entries were appended before a restart.
  synchronized void found(int rows) {
    progress.setRowsAppended(progress.getRowsAppended() + rows);
  }

  /// Counts an event in.
  synchronized void read(String tenant, Revision event) {
    meters.read(event);
    progress.setEventsRead(progress.getEventsRead() + 1);
    if (event.isRefused()) {
      progress.setEventsRefused(progress.getEventsRefused() + 1);
    }
    if (event.isReattributed()) {
      progress.setEventsReattributed(progress.getEventsReattributed() + 1);
      moves.add(tenant, event);
    }
    if (event.isRepriced()) {
      reprice(tenant, event);
    }
  }

  private void reprice(String tenant, Revision event) {
    var before = event.before().booked();
    var after = event.after().booked();
    if (!before.currency().equals(after.currency()) && before.costPicos() != 0) {
      add(line(tenant, event, before.currency()), BigInteger.valueOf(before.costPicos()).negate());
    }
    var known = before.currency().equals(after.currency()) ? before.costPicos() : 0;
    var sums =
        add(
            line(tenant, event, after.currency()),
            BigInteger.valueOf(after.costPicos()).subtract(BigInteger.valueOf(known)));
    sums.repriced++;
    sums.newlyPriced += event.isNewlyPriced() ? 1 : 0;
    sums.newlyUnpriced += event.isNewlyUnpriced() ? 1 : 0;
    progress.setEventsRepriced(progress.getEventsRepriced() + 1);
    progress.setEventsNewlyPriced(
        progress.getEventsNewlyPriced() + (event.isNewlyPriced() ? 1 : 0));
    progress.setEventsNewlyUnpriced(
        progress.getEventsNewlyUnpriced() + (event.isNewlyUnpriced() ? 1 : 0));
  }

  private static Line line(String tenant, Revision event, String currency) {
    var day = event.latest().eventTime().atOffset(ZoneOffset.UTC).toLocalDate();
    return new Line(day.toString(), tenant, event.latest().call().model(), currency);
  }

  private Sums add(Line line, BigInteger picos) {
    totals.merge(line.currency, picos, BigInteger::add);
    var isTold = lines.containsKey(line) || lines.size() < LINES_MAX;
    var told = isTold ? line : new Line("", "", "", line.currency);
    var sums = lines.computeIfAbsent(told, _ -> new Sums());
    sums.picos = sums.picos.add(picos);
    return sums;
  }

  synchronized RepricingProgress progress() {
    return progress.build();
  }

  /// By currency.
  synchronized List<Money> totals() {
    return totals.entrySet().stream().map(e -> money(e.getKey(), e.getValue())).toList();
  }

  /// By date, tenant, model and currency; the shared lines first.
  synchronized List<RepricingDelta> deltas() {
    return lines.entrySet().stream().map(e -> delta(e.getKey(), e.getValue())).toList();
  }

  /// By tenant, dimension, values and currency; the shared lines first.
  synchronized List<AttributionMove> moves() {
    return moves.list();
  }

  private static RepricingDelta delta(Line line, Sums sums) {
    return RepricingDelta.newBuilder()
        .setDate(line.date)
        .setTenantId(line.tenant)
        .setModel(line.model)
        .setDelta(money(line.currency, sums.picos))
        .setEventsRepriced(sums.repriced)
        .setEventsNewlyPriced(sums.newlyPriced)
        .setEventsNewlyUnpriced(sums.newlyUnpriced)
        .build();
  }

  static Money money(String currency, BigInteger picos) {
    return Money.newBuilder()
        .setCurrencyCode(currency)
        .setAmount(new BigDecimal(picos, PICO_DIGITS).toPlainString())
        .build();
  }
}
