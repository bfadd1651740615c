package dev.tollgate.query.user;

import dev.tollgate.query.ledger.Ledger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Whose the ledger's surrogates are. Blocks; safe for concurrent use.
public final class UserLedger {
  /* A statement's parameter has a bound of 128 KiB. */
  private static final int SURROGATES_MAX = 3_000;

  private final Ledger ledger;

  public UserLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// What stands for the names, as far as the ledger knows them.
  List<String> surrogates(String tenant, List<String> names) {
    return ledger.read(UserStatement.surrogates(tenant, names), row -> row.text("surrogate"));
  }

  /// The names of the surrogates, as far as they stand for somebody.
  Map<String, String> names(String tenant, List<String> surrogates) {
    var names = new HashMap<String, String>();
    for (int i = 0; i < surrogates.size(); i += SURROGATES_MAX) {
      var some = surrogates.subList(i, Math.min(i + SURROGATES_MAX, surrogates.size()));
      ledger
          .read(
              UserStatement.names(tenant, some),
              row -> Map.entry(row.text("surrogate"), row.text("name")))
          .forEach(each -> names.put(each.getKey(), each.getValue()));
    }
    return names;
  }
}
