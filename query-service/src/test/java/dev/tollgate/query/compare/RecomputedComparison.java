package dev.tollgate.query.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tollgate.proto.query.v1.ModelCandidate;
import dev.tollgate.proto.query.v1.ModelComparison;
import dev.tollgate.proto.query.v1.ModelObservation;
import dev.tollgate.query.answer.QuantileAssert;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/// An answer to `CompareModels`, computed from what was made up, without the product's code.
@NullMarked
record RecomputedComparison(List<MadeUsage> entries) {
  /// What the entries cost, as texts.
  List<String> costs() {
    var costs = new TreeMap<String, BigInteger>();
    entries.forEach(each ->
        costs.merge(
            each.currency(), BigInteger.valueOf(each.sign() * each.costPicos()), BigInteger::add));
    return costs.entrySet().stream()
        .map(each -> each.getKey() + " " + amount(each.getValue()))
        .toList();
  }

  long unpriced() {
    return entries.stream().filter(each -> !each.isKnown()).mapToLong(MadeUsage::sign).sum();
  }

  /// All of a comparison but how the candidate did, as a text.
  String by(ModelCandidate candidate) {
    var sums = new long[3];
    var cost = BigInteger.ZERO;
    var actual = BigInteger.ZERO;
    var compared = BigInteger.ZERO;
    var unmapped = new TreeMap<String, List<Long>>();
    for (var each : entries) {
      var rated = rate(each, candidate, unmapped);
      if (rated.isEmpty()) {
        sums[1] += each.sign();
        continue;
      }
      var picos = BigInteger.valueOf(rated.getAsLong()).multiply(BigInteger.valueOf(each.sign()));
      sums[0] += each.sign();
      cost = cost.add(picos);
      if (each.isKnown() && each.currency().equals("USD")) {
        sums[2] += each.sign();
        actual = actual.add(BigInteger.valueOf(each.sign() * each.costPicos()));
        compared = compared.add(picos);
      }
    }
    unmapped.values().removeIf(each -> each.equals(List.of(0L, 0L)));
    return "%d rated, %d not %s; %s; %d compared: %s - %s = %s"
        .formatted(
            sums[0],
            sums[1],
            unmapped,
            amount(cost),
            sums[2],
            amount(actual),
            amount(compared),
            amount(actual.subtract(compared)));
  }

  private static OptionalLong rate(
      MadeUsage made, ModelCandidate candidate, Map<String, List<Long>> unmapped) {
    var asked = candidate.getServiceTier().isEmpty() ? made.tier() : candidate.getServiceTier();
    var tier = asked.equals("standard") ? "" : asked;
    var prices =
        TestBook.PRICES.getOrDefault(
            candidate.getProvider() + "/" + candidate.getModel(), Map.of());
    var sum = 0L;
    var known = !made.status().equals("USAGE_MISSING");
    for (var used : made.usage().entrySet()) {
      var price = prices.get(tier + "/" + used.getKey());
      if (price == null) {
        known = false;
        unmapped.merge(
            used.getKey(),
            List.of((long) made.sign(), made.sign() * used.getValue()),
            (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1)));
      } else {
        sum += price * used.getValue();
      }
    }
    return known && !prices.isEmpty() ? OptionalLong.of(sum) : OptionalLong.empty();
  }

  static String text(ModelComparison comparison) {
    var unmapped = new TreeMap<String, List<Long>>();
    comparison
        .getUnmappedList()
        .forEach(
            each -> unmapped.put(each.getBucket(), List.of(each.getEvents(), each.getQuantity())));
    assertThat(comparison.getCost().getCurrencyCode()).isEqualTo("USD");
    return "%d rated, %d not %s; %s; %d compared: %s - %s = %s"
        .formatted(
            comparison.getRatedEvents(),
            comparison.getUnratedEvents(),
            unmapped,
            comparison.getCost().getAmount(),
            comparison.getComparedEvents(),
            comparison.getComparedActual().getAmount(),
            comparison.getComparedCost().getAmount(),
            comparison.getSaving().getAmount());
  }

  private static String amount(BigInteger picos) {
    return new BigDecimal(picos, 12).toPlainString();
  }

  /// Holds what is said of how calls went against the first entries of events.
  static void assertObserved(ModelObservation observed, List<MadeUsage> entries) {
    var calls = entries.stream().filter(each -> each.seq() == 0).toList();
    var finished = calls.stream().filter(each -> !each.end().equals("CANCELLED")).toList();
    var succeeded = calls.stream().filter(each -> each.end().equals("SUCCESS")).toList();
    assertThat(observed.getCalls()).isEqualTo(calls.size());
    assertThat(observed.hasSuccessRate()).isEqualTo(!finished.isEmpty());
    if (!finished.isEmpty()) {
      assertThat(observed.getSuccessRate().getValue())
          .isEqualTo((double) succeeded.size() / finished.size());
    }
    var qualities = calls.stream().flatMapToDouble(each -> each.quality().stream()).toArray();
    assertThat(observed.hasQualityScore()).isEqualTo(qualities.length > 1);
    if (qualities.length > 1) {
      assertMean(
          observed.getQualityScore().getValue(), observed.getQualityScore().getHigh(), qualities);
    }
    var outputs =
        succeeded.stream().mapToDouble(each -> each.usage().getOrDefault("output", 0L)).toArray();
    assertThat(observed.hasOutputTokens()).isEqualTo(outputs.length > 1);
    if (outputs.length > 1) {
      assertMean(
          observed.getOutputTokens().getValue(), observed.getOutputTokens().getHigh(), outputs);
    }
    QuantileAssert.assertQuantiles(
        observed.getLatency(),
        calls.stream().map(MadeUsage::latency).filter(each -> each > 0).sorted().toList());
  }

  private static void assertMean(double value, double high, double[] seen) {
    var mean = 0.0;
    for (var each : seen) {
      mean += each / seen.length;
    }
    var variance = 0.0;
    for (var each : seen) {
      variance += (each - mean) * (each - mean) / (seen.length - 1);
    }
    assertThat(value).isEqualTo(mean, within(1e-9 * Math.max(1, mean)));
    assertThat(high)
        .isEqualTo(
            mean + 1.959963984540054 * Math.sqrt(variance / seen.length),
            within(1e-6 * Math.max(1, mean)));
  }
}
