package dev.tollgate.query.burn;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.proto.query.v1.GetBudgetBurnRequest;
import dev.tollgate.proto.query.v1.GetBudgetBurnResponse;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.page.QuestionTokens;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.query.statement.LedgerSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `GetBudgetBurn`: reads the request, asks the quota and the ledger, writes the answer.
public final class GetBudgetBurnRpc {
  private final Answering answering;
  private final QuotaClient quota;
  private final KnownBudgets budgets;
  private final BurnLedger ledger;

  public GetBudgetBurnRpc(Answering answering, QuotaClient quota) {
    this.answering = answering;
    this.quota = quota;
    this.budgets = new KnownBudgets(quota);
    this.ledger = new BurnLedger(answering.ledger());
  }

  public GetBudgetBurnResponse answer(GetBudgetBurnRequest request, Caller caller) {
    var question = BurnQuestion.read(request, caller);
    var tokens =
        answering.tokens(caller, request.toBuilder().clearPageSize().clearPageToken().build());
    var after =
        tokens
            .open(request.getPageToken())
            .map(position -> new String(position, StandardCharsets.UTF_8));
    return answering.answer(
        caller,
        request,
        GetBudgetBurnResponse.class,
        basis -> {
          var known = budgets.of(caller.tenant());
          var asked =
              asked(question, known.budgets()).stream()
                  .filter(each -> each.getBudgetId().compareTo(after.orElse("")) > 0)
                  .toList();
          var page = asked.subList(0, Math.min(question.pageSize(), asked.size()));
          var answer =
              answer(caller.tenant(), page, known.budgets(), basis).setBudgetsMayBeOld(known.old());
          if (page.size() < asked.size()) {
            answer.setNextPageToken(sealed(tokens, page.getLast()));
          }
          return answer.build();
        });
  }

  private static String sealed(QuestionTokens tokens, Budget last) {
    return tokens.seal(last.getBudgetId().getBytes(StandardCharsets.UTF_8));
  }

  private static List<Budget> asked(BurnQuestion question, List<Budget> all) {
    var visible =
        all.stream()
            .filter(each -> question.caller().administers(each.getSelectorMap()))
            .collect(Collectors.toMap(Budget::getBudgetId, each -> each));
    for (var id : question.ids()) {
      if (!visible.containsKey(id)) {
        throw Failure.of(Reason.BUDGET_UNKNOWN, id + ": there is no such budget");
      }
    }
    return new TreeSet<>(question.ids().isEmpty() ? visible.keySet() : question.ids())
        .stream().map(visible::get).toList();
  }

  private GetBudgetBurnResponse.Builder answer(
      String tenant, List<Budget> page, List<Budget> all, Basis.Builder basis) {
    var standings = new Standings(quota, tenant);
    var answer = GetBudgetBurnResponse.newBuilder();
    page.forEach(budget -> answer.addAllRows(rows(tenant, budget, all, standings)));
    var currencies = new TreeSet<String>();
    answer.getRowsList().stream()
        .map(BudgetBurnRow::getCurrencyCode)
        .filter(currency -> !currency.isEmpty())
        .forEach(currencies::add);
    var unpriced = answer.getRowsList().stream().mapToLong(BudgetBurnRow::getUnpricedCalls).sum();
    return answer.setBasis(Wire.basis(basis, LedgerSource.EVENTS, currencies, unpriced));
  }

  /* One that is too large must not cost the others their answer. */
  private List<BudgetBurnRow> rows(
      String tenant, Budget stated, List<Budget> all, Standings standings) {
    try {
      var counted = CountedBudget.of(tenant, stated, all, answering.now());
      return rows(counted.hidden(answering.users()), standings);
    } catch (Failure failure) {
      if (failure.reason() != Reason.QUERY_TOO_LARGE) {
        throw failure;
      }
      return List.of(
          BudgetBurnRow.newBuilder()
              .setBudgetId(stated.getBudgetId())
              .setDisplayName(stated.getDisplayName())
              .setOwner(stated.getOwner())
              .setFailure(failure.reason().name())
              .setFailureMessage(String.valueOf(failure.getMessage()))
              .build());
    }
  }

  private List<BudgetBurnRow> rows(CountedBudget budget, Standings standings) {
    var burn = ledger.burn(budget);
    var groups = burn.groups().stream().map(GroupBurn::group).toList();
    var shown = answering.users().shown(budget.scope().tenant(), budget.groups(), groups);
    var live =
        shown.stream().map(group -> standings.of(budget.stated().getBudgetId(), group)).toList();
    var rows = new ArrayList<BudgetBurnRow>();
    for (var limit = 0; limit < budget.stated().getLimitsCount(); limit++) {
      var number = limit;
      IntStream.range(0, groups.size())
          .mapToObj(i ->
              BurnRow.of(
                  budget, burn.groups().get(i), number, shown.get(i), burn.count(), live.get(i)))
          .forEach(rows::add);
    }
    return rows;
  }
}
