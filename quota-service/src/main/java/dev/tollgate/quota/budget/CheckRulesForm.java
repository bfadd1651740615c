package dev.tollgate.quota.budget;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.UnknownModel;
import java.time.Instant;

/// Check rules as they go over the wire and into the store: parsed with every mistake named, and
/// printed.
final class CheckRulesForm {
  private static final long VERSION_MAX = 1_000_000_000_000_000L;

  private CheckRulesForm() {}

  /// Reads rules; what is wrong with them is in the fields afterwards.
  static CheckRules parse(
      Fields fields, dev.tollgate.proto.budget.v1.CheckRules form, Instant updated) {
    var unknownModel =
        fields.specified(
            "check_rules.unknown_model", form.getUnknownModel(), form.getUnknownModelValue());
    return new CheckRules(
        unknownModel == UnknownModel.UNKNOWN_MODEL_HOLD_CEILING
            ? CheckRules.UnknownModel.HOLD_CEILING
            : CheckRules.UnknownModel.REFUSE,
        fields.count("check_rules.version", form.getVersion(), 0, VERSION_MAX),
        updated);
  }

  static dev.tollgate.proto.budget.v1.CheckRules print(CheckRules rules) {
    var form =
        dev.tollgate.proto.budget.v1.CheckRules.newBuilder()
            .setUnknownModel(
                switch (rules.unknownModel()) {
                  case REFUSE -> UnknownModel.UNKNOWN_MODEL_REFUSE;
                  case HOLD_CEILING -> UnknownModel.UNKNOWN_MODEL_HOLD_CEILING;
                })
            .setVersion(rules.version());
    if (rules.version() > 0) {
      form.setUpdateTime(BudgetForm.timestamp(rules.updateTime().toEpochMilli()));
    }
    return form.build();
  }
}
