package dev.tollgate.ingest.accept;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.BackfillUsageRequest;
import dev.tollgate.proto.ingest.v1.BackfillUsageResponse;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.RecordUsageResponse;
import dev.tollgate.time.TimeSource;
import java.time.Duration;

/// Usage that comes in one call, of now or of the past. Blocks.
public final class UsageBatches {
  private final RecordUsageRpc now;
  private final BackfillUsageRpc past;

  /// @param eventAheadMax how far behind its event this server's clock may be
  public UsageBatches(Intake intake, TimeSource time, Duration eventAheadMax) {
    this(intake, new EventParser(time, eventAheadMax));
  }

  UsageBatches(Intake intake, EventParser parser) {
    this.now = new RecordUsageRpc(intake, parser);
    this.past = new BackfillUsageRpc(intake, parser);
  }

  /// Returns when the events are what was asked for.
  public RecordUsageResponse take(RecordUsageRequest request, Caller caller) {
    return now.answer(request, caller);
  }

  /// Returns when the events are durable.
  public BackfillUsageResponse take(BackfillUsageRequest request, Caller caller) {
    return past.answer(request, caller);
  }
}
