package dev.tollgate.quota.budget;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.NoBudget;
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
        noBudget(fields, form),
        fields.count("check_rules.version", form.getVersion(), 0, VERSION_MAX),
        updated);
  }

  private static CheckRules.NoBudget noBudget(
      Fields fields, dev.tollgate.proto.budget.v1.CheckRules form) {
    var field = "check_rules.no_budget";
    return switch (fields.known(field, form.getNoBudget(), form.getNoBudgetValue())) {
      case NO_BUDGET_DENY -> CheckRules.NoBudget.DENY;
      case NO_BUDGET_ALLOW, NO_BUDGET_UNSPECIFIED, UNRECOGNIZED -> CheckRules.NoBudget.ALLOW;
    };
  }

  /// The rules that an entry of the store holds: the table knows version and time.
  static CheckRules stored(Entry entry) {
    try {
      var form = dev.tollgate.proto.budget.v1.CheckRules.newBuilder();
      JsonFormat.parser().merge(entry.content(), form);
      var fields = new Fields();
      var read = parse(fields, form.setVersion(entry.version()).build(), entry.writeTime());
      fields.check();
      return read;
    } catch (InvalidProtocolBufferException | Failure e) {
      throw new IllegalStateException("check rules of " + entry.tenant() + " can't be read", e);
    }
  }

  /// As they go into the store.
  static String json(CheckRules rules) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(print(rules).toBuilder().clearVersion().clearUpdateTime());
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static dev.tollgate.proto.budget.v1.CheckRules print(CheckRules rules) {
    var form =
        dev.tollgate.proto.budget.v1.CheckRules.newBuilder()
            .setUnknownModel(
                switch (rules.unknownModel()) {
                  case REFUSE -> UnknownModel.UNKNOWN_MODEL_REFUSE;
                  case HOLD_CEILING -> UnknownModel.UNKNOWN_MODEL_HOLD_CEILING;
                })
            .setNoBudget(
                switch (rules.noBudget()) {
                  case ALLOW -> NoBudget.NO_BUDGET_ALLOW;
                  case DENY -> NoBudget.NO_BUDGET_DENY;
                })
            .setVersion(rules.version());
    if (rules.version() > 0) {
      form.setUpdateTime(BudgetForm.timestamp(rules.updateTime().toEpochMilli()));
    }
    return form.build();
  }
}
