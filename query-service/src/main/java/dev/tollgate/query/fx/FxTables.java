package dev.tollgate.query.fx;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The tenants' tables of rates, every version that there was. Blocks; safe for concurrent use, by
/// any number of processes.
public final class FxTables {
  /// Of the control table.
  public static final String TABLE = "fx_tables";

  private static final int TABLES_MAX = 20;

  private final Supplier<ControlTable> table;

  public FxTables(Supplier<ControlTable> table) {
    this.table = table;
  }

  /// By id, as they are now.
  List<FxTable> list(String tenant) {
    return table.get().latest(tenant).stream().map(FxTableForm::stored).toList();
  }

  /// A version of a table.
  ///
  /// @param version 0 for the newest
  /// @throws Failure FX_TABLE_UNKNOWN where there is no such version
  public FxTable get(String tenant, String id, long version) {
    return (version == 0 ? table.get().read(tenant, id) : table.get().read(tenant, id, version))
        .map(FxTableForm::stored)
        .orElseThrow(() ->
            Failure.of(
                Reason.FX_TABLE_UNKNOWN,
                version == 0 ? id + ": no such table" : id + ": no version " + version + " of it"));
  }

  /// Writes the table on top of the version that it names. One that is there already, from the same
  /// version, is returned as it is.
  ///
  /// @throws Failure WRITE_CONFLICT where the newest is another by now; LIMIT_REACHED
  FxTable put(String tenant, FxTable wanted, String actor) {
    var newest = newest(tenant, wanted.id());
    if (newest
        .filter(each -> each.version() == wanted.version() + 1)
        .filter(wanted::saysLike)
        .isPresent()) {
      return newest.get();
    }
    if (newest.isEmpty() && table.get().latest(tenant).size() >= TABLES_MAX) {
      throw Failure.of(Reason.LIMIT_REACHED, "there are " + TABLES_MAX + " tables of rates");
    }
    return FxTableForm.stored(
        table.get().append(tenant, wanted.id(), wanted.version(), FxTableForm.json(wanted), actor));
  }

  private Optional<FxTable> newest(String tenant, String id) {
    return table.get().read(tenant, id).map(FxTableForm::stored);
  }
}
