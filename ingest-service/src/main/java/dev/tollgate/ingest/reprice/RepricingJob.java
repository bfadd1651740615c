package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.ledger.Selection;
import dev.tollgate.proto.ingest.v1.Repricing;
import java.time.Instant;

/// What one repricing has to do.
///
/// @param tenant whose it is; empty for the installation's, which covers all tenants
/// @param begin when it first ran, in whole milliseconds
record RepricingJob(
    String tenant, String id, Selection selection, boolean isDryRun, Instant begin) {
  private static final String INSTALLATION = "all/";

  static RepricingJob of(String tenant, Repricing stored) {
    return new RepricingJob(
        tenant,
        stored.getRepricingId(),
        new Selection(
            Times.instant(stored.getStartTime()),
            Times.instant(stored.getEndTime()),
            stored.getProvider(),
            stored.getModelPattern()),
        stored.getDryRun(),
        Times.instant(stored.getBeginTime()));
  }

  /// How its entries name it. A tenant's and the installation's may have the same id.
  String entryName() {
    return tenant.isEmpty() ? INSTALLATION + id : id;
  }
}
