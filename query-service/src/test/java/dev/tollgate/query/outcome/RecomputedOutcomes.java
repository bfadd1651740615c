package dev.tollgate.query.outcome;

import dev.tollgate.proto.query.v1.GetCostPerOutcomeRequest;
import dev.tollgate.proto.query.v1.OutcomeCounting;
import dev.tollgate.query.cost.MadeRates;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/// An answer to `GetCostPerOutcome`, computed from what was made up, without the product's code.
@NullMarked
final class RecomputedOutcomes {
  private static final Comparator<Entry> EARLIEST =
      Comparator.comparing(Entry::happened)
          .thenComparing(Entry::eventId, Superseding.BYTES)
          .thenComparing(Entry::seq, Comparator.reverseOrder());

  /// What is added up of a group in a currency.
  private static final class Sums {
    BigDecimal attributed = BigDecimal.ZERO;
    BigDecimal labelled = BigDecimal.ZERO;
    BigDecimal unattributed = BigDecimal.ZERO;
    long events;
    long retries;
    long errors;
    long unattributedEvents;
    long unpriced;

    boolean isNothing() {
      return rounded(attributed).signum() == 0
          && rounded(unattributed).signum() == 0
          && events == 0
          && retries == 0
          && errors == 0
          && unattributedEvents == 0
          && unpriced == 0;
    }

    BigInteger total() {
      return rounded(attributed).add(rounded(unattributed));
    }
  }

  private static final class Counts {
    long references;
    long labelled;
    long successes;
    long failures;
  }

  private final GetCostPerOutcomeRequest request;
  private final String reference;
  private final Instant start;
  private final Instant end;
  private final MadeRates rates;
  private final Map<List<String>, Map<String, Sums>> sums = new HashMap<>();
  private final Map<List<String>, Counts> counts = new HashMap<>();
  private Instant last;

  RecomputedOutcomes(
      List<Entry> entries,
      List<Said> outcomes,
      Predicate<Entry> visible,
      GetCostPerOutcomeRequest request,
      MadeRates rates) {
    this.rates = rates;
    this.request = request;
    this.reference =
        request.getReference().name().substring("REFERENCE_".length()).toLowerCase(Locale.ROOT);
    this.start = instant(request.getStartTime());
    this.end = instant(request.getEndTime());
    this.last = end;
    var labels = labels(outcomes);
    var byReference = new TreeMap<String, List<Entry>>();
    for (var entry : entries) {
      if (visible.test(entry) && known(entry.received())) {
        var id = entry.value(reference);
        if (id.isEmpty()) {
          unattributed(entry);
        } else {
          byReference.computeIfAbsent(id, any -> new ArrayList<>()).add(entry);
        }
      }
    }
    byReference.forEach((id, of) -> reference(of, labels.getOrDefault(id, List.of())));
  }

  private boolean known(Instant received) {
    return !request.hasAsOfTime() || !received.isAfter(instant(request.getAsOfTime()));
  }

  private void unattributed(Entry entry) {
    if (!entry.time().isBefore(start) && entry.time().isBefore(end)) {
      var into = into(group(entry), entry.currency());
      into.unattributed = into.unattributed.add(cost(entry));
      into.unattributedEvents += entry.sign();
      into.unpriced += entry.isUnpriced() ? entry.sign() : 0;
    }
  }

  private void reference(List<Entry> entries, List<Said> labels) {
    var earliest = entries.stream().min(EARLIEST).orElseThrow();
    if (earliest.happened().isBefore(start) || !earliest.happened().isBefore(end)) {
      return;
    }
    var group = group(earliest);
    var events = entries.stream().mapToInt(Entry::sign).sum();
    var labelled = events > 0 && !labels.isEmpty();
    var of = counts.computeIfAbsent(group, any -> new Counts());
    if (events > 0) {
      of.references++;
      of.labelled += labelled ? 1 : 0;
      of.successes += labels.stream().filter(said -> said.result().equals("SUCCESS")).count();
      of.failures += labels.stream().filter(said -> said.result().equals("FAILURE")).count();
    }
    for (var entry : entries) {
      var into = into(group, entry.currency());
      into.attributed = into.attributed.add(cost(entry));
      into.labelled = labelled ? into.labelled.add(cost(entry)) : into.labelled;
      into.events += entry.sign();
      into.retries += entry.attempt() > 1 ? entry.sign() : 0;
      into.errors += entry.failed() ? entry.sign() : 0;
      into.unpriced += entry.isUnpriced() ? entry.sign() : 0;
      last = entry.happened().isAfter(last) ? entry.happened() : last;
    }
  }

  /* What counts, by what it is about. */
  private Map<String, List<Said>> labels(List<Said> outcomes) {
    var received = outcomes.stream().filter(said -> known(said.received())).toList();
    var labels = new HashMap<String, List<Said>>();
    for (var said : Said.counting(received)) {
      if (said.kind().equals(request.getKind())
          && !said.result().equals("REVERSED")
          && !said.value(reference).isEmpty()) {
        labels.computeIfAbsent(said.value(reference), any -> new ArrayList<>()).add(said);
      }
    }
    if (request.getCounting() == OutcomeCounting.OUTCOME_COUNTING_LATEST) {
      var byTime = Comparator.comparing(Said::time).thenComparing(Said::id, Superseding.BYTES);
      labels.replaceAll((id, of) -> List.of(of.stream().max(byTime).orElseThrow()));
    }
    return labels;
  }

  private Sums into(List<String> group, String currency) {
    return sums.computeIfAbsent(group, any -> new TreeMap<>())
        .computeIfAbsent(rates.currency(currency), any -> new Sums());
  }

  private List<String> group(Entry entry) {
    return request.getGroupByList().stream().map(entry::value).toList();
  }

  private BigDecimal cost(Entry entry) {
    return BigDecimal.valueOf(entry.costPicos())
        .multiply(BigDecimal.valueOf(entry.sign()))
        .multiply(rates.worth(entry.currency(), entry.time()));
  }

  private static BigInteger rounded(BigDecimal picos) {
    return picos.setScale(0, RoundingMode.HALF_EVEN).toBigIntegerExact();
  }

  /// The rows, each as a text, in no order.
  List<String> rows() {
    var rows = new ArrayList<String>();
    sums.forEach((group, byCurrency) ->
        byCurrency.forEach((currency, of) -> {
          if (!of.isNothing()) {
            rows.add(
                text(
                    group,
                    currency,
                    of,
                    Optional.ofNullable(counts.get(group)).orElseGet(Counts::new)));
          }
        }));
    return rows;
  }

  /// What the cohort's last event, or the end of the range, says of when it is settled.
  Instant settled(Duration window) {
    return last.plus(window);
  }

  /// What all that was spent in the range and for the cohort comes to, in picos.
  BigInteger total(String currency) {
    return sums.values().stream()
        .flatMap(byCurrency -> Optional.ofNullable(byCurrency.get(currency)).stream())
        .map(Sums::total)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static String text(List<String> group, String currency, Sums of, Counts counts) {
    return ("%s %s total %s attributed %s labelled %s unattributed %s refs %d of %d coverage %s"
            + " +%d -%d per %s events %d retries %d errors %d other %d unpriced %d")
        .formatted(
            group,
            currency,
            money(of.total()),
            money(rounded(of.attributed)),
            money(rounded(of.labelled)),
            money(rounded(of.unattributed)),
            counts.labelled,
            counts.references,
            counts.references == 0 ? "none" : (double) counts.labelled / counts.references,
            counts.successes,
            counts.failures,
            counts.successes == 0
                ? "none"
                : new BigDecimal(rounded(of.attributed), 12)
                    .divide(BigDecimal.valueOf(counts.successes), 12, RoundingMode.HALF_EVEN)
                    .toPlainString(),
            of.events,
            of.retries,
            of.errors,
            of.unattributedEvents,
            of.unpriced);
  }

  private static String money(BigInteger picos) {
    return new BigDecimal(picos, 12).toPlainString();
  }

  private static Instant instant(com.google.protobuf.Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
