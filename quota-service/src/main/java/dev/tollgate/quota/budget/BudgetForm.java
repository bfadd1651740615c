package dev.tollgate.quota.budget;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.kernel.window.WindowForm;
import dev.tollgate.proto.budget.v1.ModelRef;
import dev.tollgate.rating.Glob;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A budget as it goes over the wire and into the store: parsed with every mistake named, printed.
public final class BudgetForm {
  private static final int DISPLAY_NAME_MAX = 128;
  private static final int OWNER_MAX = 128;
  private static final int DENIAL_MESSAGE_MAX = 512;
  private static final int ALLOWED_MODELS_MAX = 100;
  private static final int MODEL_PATTERN_MAX = 128;
  private static final int DOWNGRADES_MAX = 10;
  private static final long GROUPS_MAX = 10_000_000;
  private static final Instant TIME_MIN = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");

  private BudgetForm() {}

  /// Reads what a budget states; what is wrong with it is in the fields afterwards.
  public static Budget parse(
      Fields fields, dev.tollgate.proto.budget.v1.Budget form, Origin origin) {
    var thresholds = ThresholdsForm.parse(fields, form);
    var groupBy = SelectorForm.groupBy(fields, "budget.group_by", form.getGroupByList());
    var budget =
        new Budget(
            fields.id("budget.budget_id", form.getBudgetId()),
            fields.text("budget.display_name", form.getDisplayName(), 1, DISPLAY_NAME_MAX),
            new Selector(
                SelectorForm.values(fields, "budget.selector", form.getSelectorMap()),
                SelectorForm.values(fields, "budget.exclude", form.getExcludeMap())),
            groupBy,
            form.getFallback(),
            WindowForm.parse(fields, form.getWindow()),
            LimitForm.parse(fields, form.getLimitsList(), thresholds.largest()),
            thresholds,
            enforcement(fields, form),
            storeAway(fields, form),
            holdExpiry(fields, form),
            models(fields, form),
            new Contact(
                fields.text("budget.owner", form.getOwner(), 0, OWNER_MAX),
                fields.text(
                    "budget.denial_message", form.getDenialMessage(), 0, DENIAL_MESSAGE_MAX)),
            form.getParentBudgetId().isEmpty()
                ? ""
                : fields.id("budget.parent_budget_id", form.getParentBudgetId()),
            form.hasExpireTime()
                ? fields
                    .instant("budget.expire_time", true, form.getExpireTime(), TIME_MIN, TIME_MAX)
                    .truncatedTo(ChronoUnit.MILLIS)
                : Instant.MAX,
            groupsMax(fields, form),
            List.of(),
            origin);
    spendRateFits(fields, budget);
    return budget;
  }

  private static long groupsMax(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    var grouped = form.getGroupByCount() > 0;
    var max = fields.count("budget.groups_max", form.getGroupsMax(), 0, grouped ? GROUPS_MAX : 0);
    return max == 0 ? Budget.GROUPS_DEFAULT : max;
  }

  private static void spendRateFits(Fields fields, Budget budget) {
    if (budget.limits().stream().noneMatch(Limit::isSpendRate)) {
      return;
    }
    var hourly =
        switch (budget.window()) {
          case Window.Calendar calendar -> calendar.unit() == Window.Unit.HOUR;
          case Window.Sliding(var length) -> length.toHours() == 1 && length.toSeconds() == 3_600;
          case Window.Lifetime() -> false;
        };
    if (!hourly || !budget.groupBy().isEmpty()) {
      fields.reject(
          "budget.limits",
          "a spend rate (expected: only with a window of an hour, and without group_by)");
    }
  }

  private static Enforcement enforcement(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    var field = "budget.enforcement";
    return switch (fields.known(field, form.getEnforcement(), form.getEnforcementValue())) {
      case ENFORCEMENT_SOFT -> Enforcement.SOFT;
      case ENFORCEMENT_SHADOW -> Enforcement.SHADOW;
      case ENFORCEMENT_HARD, ENFORCEMENT_UNSPECIFIED, UNRECOGNIZED -> Enforcement.HARD;
    };
  }

  private static StoreAway storeAway(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    var field = "budget.store_away";
    return switch (fields.known(field, form.getStoreAway(), form.getStoreAwayValue())) {
      case STORE_AWAY_ALLOW -> StoreAway.ALLOW;
      case STORE_AWAY_DENY, STORE_AWAY_UNSPECIFIED, UNRECOGNIZED -> StoreAway.DENY;
    };
  }

  private static HoldExpiry holdExpiry(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    var field = "budget.hold_expiry";
    return switch (fields.known(field, form.getHoldExpiry(), form.getHoldExpiryValue())) {
      case HOLD_EXPIRY_CHARGE_INPUT -> HoldExpiry.CHARGE_INPUT;
      case HOLD_EXPIRY_RELEASE -> HoldExpiry.RELEASE;
      case HOLD_EXPIRY_CHARGE_HOLD, HOLD_EXPIRY_UNSPECIFIED, UNRECOGNIZED -> HoldExpiry.CHARGE_HOLD;
    };
  }

  private static Models models(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    var allowed = new ArrayList<Glob>();
    fields.count(
        "budget.allowed_models (size)", form.getAllowedModelsCount(), 0, ALLOWED_MODELS_MAX);
    for (int i = 0; i < Math.min(form.getAllowedModelsCount(), ALLOWED_MODELS_MAX); i++) {
      var field = "budget.allowed_models[" + i + "]";
      allowed.add(new Glob(fields.text(field, form.getAllowedModels(i), 1, MODEL_PATTERN_MAX)));
    }
    var downgrades = new ArrayList<Models.Downgrade>();
    fields.count("budget.downgrades (size)", form.getDowngradesCount(), 0, DOWNGRADES_MAX);
    for (int i = 0; i < Math.min(form.getDowngradesCount(), DOWNGRADES_MAX); i++) {
      var field = "budget.downgrades[" + i + "]";
      var model = form.getDowngrades(i);
      downgrades.add(
          new Models.Downgrade(
              fields.text(field + ".provider", model.getProvider(), 0, Fields.DIMENSION_VALUE_MAX),
              fields.text(field + ".model", model.getModel(), 1, Fields.DIMENSION_VALUE_MAX)));
    }
    return new Models(allowed, downgrades);
  }

  /// The budget that an entry of the store holds.
  static Budget stored(Entry entry) {
    try {
      var form = dev.tollgate.proto.budget.v1.Budget.newBuilder();
      JsonFormat.parser().merge(entry.content(), form);
      var fields = new Fields();
      var origin =
          new Origin(
              entry.version(),
              form.getRevision(),
              Instant.ofEpochMilli(Timestamps.toMillis(form.getCreateTime())),
              entry.writeTime(),
              new TreeMap<>(form.getMadeByPinsMap()));
      var stated = parse(fields, form.build(), origin);
      var adjustments = new ArrayList<Adjustment>();
      for (int i = 0; i < form.getAdjustmentsCount(); i++) {
        adjustments.add(
            AdjustmentForm.parse(
                fields,
                "budget.adjustments[" + i + "]",
                form.getAdjustments(i),
                stated.window(),
                entry.writeTime()));
      }
      fields.check();
      return stated.with(adjustments, origin);
    } catch (InvalidProtocolBufferException | Failure e) {
      throw new IllegalStateException(
          "budget " + entry.tenant() + "/" + entry.id() + " can't be read", e);
    }
  }

  /// As it goes into the store.
  static String json(Budget budget) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(print(budget).toBuilder().clearEtag().clearUpdateTime());
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public static dev.tollgate.proto.budget.v1.Budget print(Budget budget) {
    var origin = budget.origin();
    var form =
        dev.tollgate.proto.budget.v1.Budget.newBuilder()
            .setBudgetId(budget.id())
            .setDisplayName(budget.displayName())
            .putAllSelector(budget.selector().equal())
            .putAllExclude(budget.selector().except())
            .setFallback(budget.fallback())
            .setWindow(WindowForm.print(budget.window()))
            .setEnforcement(
                dev.tollgate.proto.budget.v1.Enforcement.valueOf(
                    "ENFORCEMENT_" + budget.enforcement()))
            .setStoreAway(
                dev.tollgate.proto.budget.v1.StoreAway.valueOf("STORE_AWAY_" + budget.storeAway()))
            .setHoldExpiry(
                dev.tollgate.proto.budget.v1.HoldExpiry.valueOf(
                    "HOLD_EXPIRY_" + budget.holdExpiry()))
            .setOwner(budget.contact().owner())
            .setDenialMessage(budget.contact().denialMessage())
            .setParentBudgetId(budget.parentId())
            .setCreateTime(timestamp(origin.createTime().toEpochMilli()))
            .setUpdateTime(timestamp(origin.updateTime().toEpochMilli()))
            .setEtag(Long.toString(origin.version()))
            .setRevision(origin.revision())
            .putAllMadeByPins(origin.pins());
    budget.groupBy().forEach(dimension -> form.addGroupBy(dimension.name()));
    budget.limits().forEach(limit -> form.addLimits(LimitForm.print(limit)));
    ThresholdsForm.print(budget.thresholds(), form);
    budget.models().allowed().forEach(glob -> form.addAllowedModels(glob.text()));
    for (var downgrade : budget.models().downgrades()) {
      form.addDowngrades(
          ModelRef.newBuilder().setProvider(downgrade.provider()).setModel(downgrade.model()));
    }
    if (!budget.endTime().equals(Instant.MAX)) {
      form.setExpireTime(timestamp(budget.endTime().toEpochMilli()));
    }
    if (!budget.groupBy().isEmpty()) {
      form.setGroupsMax(budget.groupsMax());
    }
    budget
        .adjustments()
        .forEach(adjustment -> form.addAdjustments(AdjustmentForm.print(budget, adjustment)));
    return form.build();
  }

  public static Timestamp timestamp(long millis) {
    return Timestamps.fromMillis(millis);
  }
}
