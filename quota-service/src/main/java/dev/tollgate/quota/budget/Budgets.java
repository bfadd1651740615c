package dev.tollgate.quota.budget;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.field.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Every tenant's policy: stored in `control_budgets`, held in memory, followed by polling. What is
/// written here binds here at once, on other instances with their next poll. While the table can't
/// be read, the last known policies stay in force.
public final class Budgets implements AutoCloseable {
  private final ControlTable table;
  private final Poll poll = new Poll("budgets", this::refresh);
  private volatile Map<String, Policy> policies = Map.of();
  private long sizeSeen = -1;

  private Budgets(ControlTable table) {
    this.table = table;
  }

  /// Reads all policies and starts to follow them. Blocks.
  public static Budgets follow(ControlTable table) {
    var budgets = new Budgets(table);
    budgets.refresh();
    budgets.poll.start();
    return budgets;
  }

  /// The tenant's policy as this instance knows it. Does not block.
  public Policy of(String tenant) {
    return policies.getOrDefault(tenant, Policy.EMPTY);
  }

  /// The tenants that have budgets.
  public Set<String> tenants() {
    return policies.keySet();
  }

  /// Writes a new budget, or finds the same one there. Blocks.
  public synchronized Budget create(String tenant, Budget budget, String actor) {
    refresh();
    var known = of(tenant).budgets().get(budget.id());
    if (known != null) {
      if (known.sameAs(budget)) {
        return known;
      }
      throw Failure.of(Reason.BUDGET_EXISTS, budget.id() + " exists already, with another content");
    }
    table.append(tenant, budget.id(), 0, json(budget), actor);
    var changed = new HashMap<>(policies);
    changed.put(tenant, of(tenant).with(budget));
    policies = Map.copyOf(changed);
    return budget;
  }

  /// Reads what was written since the last time. Blocks.
  public synchronized void refresh() {
    var size = table.size();
    if (size == sizeSeen) {
      return;
    }
    var byTenant = new HashMap<String, List<Budget>>();
    for (var entry : table.latest()) {
      byTenant.computeIfAbsent(entry.tenant(), tenant -> new ArrayList<>()).add(budget(entry));
    }
    var read = new HashMap<String, Policy>();
    byTenant.forEach((tenant, budgets) -> read.put(tenant, new Policy(budgets)));
    policies = Map.copyOf(read);
    sizeSeen = size;
  }

  private static String json(Budget budget) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(BudgetForm.print(budget));
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Budget budget(Entry entry) {
    try {
      var form = dev.tollgate.proto.budget.v1.Budget.newBuilder();
      JsonFormat.parser().merge(entry.content(), form);
      var fields = new Fields();
      var created = Instant.ofEpochMilli(Timestamps.toMillis(form.getCreateTime()));
      var budget = BudgetForm.parse(fields, form.build(), created);
      fields.check();
      return budget;
    } catch (InvalidProtocolBufferException | Failure e) {
      throw new IllegalStateException(
          "budget " + entry.tenant() + "/" + entry.id() + " can't be read", e);
    }
  }

  @Override
  public void close() {
    poll.close();
  }
}
