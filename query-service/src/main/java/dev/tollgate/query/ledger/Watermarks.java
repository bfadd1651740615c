package dev.tollgate.query.ledger;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Up to when the events of each tenant have come from ingest's logs into the ledger, as of a few
/// seconds ago. Blocks; safe for concurrent use.
public final class Watermarks {
  /* Each log is written in its order, but for the batches that are on their way together, so what
   * has the latest receipt in a log has nearly all before it in the ledger as well. The earliest of
   * the logs is what holds for all. A log that nothing came from for a day may be of an instance
   * that is gone. */

  /// A mark that is this old says too little at worst, never too much.
  private static final Duration AGE_MAX = Duration.ofSeconds(2);

  private static final Duration LOOKED_AT = Duration.ofDays(1);
  private static final int TENANTS_MAX = 10_000;

  private final LoadingCache<String, Optional<Instant>> marks;

  public Watermarks(Ledger ledger, TimeSource time) {
    this.marks =
        Caffeine.newBuilder()
            .maximumSize(TENANTS_MAX)
            .expireAfterWrite(AGE_MAX)
            .ticker(time::nanoTime)
            .build(tenant -> read(ledger, tenant, time.now()));
  }

  /// Empty where the tenant has no event of the past day.
  public Optional<Instant> of(String tenant) {
    return marks.get(tenant);
  }

  private static Optional<Instant> read(Ledger ledger, String tenant, Instant now) {
    var start = now.truncatedTo(ChronoUnit.SECONDS).minus(LOOKED_AT);
    return ledger
        .read(WatermarkStatement.of(tenant, start), row -> row.instant("received"))
        .stream()
        .min(Instant::compareTo);
  }
}
