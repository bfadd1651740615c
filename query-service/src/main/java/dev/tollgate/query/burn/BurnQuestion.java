package dev.tollgate.query.burn;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.query.v1.GetBudgetBurnRequest;
import dev.tollgate.query.ask.AskedFields;
import java.util.HashSet;
import java.util.List;

/// Which budgets a caller asks for, checked.
///
/// @param ids all that the caller may read where it is empty
record BurnQuestion(Caller caller, List<String> ids, int pageSize) {
  private static final int BUDGETS_MAX = 100;
  private static final int PAGE_SIZE_DEFAULT = 20;

  BurnQuestion {
    ids = List.copyOf(ids);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static BurnQuestion read(GetBudgetBurnRequest wire, Caller caller) {
    var fields = new AskedFields().fields();
    var ids = wire.getBudgetIdsList();
    fields.count("budget_ids (size)", ids.size(), 0, BUDGETS_MAX);
    var seen = new HashSet<String>();
    for (var i = 0; i < Math.min(ids.size(), BUDGETS_MAX); i++) {
      var field = "budget_ids[" + i + "]";
      if (!seen.add(fields.id(field, ids.get(i)))) {
        fields.reject(field, Shown.text(ids.get(i)) + " (expected: each once)");
      }
    }
    var size = (int) fields.count("page_size", wire.getPageSize(), 0, BUDGETS_MAX);
    fields.check();
    return new BurnQuestion(caller, ids, size == 0 ? PAGE_SIZE_DEFAULT : size);
  }
}
