package dev.tollgate.ingest.reprice;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;

/// Until when each tenant's periods are closed, in the control table `control_closed_periods`.
/// Blocking; safe for concurrent use.
final class ClosedPeriods {
  static final String TABLE = "closed_periods";
  private static final String ENTRY = "end";
  private static final String INSTALLATION = "";

  private final ControlTable table;

  ClosedPeriods(ControlTable table) {
    this.table = table;
  }

  /// What is closed for the tenant, or for every one, whichever is later; the epoch where nothing
  /// is.
  Instant closedUntil(String tenant) {
    var ofAll = own(INSTALLATION);
    var ofTenant = tenant.isEmpty() ? ofAll : own(tenant);
    return ofTenant.isAfter(ofAll) ? ofTenant : ofAll;
  }

  /// Closes what lies before the instant; idempotent.
  ///
  /// @throws Failure PERIOD_CLOSED where more is closed already; WRITE_CONFLICT
  Instant close(String tenant, Instant end, String actor) {
    var newest = table.read(tenant, ENTRY);
    var closed = closedUntil(tenant);
    if (end.isBefore(closed)) {
      throw Failure.of(
          Reason.PERIOD_CLOSED, "end_time: " + end + " (expected: not before " + closed + ")");
    }
    if (end.isAfter(newest.map(ClosedPeriods::end).orElse(Instant.EPOCH))) {
      var version = newest.map(Entry::version).orElse(0L);
      var content = "\"" + Timestamps.toString(Times.timestamp(end)) + "\"";
      table.append(tenant, ENTRY, version, content, actor);
    }
    return closedUntil(tenant);
  }

  private Instant own(String tenant) {
    Optional<Entry> newest = table.read(tenant, ENTRY);
    return newest.map(ClosedPeriods::end).orElse(Instant.EPOCH);
  }

  private static Instant end(Entry entry) {
    try {
      Timestamp end = Timestamps.parse(entry.content().replace("\"", ""));
      return Times.instant(end);
    } catch (ParseException damaged) {
      throw new IllegalStateException(entry.tenant() + ": not a time", damaged);
    }
  }
}
