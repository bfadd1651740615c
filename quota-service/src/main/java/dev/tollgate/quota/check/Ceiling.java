package dev.tollgate.quota.check;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.CheckRules.UnknownModel;
import dev.tollgate.rating.Ask;
import dev.tollgate.rating.Estimate;
import dev.tollgate.rating.PriceStack;

/// How the worst case of a check is priced, whatever output it ends up with: by the prices of its
/// model, or by those of the dearest where it has none.
record Ceiling(PriceStack book, boolean unknownModel, Estimate whole) {
  /// For the whole of what is asked.
  ///
  /// @throws Failure MODEL_UNKNOWN where the rules refuse the model; as `PriceStack`
  static Ceiling of(Ask ask, PriceStack book, CheckRules rules) {
    try {
      return new Ceiling(book, false, book.ceiling(ask));
    } catch (Failure failure) {
      if (failure.reason() != Reason.MODEL_UNKNOWN
          || rules.unknownModel() != UnknownModel.HOLD_CEILING) {
        throw failure;
      }
      return new Ceiling(book, true, book.dearest(ask));
    }
  }

  /// For a smaller ask of the same call.
  Estimate of(Ask ask) {
    return unknownModel ? book.dearest(ask) : book.ceiling(ask);
  }
}
