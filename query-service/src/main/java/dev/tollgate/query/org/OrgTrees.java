package dev.tollgate.query.org;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import java.util.function.Supplier;

/// The tenants' org trees, every version that there was. Blocks; safe for concurrent use, by any
/// number of processes.
public final class OrgTrees {
  /// Of the control table.
  public static final String TABLE = "org_trees";

  private static final String ID = "tree";

  private final Supplier<ControlTable> table;

  public OrgTrees(Supplier<ControlTable> table) {
    this.table = table;
  }

  /// One without links where there is none.
  public OrgTree newest(String tenant) {
    return table.get().read(tenant, ID).map(OrgTreeForm::stored).orElse(OrgTree.NONE);
  }

  /// @throws Failure ORG_TREE_UNKNOWN where there is no such version
  OrgTree version(String tenant, long version) {
    return table
        .get()
        .read(tenant, ID, version)
        .map(OrgTreeForm::stored)
        .orElseThrow(() ->
            Failure.of(
                Reason.ORG_TREE_UNKNOWN, "version " + version + ": no such version of the tree"));
  }

  /// Writes the tree on top of the version that it names. One that is there already, from the same
  /// version, is returned as it is.
  ///
  /// @throws Failure WRITE_CONFLICT where the newest is another by now
  OrgTree put(String tenant, OrgTree tree, String actor) {
    var newest = newest(tenant);
    if (newest.version() == tree.version() + 1 && newest.links().equals(tree.links())) {
      return newest;
    }
    return OrgTreeForm.stored(
        table.get().append(tenant, ID, tree.version(), OrgTreeForm.json(tree), actor));
  }
}
