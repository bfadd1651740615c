package dev.tollgate.client.meter;

import dev.tollgate.client.record.RecorderSettings;
import dev.tollgate.client.record.SpoolSettings;
import java.time.Duration;

/// How calls are metered.
///
/// @param whenAway what becomes of a call that can't be checked
/// @param limit the longest that a check, and afterwards taking the usage, may hold up a call
/// @param settling when holds are replaced by what calls cost
/// @param failures how to read what the model's client throws
/// @param recorder how usage is kept until the ledger has it; its wait for room is the limit
public record MeteringSettings(
    WhenAway whenAway,
    Duration limit,
    Settling settling,
    AttemptFailure.Reader failures,
    RecorderSettings recorder) {
  /// DENY, 250 ms, settled by the ledger, usage in memory.
  public static final MeteringSettings DEFAULT =
      new MeteringSettings(
          WhenAway.DENY,
          Duration.ofMillis(250),
          Settling.BY_LEDGER,
          AttemptFailure::of,
          RecorderSettings.DEFAULT);

  public MeteringSettings {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: above zero)");
    }
  }

  public MeteringSettings withWhenAway(WhenAway choice) {
    return new MeteringSettings(choice, limit, settling, failures, recorder);
  }

  public MeteringSettings withLimit(Duration longest) {
    return new MeteringSettings(whenAway, longest, settling, failures, recorder);
  }

  public MeteringSettings withSettling(Settling choice) {
    return new MeteringSettings(whenAway, limit, choice, failures, recorder);
  }

  public MeteringSettings withFailures(AttemptFailure.Reader reader) {
    return new MeteringSettings(whenAway, limit, settling, reader, recorder);
  }

  public MeteringSettings withRecorder(RecorderSettings settings) {
    return new MeteringSettings(whenAway, limit, settling, failures, settings);
  }

  /// With it, usage that was taken outlives a crash of this process.
  public MeteringSettings withSpool(SpoolSettings spool) {
    return withRecorder(recorder.withSpool(spool));
  }
}
