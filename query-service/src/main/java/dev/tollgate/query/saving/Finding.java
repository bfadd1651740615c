package dev.tollgate.query.saving;

import dev.tollgate.proto.query.v1.SavingConfidence;
import dev.tollgate.proto.query.v1.SavingKind;
import dev.tollgate.proto.query.v1.SavingRow;
import dev.tollgate.query.answer.Wire;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/// Adds up what one way to save would save. Not safe for concurrent use.
final class Finding {
  private static final int EVIDENCE_MAX = 5;
  private static final int SURE_MIN = 100;
  private static final long MONTH_MILLIS = Duration.ofDays(30).toMillis();

  /// What distinguishes it from others.
  ///
  /// @param target the model that would do instead; empty where it is not about that
  record Key(SavingKind kind, Work work, String currency, Optional<Work> target) {}

  private record Evidence(String event, BigInteger saving) {}

  private final Key key;
  private final PriorityQueue<Evidence> evidence =
      new PriorityQueue<>(
          Comparator.comparing(Evidence::saving)
              .thenComparing(Comparator.comparing(Evidence::event).reversed()));
  private long calls;
  private BigInteger cost = BigInteger.ZERO;
  private BigInteger saving = BigInteger.ZERO;

  Finding(Key key) {
    this.key = key;
  }

  Key key() {
    return key;
  }

  BigInteger saving() {
    return saving;
  }

  /// A call that would have cost so much less; below 0 where it would have cost more.
  void add(PastCall call, BigInteger less) {
    saving = saving.add(less);
    if (less.signum() <= 0) {
      return;
    }
    calls++;
    cost = cost.add(call.cost());
    evidence.add(new Evidence(call.event(), less));
    if (evidence.size() > EVIDENCE_MAX) {
      evidence.remove();
    }
  }

  /// @param needed output tokens, where it is about their limit
  SavingRow.Builder row(Duration range, long needed) {
    var row =
        SavingRow.newBuilder()
            .setKind(key.kind())
            .setFeature(key.work().feature())
            .setProvider(key.work().provider())
            .setModel(key.work().model())
            .setCalls(calls)
            .setCost(Wire.money(key.currency(), cost))
            .setSaving(Wire.money(key.currency(), saving))
            .setMonthlySaving(Wire.money(key.currency(), monthly(range)))
            .setConfidence(confidence())
            .addAllEvidenceEventIds(events());
    if (key.kind() == SavingKind.SAVING_KIND_OUTPUT_LIMIT) {
      row.setMaxOutputTokens(needed);
    }
    key.target()
        .ifPresent(
            target -> row.setTargetProvider(target.provider()).setTargetModel(target.model()));
    return row;
  }

  private BigInteger monthly(Duration range) {
    return new BigDecimal(saving.multiply(BigInteger.valueOf(MONTH_MILLIS)))
        .divide(BigDecimal.valueOf(range.toMillis()), 0, RoundingMode.HALF_EVEN)
        .toBigIntegerExact();
  }

  private SavingConfidence confidence() {
    if (calls < SURE_MIN) {
      return SavingConfidence.SAVING_CONFIDENCE_LOW;
    }
    return switch (key.kind()) {
      case SAVING_KIND_REPEATED_INPUT, SAVING_KIND_PROMPT_CACHE ->
          SavingConfidence.SAVING_CONFIDENCE_HIGH;
      case SAVING_KIND_OUTPUT_LIMIT,
          SAVING_KIND_BATCH,
          SAVING_KIND_ROUTE,
          SAVING_KIND_UNSPECIFIED,
          UNRECOGNIZED ->
          SavingConfidence.SAVING_CONFIDENCE_MEDIUM;
    };
  }

  /* The one of which most could be saved first. */
  private List<String> events() {
    return evidence.stream()
        .sorted(Comparator.comparing(Evidence::saving).reversed().thenComparing(Evidence::event))
        .map(Evidence::event)
        .toList();
  }
}
