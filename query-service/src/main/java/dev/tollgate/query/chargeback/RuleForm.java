package dev.tollgate.query.chargeback;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.query.v1.AllocationMethod;
import dev.tollgate.proto.query.v1.AllocationRule;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Rules as they go over the wire, parsed with every mistake named.
final class RuleForm {
  private static final int RULES_MAX = 100;
  private static final int CATEGORY_MAX = 64;
  private static final int SHARES_MAX = 1_000;
  private static final long WEIGHT_MAX = 1_000_000_000;
  private static final BigDecimal CAPACITY_MAX = BigDecimal.TEN.pow(12);

  private RuleForm() {}

  static List<Rule> parse(Fields fields, List<AllocationRule> forms) {
    fields.count("rules (size)", forms.size(), 0, RULES_MAX);
    var rules = new ArrayList<Rule>();
    var seen = new HashSet<String>();
    for (var i = 0; forms.size() <= RULES_MAX && i < forms.size(); i++) {
      var field = "rules[" + i + "]";
      rules.add(rule(fields, field, forms.get(i)));
      if (!seen.add(forms.get(i).getCategory())) {
        fields.rejectText(field + ".category", forms.get(i).getCategory(), "each once");
      }
    }
    return rules;
  }

  private static Rule rule(Fields fields, String field, AllocationRule form) {
    var category = fields.text(field + ".category", form.getCategory(), 0, CATEGORY_MAX);
    var method = fields.specified(field + ".method", form.getMethod(), form.getMethodValue());
    onlyWith(fields, field, form, method);
    return switch (method) {
      case ALLOCATION_METHOD_EVEN -> new Rule.Even(category);
      case ALLOCATION_METHOD_FIXED ->
          new Rule.Fixed(category, shares(fields, field + ".shares", form.getSharesMap()));
      case ALLOCATION_METHOD_COMMITTED -> committed(fields, field, category, form);
      case ALLOCATION_METHOD_PROPORTIONAL, ALLOCATION_METHOD_UNSPECIFIED, UNRECOGNIZED ->
          new Rule.Proportional(category);
    };
  }

  private static void onlyWith(
      Fields fields, String field, AllocationRule form, AllocationMethod method) {
    if (method != AllocationMethod.ALLOCATION_METHOD_FIXED && form.getSharesCount() > 0) {
      fields.reject(field + ".shares", "" + form.getSharesCount(), "none without FIXED");
    }
    var hasCapacity =
        form.hasCapacity() || !form.getProvider().isEmpty() || !form.getIdleCostCenter().isEmpty();
    if (method != AllocationMethod.ALLOCATION_METHOD_COMMITTED && hasCapacity) {
      fields.reject(
          field + ".capacity",
          "given",
          "no capacity, provider, idle_cost_center without COMMITTED");
    }
  }

  private static Map<String, BigInteger> shares(
      Fields fields, String field, Map<String, Long> given) {
    var shares = new HashMap<String, BigInteger>();
    fields.count(field + " (size)", given.size(), 1, SHARES_MAX);
    if (given.size() <= SHARES_MAX) {
      given.forEach((costCenter, weight) -> {
        fields.text(field + " (key)", costCenter, 1, Fields.DIMENSION_VALUE_MAX);
        var element = field + "[" + Shown.clip(costCenter) + "]";
        shares.put(costCenter, BigInteger.valueOf(fields.count(element, weight, 1, WEIGHT_MAX)));
      });
    }
    return shares;
  }

  private static Rule committed(Fields fields, String field, String category, AllocationRule form) {
    var capacity =
        fields.amount(field + ".capacity", form.getCapacity(), Picos.SCALE, CAPACITY_MAX);
    if (capacity.signum() == 0) {
      fields.reject(field + ".capacity.amount", "0", "above 0");
    }
    return new Rule.Committed(
        category,
        form.getCapacity().getCurrencyCode(),
        capacity.movePointRight(Picos.SCALE).toBigIntegerExact(),
        fields.text(field + ".provider", form.getProvider(), 0, Fields.DIMENSION_VALUE_MAX),
        fields.text(
            field + ".idle_cost_center", form.getIdleCostCenter(), 0, Fields.DIMENSION_VALUE_MAX));
  }
}
