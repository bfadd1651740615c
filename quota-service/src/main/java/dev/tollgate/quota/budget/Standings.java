package dev.tollgate.quota.budget;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.Standing;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Stand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Where each limit of a budget stands, for one of its groups.
final class Standings {
  private final Policy policy;
  private final Budget budget;
  private final List<String> group;
  private final Instant now;

  /// Throws FIELD_INVALID where the group is none of the budget's.
  Standings(Policy policy, Budget budget, List<String> group, Instant now) {
    this.policy = policy;
    this.budget = budget;
    this.group = checked(budget, group);
    this.now = now;
  }

  private static List<String> checked(Budget budget, List<String> values) {
    var fields = new Fields();
    var names = budget.groupBy().stream().map(dimension -> dimension.name()).toList();
    if (values.size() != names.size()) {
      fields.reject("group", values.size() + " values", "those of " + names);
    } else {
      for (int i = 0; i < values.size(); i++) {
        fields.text("group[" + i + "]", values.get(i), 0, Fields.DIMENSION_VALUE_MAX);
      }
    }
    fields.check();
    return List.copyOf(values);
  }

  /// The counters whose numbers are needed: each limit's current one and the earlier ones that
  /// still count.
  List<Counter> counters() {
    var counters = new ArrayList<Counter>();
    for (var limit : budget.limits()) {
      counters.add(budget.counter(limit, group, now));
      counters.addAll(budget.earlier(limit, group, now));
    }
    return counters;
  }

  /// @param stands of the counters, in their order
  List<Standing> of(List<Stand> stands) {
    var perLimit = stands.size() / budget.limits().size();
    var standings = new ArrayList<Standing>();
    for (int i = 0; i < budget.limits().size(); i++) {
      standings.add(
          standing(budget.limits().get(i), stands.subList(i * perLimit, (i + 1) * perLimit)));
    }
    return standings;
  }

  private Standing standing(Limit limit, List<Stand> stands) {
    var settled = limit.amountOf(stands.stream().mapToLong(Stand::settled).sum());
    var held = limit.amountOf(stands.stream().mapToLong(Stand::held).sum());
    var standing =
        Standing.newBuilder()
            .addAllGroup(group)
            .setLimit(LimitForm.print(limit, limit.amount()))
            .setSettled(LimitForm.print(limit, settled))
            .setHeld(LimitForm.print(limit, held))
            .setDebt(LimitForm.print(limit, Math.max(0, settled - whole(limit))));
    var span = budget.window().at(now);
    if (span.endMillis() != 0) {
      standing
          .setWindowStartTime(BudgetForm.timestamp(budget.window().sinceMillis(now)))
          .setWindowEndTime(BudgetForm.timestamp(budget.window().currentUntilMillis(now)));
    }
    return standing.build();
  }

  private long whole(Limit limit) {
    var caller = new Bound.Caller(Priority.STANDARD, Dimensions.getDefaultInstance(), now);
    return limit.amountOf(policy.bound(budget, limit, 0, caller).whole());
  }
}
