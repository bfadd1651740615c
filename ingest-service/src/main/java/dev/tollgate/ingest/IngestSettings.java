package dev.tollgate.ingest;

import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.log.LogSettings;
import dev.tollgate.ingest.share.ShareSettings;
import dev.tollgate.ingest.write.BatchLimits;
import dev.tollgate.kernel.caller.AuthSettings;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.env.Env;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.kernel.server.ServerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// Every knob of ingest-service.
///
/// @param eventAheadMax how far ahead of this server's clock an event's time may lie
/// @param dedupeHorizon how long the keys of accepted events are kept, and so the log's segments
/// @param dedupeKeysMax how many keys are kept at most, by default what a quarter of the memory
///   holds; older ones are looked up in the ledger
/// @param repricingSliceEvents how many events a repricing reads and corrects at a time, about
/// @param rollupCheckEvery how often the rollups are compared with the ledger
/// @param drain how long the ledger and the quota may each take to catch up when the service stops
public record IngestSettings(
    ServerSettings server,
    AuthSettings auth,
    ClickHouseSettings clickHouse,
    PeerSettings quota,
    PeerSettings pricing,
    ShareSettings share,
    LogSettings log,
    BatchLimits batch,
    Duration eventAheadMax,
    Duration dedupeHorizon,
    int dedupeKeysMax,
    int repricingSliceEvents,
    Duration rollupCheckEvery,
    Duration drain) {
  private static final long MIB = 1L << 20;
  private static final long SEGMENTS_MIN = 8;
  private static final long TIB = 1L << 40;
  private static final int KEYS_MAX = 50_000_000;

  /// Reads the variables that begin with `TOLLGATE_INGEST_`.
  public static IngestSettings from(Map<String, String> variables) {
    var env = Env.of(variables, "TOLLGATE_INGEST_");
    var settings =
        new IngestSettings(
            ServerSettings.from(env, 7403, 7503),
            AuthSettings.from(env),
            ClickHouseSettings.from(env),
            PeerSettings.from(env, "QUOTA_TARGET", "127.0.0.1:7401"),
            PeerSettings.from(env, "PRICING_TARGET", "127.0.0.1:7402"),
            ShareSettings.from(env),
            log(env),
            new BatchLimits(
                env.number("BATCH_ROWS_MAX", 50_000, 1, 500_000),
                env.bytes("BATCH_BYTES_MAX", 64 * MIB, 1024, 512 * MIB),
                env.duration("BATCH_LINGER", Duration.ofMillis(250))),
            env.duration("MAX_EVENT_AHEAD", Duration.ofHours(1)),
            env.duration("DEDUPE_HORIZON", Duration.ofHours(24)),
            env.number("DEDUPE_KEYS_MAX", keysThatFit(), 1, KEYS_MAX),
            env.number("REPRICING_SLICE_EVENTS", 1_000, 1, 10_000),
            env.duration("ROLLUP_CHECK_EVERY", Duration.ofHours(1)),
            env.duration("LOG_DRAIN", Duration.ofSeconds(5)));
    env.check();
    return settings;
  }

  /* A quarter of the memory that this process may take. */
  private static int keysThatFit() {
    var fitting = Runtime.getRuntime().maxMemory() / 4 / Dedupe.BYTES_PER_KEY;
    return Math.clamp(fitting, 100_000, KEYS_MAX);
  }

  /* A log whose only segment is full could never delete it: there must be room for several. */
  private static LogSettings log(Env env) {
    var dir = env.path("LOG_DIR", Path.of("tollgate-log"));
    var segmentBytes = env.bytes("LOG_SEGMENT_BYTES", 64 * MIB, 1024, 1024 * MIB);
    var bytesMax = env.bytes("LOG_BYTES_MAX", 64 * 1024 * MIB, MIB, TIB);
    var freeBytesMin = env.bytes("LOG_FREE_BYTES_MIN", 256 * MIB, 0, TIB);
    return new LogSettings(
        dir,
        Math.min(segmentBytes, bytesMax / SEGMENTS_MIN),
        bytesMax,
        freeBytesMin,
        bytesMax / 100 * env.number("LOG_PAUSE_PERCENT", 90, 1, 100),
        env.bytes("LOG_FREE_BYTES_PAUSE", 2 * freeBytesMin, 0, 2 * TIB));
  }
}
