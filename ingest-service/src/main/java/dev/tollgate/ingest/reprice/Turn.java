package dev.tollgate.ingest.reprice;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;

/// The right to correct the ledger: of all servers that share it one has it at a time, known by its
/// log. Kept in the control table `control_repricing_turn`. Blocking.
final class Turn {
  static final String TABLE = "repricing_turn";
  private static final String INSTALLATION = "";
  private static final String ENTRY = "turn";
  private static final String NOBODY = "\"\"";

  private final ControlTable table;
  private final String holder;

  Turn(ControlTable table, String logId) {
    this.table = table;
    this.holder = "\"" + logId + "\"";
  }

  /// Says whether this server has it now; a server that had it before a restart still has.
  boolean take() {
    return set(NOBODY, holder);
  }

  /// Lets others have it; does nothing where this server has it not.
  void release() {
    var _ = set(holder, NOBODY);
  }

  private boolean set(String from, String to) {
    var newest = table.read(INSTALLATION, ENTRY);
    var held = newest.map(Entry::content).orElse(NOBODY);
    if (held.equals(to) || !held.equals(from)) {
      return held.equals(to);
    }
    try {
      table.append(INSTALLATION, ENTRY, newest.map(Entry::version).orElse(0L), to, "ingest");
      return true;
    } catch (Failure lost) {
      if (lost.reason() != Reason.WRITE_CONFLICT) {
        throw lost;
      }
      return false;
    }
  }
}
