package dev.tollgate.cli.apply;

import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CheckRules;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.CreateFreezeRequest;
import dev.tollgate.proto.budget.v1.DeleteBudgetRequest;
import dev.tollgate.proto.budget.v1.DeleteFreezeRequest;
import dev.tollgate.proto.budget.v1.Freeze;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.UpdateBudgetRequest;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesRequest;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// What it takes to bring an installation to what a file says.
public final class Plan {
  /* Budgets that are carved out of others need them there, large enough: so parents come first. But
  a child that is lowered must go before its parent: what is refused for such a reason is tried
  again after the rest, as long as that gets anything further. */

  private static final Set<String> PERHAPS_LATER = Set.of("FIELD_INVALID", "BUDGET_CARVED");

  private final List<Step> steps = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private int unchanged;

  private Plan() {}

  /// @param prune whether what the file does not name is deleted
  public static Plan of(BudgetFile file, Installed installed, boolean prune) {
    var plan = new Plan();
    plan.rules(file, installed);
    plan.freezes(file, installed, prune);
    plan.budgets(file, installed, prune);
    return plan;
  }

  private void budgets(BudgetFile file, Installed installed, boolean prune) {
    var there = byId(installed.budgets(), Budget::getBudgetId);
    var wanted = byId(file.budgets(), Budget::getBudgetId);
    installed.budgets().stream()
        .filter(budget -> !wanted.containsKey(budget.getBudgetId()))
        .sorted(Comparator.comparing(budget -> budget.getParentBudgetId().isEmpty()))
        .forEach(budget -> gone(budget, prune));
    file.budgets().stream()
        .sorted(Comparator.comparing(budget -> !budget.getParentBudgetId().isEmpty()))
        .forEach(budget -> {
          var known = there.get(budget.getBudgetId());
          if (known == null) {
            create(budget);
          } else {
            update(known, budget);
          }
        });
  }

  private void gone(Budget budget, boolean prune) {
    if (!prune) {
      kept.add(budget.getBudgetId());
      return;
    }
    var request =
        DeleteBudgetRequest.newBuilder()
            .setBudgetId(budget.getBudgetId())
            .build();
    add(
        '-',
        "budget " + budget.getBudgetId(),
        List.of(),
        client -> {
          requireStill(client, budget);
          client.budgets(stub -> stub.deleteBudget(request));
        });
  }

  private void create(Budget budget) {
    var request = CreateBudgetRequest.newBuilder().setBudget(budget).build();
    add(
        '+',
        "budget " + budget.getBudgetId(),
        Difference.of(Stated.of(budget)).stream()
            .filter(line -> !line.startsWith("budget_id:"))
            .toList(),
        client -> client.createBudget(request));
  }

  private void update(Budget known, Budget budget) {
    var differences = Difference.between(Stated.of(known), Stated.of(budget));
    if (differences.isEmpty()) {
      unchanged++;
      return;
    }
    add(
        '~',
        "budget " + budget.getBudgetId(),
        differences,
        client -> {
          var etag = requireStill(client, known);
          var next = UpdateBudgetRequest.newBuilder().setBudget(budget.toBuilder().setEtag(etag));
          client.budgets(stub -> stub.updateBudget(next.build()));
        });
  }

  /* The etag of now, if what was compared is what is there. Adjustments don't matter. */
  private static String requireStill(TollgateClient client, Budget compared) {
    var group = compared.getGroupByList().stream().map(dimension -> "").toList();
    var now =
        client
            .getBudget(
                GetBudgetRequest.newBuilder()
                    .setBudgetId(compared.getBudgetId())
                    .addAllGroup(group)
                    .build())
            .getBudget();
    if (!Stated.of(now).equals(Stated.of(compared))) {
      throw new Outdated(compared.getBudgetId());
    }
    return now.getEtag();
  }

  /// Somebody changed a budget between the comparison and the change.
  private static final class Outdated extends RuntimeException {
    Outdated(String budget) {
      super(budget + " was changed by somebody else meanwhile; run it again", null, false, false);
    }
  }

  private void freezes(BudgetFile file, Installed installed, boolean prune) {
    if (file.freezes().isEmpty()) {
      return;
    }
    var there = byId(installed.freezes(), Freeze::getFreezeId);
    var wanted = byId(file.freezes().get(), Freeze::getFreezeId);
    for (var freeze : installed.freezes()) {
      if (!wanted.containsKey(freeze.getFreezeId())) {
        if (prune) {
          add('-', "freeze " + freeze.getFreezeId(), List.of(), undo(freeze));
        } else {
          kept.add("freeze " + freeze.getFreezeId());
        }
      }
    }
    for (var freeze : wanted.values()) {
      var known = there.get(freeze.getFreezeId());
      var what = "freeze " + freeze.getFreezeId();
      if (known == null) {
        add('+', what, Difference.of(Stated.of(freeze)), make(freeze));
      } else if (Stated.of(known).equals(Stated.of(freeze))) {
        unchanged++;
      } else {
        add(
            '~',
            what,
            Difference.between(Stated.of(known), Stated.of(freeze)),
            undo(known).andThen(make(freeze)));
      }
    }
  }

  private static Consumer<TollgateClient> make(Freeze freeze) {
    var request = CreateFreezeRequest.newBuilder().setFreeze(freeze).build();
    return client -> client.budgets(stub -> stub.createFreeze(request));
  }

  private static Consumer<TollgateClient> undo(Freeze freeze) {
    var request = DeleteFreezeRequest.newBuilder().setFreezeId(freeze.getFreezeId()).build();
    return client -> client.budgets(stub -> stub.deleteFreeze(request));
  }

  private void rules(BudgetFile file, Installed installed) {
    file.rules().ifPresent(rules -> {
      var differences = Difference.between(Stated.of(installed.rules()), Stated.of(rules));
      if (differences.isEmpty()) {
        unchanged++;
      } else {
        add('~', "check rules", differences, write(rules, installed.rules().getVersion()));
      }
    });
  }

  private static Consumer<TollgateClient> write(CheckRules rules, long version) {
    var request =
        UpdateCheckRulesRequest.newBuilder()
            .setCheckRules(rules.toBuilder().setVersion(version))
            .build();
    return client -> client.budgets(stub -> stub.updateCheckRules(request));
  }

  private void add(
      char sign,
      String what,
      List<String> details,
      Consumer<TollgateClient> deed) {
    steps.add(new Step(sign, what, details, deed));
  }

  private static <T> Map<String, T> byId(List<T> items, Function<T, String> id) {
    var map = new LinkedHashMap<String, T>();
    items.forEach(item -> map.put(id.apply(item), item));
    return map;
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }

  public int size() {
    return steps.size();
  }

  /// Says what would be done.
  public void print(PrintWriter out) {
    for (var step : steps) {
      out.println(step.sign() + " " + step.what());
      step.details().forEach(line -> out.println("    " + line));
    }
    if (!kept.isEmpty()) {
      out.println("Not in the file, and kept (--prune deletes them): " + String.join(", ", kept));
    }
    out.println("= " + unchanged + " unchanged");
    out.flush();
  }

  /// Does it, as far as it goes.
  ///
  /// @return what did not go, a line each
  public List<String> apply(TollgateClient client) {
    var failed = new ArrayList<String>();
    var left = List.copyOf(steps);
    while (!left.isEmpty()) {
      var later = new LinkedHashMap<Step, String>();
      for (var step : left) {
        try {
          step.deed().accept(client);
        } catch (TollgateException refused) {
          if (PERHAPS_LATER.contains(refused.reason())) {
            later.put(step, message(step, refused));
          } else {
            failed.add(message(step, refused));
          }
        } catch (Outdated outdated) {
          failed.add(step.sign() + " " + step.what() + ": " + outdated.getMessage());
        }
      }
      if (later.size() == left.size()) {
        failed.addAll(later.values());
        return failed;
      }
      left = List.copyOf(later.keySet());
    }
    return failed;
  }

  private static String message(Step step, TollgateException refused) {
    var lines = new StringBuilder(step.sign() + " " + step.what() + ": " + refused.getMessage());
    if (refused.violations().size() > 1) {
      for (var violation : refused.violations()) {
        lines.append("\n    ").append(violation.field()).append(": ");
        lines.append(violation.description());
      }
    }
    return lines.toString();
  }
}
