package dev.tollgate.ingest.fact;

import com.google.protobuf.Message;
import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.dedupe.History;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.share.Owners;
import dev.tollgate.ingest.user.Surrogates;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.time.TimeSource;
import java.util.List;

/// What a fact passes through between the wire and the log.
public record FactIntake(
    Dedupe dedupe,
    History history,
    Surrogates surrogates,
    SegmentLog log,
    Owners owners,
    FactMeters meters,
    TimeSource time) {
  static final int FACTS_MAX = 500;

  /// The same without other instances: what comes here stays here.
  public FactIntake alone() {
    return new FactIntake(dedupe, history, surrogates, log, Owners.alone(), meters, time);
  }

  /// Takes the facts of one request; returns, with a result for each in their order, when those
  /// that are accepted are durable.
  ///
  /// @param field that they came in
  /// @throws Failure FIELD_INVALID, LOG_FULL, STORE_UNAVAILABLE, SERVICE_UNAVAILABLE, STOPPING
  <M extends Message> List<FactResult> take(
      FactForm<M> form, String field, List<M> facts, Caller caller) {
    if (facts.isEmpty() || facts.size() > FACTS_MAX) {
      throw Failure.invalid(field, facts.size() + " items (expected: 1 to " + FACTS_MAX + ")");
    }
    return FactShares.of(this, form, facts, caller).take();
  }
}
