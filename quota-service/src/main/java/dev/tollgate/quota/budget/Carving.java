package dev.tollgate.quota.budget;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.rating.Glob;
import java.util.List;
import java.util.stream.Stream;

/// What a budget and those that are carved out of it ask of each other.
public final class Carving {
  /* Nothing that is carved out may admit what its parent would not: else whoever divides a budget
  could make it larger. So the parts are no laxer than the whole, and together not more. */

  private final Fields fields;
  private final Policy policy;

  private Carving(Fields fields, Policy policy) {
    this.fields = fields;
    this.policy = policy;
  }

  /// Throws FIELD_INVALID where the budget, as it is to be, does not fit those that are there.
  public static void check(Caller caller, Policy policy, Budget next) {
    var fields = new Fields();
    var carving = new Carving(fields, policy);
    if (next.isCarved()) {
      carving.asChild(caller, next);
    }
    var children = policy.carvedOutOf(next.id());
    children.forEach(child -> carving.fits(child, next, false));
    if (!children.isEmpty()) {
      carving.asParent(next, children);
    }
    fields.check();
  }

  private void asChild(Caller caller, Budget child) {
    var parent = policy.budgets().get(child.parentId());
    var field = "budget.parent_budget_id";
    if (parent == null || !caller.administers(parent.selector().equal())) {
      fields.reject(field, child.parentId(), "a budget that is there");
    } else if (parent.id().equals(child.id())) {
      fields.reject(field, child.parentId(), "another budget");
    } else {
      fits(child, parent, true);
      var siblings = siblings(child);
      for (int i = 0; i < child.limits().size(); i++) {
        var part = child.limits().get(i);
        for (var whole : parent.limits()) {
          var left = whole.amount() - sum(siblings, whole);
          if (part.isOf(whole.unit()) && stated(child, part) > left) {
            fields.reject(
                "budget.limits[" + i + "]",
                part.printAmount(stated(child, part)),
                "at most %s, which is what is not carved out of %s yet"
                    .formatted(part.printAmount(Math.max(0, left)), parent.id()));
          }
        }
      }
    }
  }

  private List<Budget> siblings(Budget child) {
    return policy.carvedOutOf(child.parentId()).stream()
        .filter(each -> !each.id().equals(child.id()))
        .toList();
  }

  private void asParent(Budget parent, List<Budget> children) {
    for (int i = 0; i < parent.limits().size(); i++) {
      var whole = parent.limits().get(i);
      var carved = sum(children, whole);
      if (carved > whole.amount()) {
        fields.reject(
            "budget.limits[" + i + "]",
            whole.printAmount(whole.amount()),
            "at least %s, which is carved out of it".formatted(whole.printAmount(carved)));
      }
    }
  }

  private static long sum(List<Budget> children, Limit whole) {
    var sum = 0L;
    for (var child : children) {
      for (var part : child.limits()) {
        sum = part.isOf(whole.unit()) ? Math.addExact(sum, stated(child, part)) : sum;
      }
    }
    return sum;
  }

  /* What a part may come to: with all that was added and is not dropped yet. */
  private static long stated(Budget child, Limit part) {
    return child.adjustments().stream()
        .filter(each -> part.isOf(each.unit()) && each.amount() > 0)
        .mapToLong(Adjustment::amount)
        .reduce(part.amount(), Math::addExact);
  }

  private void fits(Budget child, Budget parent, boolean ofChild) {
    var rules = new Rules(child, parent, ofChild);
    rules.keep("fallback", !child.fallback() && !parent.fallback(), "true", "false for both");
    rules.keep(
        "group_by",
        child.groupBy().isEmpty() && parent.groupBy().isEmpty(),
        "groups",
        "none for both");
    rules.keep("parent_budget_id", !parent.isCarved(), parent.id(), "one without a parent");
    rules.keep(
        "window",
        child.window().equals(parent.window()),
        child.window().toString(),
        "the same: " + parent.window());
    rules.keep(
        "selector",
        child.selector().isWithin(parent.selector()),
        child.selector().equal().toString(),
        "with all of " + parent.selector().equal() + " and what that excludes");
    rules.keep(
        "hard_percent",
        child.thresholds().largest() <= parent.thresholds().largest(),
        child.thresholds().largest() + " % with cut-offs and grace",
        "at most " + parent.thresholds().largest() + " %");
    rules.noLaxer("enforcement", child.enforcement(), parent.enforcement());
    rules.noLaxer("store_away", child.storeAway(), parent.storeAway());
    rules.noLaxer("hold_expiry", child.holdExpiry(), parent.holdExpiry());
    rules.models(patterns(child), patterns(parent));
    rules.limits();
  }

  private static List<String> patterns(Budget budget) {
    return budget.models().allowed().stream().map(Glob::text).toList();
  }

  /* Rejects fields of the one of the two that is written. */
  private final class Rules {
    private final Budget child;
    private final Budget parent;
    private final boolean ofChild;

    Rules(Budget child, Budget parent, boolean ofChild) {
      this.child = child;
      this.parent = parent;
      this.ofChild = ofChild;
    }

    void keep(String field, boolean kept, String value, String expectation) {
      if (!kept) {
        fields.reject(
            "budget." + field,
            ofChild ? value : child.id() + ", which is carved out of this one, has " + value,
            expectation + (ofChild ? "; it is carved out of " + parent.id() : ""));
      }
    }

    <E extends Enum<E>> void noLaxer(String field, E own, E parents) {
      keep(field, own.compareTo(parents) <= 0, own.name(), "no laxer than " + parents);
    }

    void models(List<String> own, List<String> parents) {
      keep(
          "allowed_models",
          parents.isEmpty() || (!own.isEmpty() && parents.containsAll(own)),
          own.toString(),
          "some of " + parents);
    }

    void limits() {
      for (int i = 0; i < child.limits().size(); i++) {
        var part = child.limits().get(i);
        keep(
            ofChild ? "limits[" + i + "]" : "limits",
            wholes().anyMatch(whole -> isOf(part, whole)),
            part.isSpendRate() ? "a spend rate" : part.unit() + " " + part.currency(),
            "of a unit and currency of the parent's limits, and stated, no spend rate");
      }
    }

    private Stream<Limit> wholes() {
      return parent.limits().stream();
    }

    private static boolean isOf(Limit part, Limit whole) {
      return part.isOf(whole.unit())
          && part.currency().equals(whole.currency())
          && !part.isSpendRate()
          && !whole.isSpendRate();
    }
  }
}
