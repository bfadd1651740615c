package dev.tollgate.query.ledger;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.control.LateControlTable;
import java.time.Instant;
import java.util.Optional;

/// Up to which hour each tenant's hours were looked at when they were complete. Blocks; safe for
/// concurrent use, by any number of processes.
public final class HourMarks {
  private static final String MARK = "evaluated";

  private final LateControlTable table;
  private final String actor;

  /// @param actor who looks
  public HourMarks(LateControlTable table, String actor) {
    this.table = table;
    this.actor = actor;
  }

  /// The last hour that was looked at.
  public Optional<Instant> of(String tenant) {
    return table.get().read(tenant, MARK).map(HourMarks::hour);
  }

  /// Says that the hour was looked at; nothing happens where somebody else has, or a later one was.
  public void put(String tenant, Instant hour) {
    var known = table.get().read(tenant, MARK);
    if (known.map(HourMarks::hour).filter(mark -> !mark.isBefore(hour)).isPresent()) {
      return;
    }
    try {
      var version = known.map(Entry::version).orElse(0L);
      table.get().append(tenant, MARK, version, "\"" + hour + "\"", actor);
    } catch (Failure failed) {
      if (failed.reason() != Reason.WRITE_CONFLICT) {
        throw failed;
      }
    }
  }

  private static Instant hour(Entry entry) {
    return Instant.parse(entry.content().replace("\"", ""));
  }
}
