package dev.tollgate.query.waste;

import dev.tollgate.proto.query.v1.GetRetryWasteRequest;
import dev.tollgate.query.cost.MadeRates;
import dev.tollgate.query.outcome.Entry;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/// An answer to `GetRetryWaste`, computed from what was made up, without the product's code.
@NullMarked
final class RecomputedWaste {
  private static final Comparator<Entry> LAST =
      Comparator.<Entry>comparingInt(entry -> Math.max(entry.attempt(), 1))
          .thenComparing(Entry::happened)
          .thenComparing(
              Entry::eventId,
              (one, other) ->
                  Arrays.compareUnsigned(
                      one.getBytes(StandardCharsets.UTF_8),
                      other.getBytes(StandardCharsets.UTF_8)));

  private static final class Sums {
    BigDecimal cost = BigDecimal.ZERO;
    BigDecimal superseded = BigDecimal.ZERO;
    BigDecimal failedFinal = BigDecimal.ZERO;
    BigDecimal error = BigDecimal.ZERO;
    long events;
    long supersededEvents;
    long failedFinals;
    long errors;
    long unpriced;
  }

  private final Map<List<String>, Sums> sums = new HashMap<>();
  private final MadeRates rates;
  private final Map<String, Entry> finals = new HashMap<>();

  /// @param known of whose attempts the caller may know
  /// @param kept of these, what the filters keep
  RecomputedWaste(
      List<Entry> entries,
      Predicate<Entry> known,
      Predicate<Entry> kept,
      GetRetryWasteRequest request,
      MadeRates rates) {
    this.rates = rates;
    var start = Instant.ofEpochSecond(request.getStartTime().getSeconds());
    var end = Instant.ofEpochSecond(request.getEndTime().getSeconds());
    var day = Duration.ofDays(1);
    for (var entry : entries) {
      var seen =
          known.test(entry)
              && entry.seq() == 0
              && !entry.time().isBefore(start.minus(day))
              && entry.time().isBefore(end.plus(day));
      if (seen && !entry.logicalRequest().isEmpty()) {
        finals.merge(entry.logicalRequest(), entry, (a, b) -> LAST.compare(a, b) > 0 ? a : b);
      }
    }
    for (var entry : entries) {
      if (known.test(entry)
          && kept.test(entry)
          && !entry.time().isBefore(start)
          && entry.time().isBefore(end)) {
        var key = new ArrayList<String>();
        request.getGroupByList().forEach(name -> key.add(entry.value(name)));
        key.add(rates.currency(entry.currency()));
        add(sums.computeIfAbsent(key, any -> new Sums()), entry);
      }
    }
  }

  private void add(Sums into, Entry entry) {
    var cost =
        BigDecimal.valueOf(entry.costPicos())
            .multiply(BigDecimal.valueOf(entry.sign()))
            .multiply(rates.worth(entry.currency(), entry.time()));
    var last = finals.getOrDefault(entry.logicalRequest(), entry);
    var superseded = LAST.compare(last, entry) > 0;
    into.cost = into.cost.add(cost);
    into.events += entry.sign();
    into.unpriced += entry.isUnpriced() ? entry.sign() : 0;
    if (superseded) {
      into.superseded = into.superseded.add(cost);
      into.supersededEvents += entry.sign();
    }
    if (entry.failed()) {
      into.error = into.error.add(cost);
      into.errors += entry.sign();
    }
    if (entry.failed() && !superseded) {
      into.failedFinal = into.failedFinal.add(cost);
      into.failedFinals += entry.sign();
    }
  }

  /// The rows, each as a text, in no order.
  List<String> rows() {
    var rows = new ArrayList<String>();
    sums.forEach((key, of) -> rows.add(text(key, of)));
    return rows;
  }

  /// The waste in each currency, in picos.
  Map<String, String> waste() {
    var waste = new TreeMap<String, BigInteger>();
    sums.forEach((key, of) -> waste.merge(key.getLast(), waste(of), BigInteger::add));
    var texts = new TreeMap<String, String>();
    waste.forEach((currency, picos) -> texts.put(currency, money(picos)));
    return texts;
  }

  private static String text(List<String> key, Sums of) {
    var waste = waste(of);
    var cost = rounded(of.cost);
    return ("%s waste %s = %s + %s of %s: %s; errors %s; %d superseded of %d: %s;"
            + " %d finals, %d failed, %d unpriced")
        .formatted(
            key,
            money(waste),
            money(rounded(of.superseded)),
            money(rounded(of.failedFinal)),
            money(cost),
            cost.signum() <= 0
                ? "none"
                : "%.9f"
                    .formatted(
                        new BigDecimal(waste)
                            .divide(new BigDecimal(cost), MathContext.DECIMAL128)
                            .doubleValue()),
            money(rounded(of.error)),
            of.supersededEvents,
            of.events,
            of.events <= 0 ? "none" : (double) of.supersededEvents / of.events,
            of.failedFinals,
            of.errors,
            of.unpriced);
  }

  private static BigInteger waste(Sums of) {
    return rounded(of.superseded).add(rounded(of.failedFinal));
  }

  private static BigInteger rounded(BigDecimal picos) {
    return picos.setScale(0, RoundingMode.HALF_EVEN).toBigIntegerExact();
  }

  private static String money(BigInteger picos) {
    return new BigDecimal(picos, 12).toPlainString();
  }
}
