package dev.tollgate.quota.budget;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.proto.budget.v1.BudgetChangeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The history of a budget, as the entries of its policy tell it. Blocks.
final class Changes {
  private static final Set<String> SERVERS = Set.of("etag", "update_time", "create_time");
  private static final BudgetChangeKind UPDATED = BudgetChangeKind.BUDGET_CHANGE_KIND_UPDATED;

  private final Policies policies;

  Changes(Policies policies) {
    this.policies = policies;
  }

  /// One change of a budget.
  ///
  /// @param after the budget after it; empty where it was deleted
  /// @param fields that differ from before, by their path
  record Change(
      Entry entry,
      BudgetChangeKind kind,
      Optional<dev.tollgate.proto.budget.v1.Budget> after,
      List<String> fields) {}

  /// The changes of a budget that the caller may see, the newest first.
  List<Change> of(Caller caller, String id) {
    var changes = new ArrayList<Change>();
    var before = Optional.<Budget>empty();
    for (var entry : policies.versions(caller.tenant(), id)) {
      var after =
          entry.content().isEmpty()
              ? Optional.<Budget>empty()
              : Optional.of(BudgetForm.stored(entry));
      var change = change(entry, before, after);
      var state = after.isPresent() ? after : before;
      var visible = state.filter(each -> caller.administers(each.selector().equal())).isPresent();
      if (visible && (change.kind() != UPDATED || !change.fields().isEmpty())) {
        changes.add(change);
      }
      before = after;
    }
    return changes.reversed();
  }

  private static Change change(Entry entry, Optional<Budget> before, Optional<Budget> after) {
    var fields = new TreeSet<String>();
    if (after.isEmpty()) {
      return new Change(
          entry, BudgetChangeKind.BUDGET_CHANGE_KIND_DELETED, Optional.empty(), List.of());
    }
    var printed = BudgetForm.print(after.get());
    if (before.isEmpty()) {
      return new Change(
          entry, BudgetChangeKind.BUDGET_CHANGE_KIND_CREATED, Optional.of(printed), List.of());
    }
    compare("", BudgetForm.print(before.get()), printed, fields);
    fields.removeIf(field -> SERVERS.contains(field.split("[.\\[]", 2)[0]));
    var adjusted =
        after.get().statesAs(before.get())
            && !after.get().adjustments().equals(before.get().adjustments());
    return new Change(
        entry,
        adjusted ? BudgetChangeKind.BUDGET_CHANGE_KIND_ADJUSTED : UPDATED,
        Optional.of(printed),
        List.copyOf(fields));
  }

  /* Looks into messages that both have, and into lists of the same length. */
  private static void compare(String path, Message before, Message after, Set<String> fields) {
    for (var field : after.getDescriptorForType().getFields()) {
      var name = path + field.getName();
      var one = before.getField(field);
      var other = after.getField(field);
      if (one.equals(other) && has(before, field) == has(after, field)) {
        continue;
      }
      var message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField();
      if (message && !field.isRepeated() && before.hasField(field) && after.hasField(field)) {
        compare(name + ".", (Message) one, (Message) other, fields);
      } else if (message && field.isRepeated() && size(before, field) == size(after, field)) {
        for (int i = 0; i < size(after, field); i++) {
          compare(
              name + "[" + i + "].",
              (Message) before.getRepeatedField(field, i),
              (Message) after.getRepeatedField(field, i),
              fields);
        }
      } else {
        fields.add(name);
      }
    }
  }

  private static boolean has(Message message, FieldDescriptor field) {
    return field.hasPresence() && message.hasField(field);
  }

  private static int size(Message message, FieldDescriptor field) {
    return message.getRepeatedFieldCount(field);
  }
}
