package dev.tollgate.cli.apply;

import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CheckRules;
import dev.tollgate.proto.budget.v1.Freeze;
import dev.tollgate.proto.budget.v1.GetCheckRulesRequest;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.budget.v1.ListFreezesRequest;
import java.util.ArrayList;
import java.util.List;

/// What an installation has of a tenant's budgets now.
public record Installed(List<Budget> budgets, List<Freeze> freezes, CheckRules rules) {
  private static final int PAGE = 1_000;

  public static Installed read(TollgateClient client) {
    return new Installed(
        budgets(client),
        client
            .budgets(stub -> stub.listFreezes(ListFreezesRequest.getDefaultInstance()))
            .getFreezesList(),
        client
            .budgets(stub -> stub.getCheckRules(GetCheckRulesRequest.getDefaultInstance()))
            .getCheckRules());
  }

  private static List<Budget> budgets(TollgateClient client) {
    var budgets = new ArrayList<Budget>();
    var token = "";
    do {
      var page =
          client.listBudgets(
              ListBudgetsRequest.newBuilder().setPageSize(PAGE).setPageToken(token).build());
      budgets.addAll(page.getBudgetsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return budgets;
  }
}
