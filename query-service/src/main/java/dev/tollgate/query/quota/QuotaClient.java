package dev.tollgate.query.quota;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.proto.budget.v1.AdjustBudgetRequest;
import dev.tollgate.proto.budget.v1.Adjustment;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CreateFreezeRequest;
import dev.tollgate.proto.budget.v1.DeleteFreezeRequest;
import dev.tollgate.proto.budget.v1.Freeze;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.budget.v1.Standing;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// quota-service, as far as questions about budgets and actions of alerts need it. Calls block;
/// safe for concurrent use.
public final class QuotaClient {
  private static final int PAGE_SIZE = 1_000;
  private static final long DEADLINE_SECONDS = 2;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Function<String, Channel> channels;

  /// @param channels to the service, on behalf of a tenant
  public QuotaClient(Function<String, Channel> channels) {
    this.channels = channels;
  }

  /// All budgets of a tenant, by id.
  ///
  /// @throws Failure as quota-service says it, SERVICE_UNAVAILABLE where it says nothing
  public List<Budget> budgets(String tenant) {
    var budgets = new ArrayList<Budget>();
    var token = "";
    do {
      var request =
          ListBudgetsRequest.newBuilder().setPageSize(PAGE_SIZE).setPageToken(token).build();
      var page = ask(tenant, stub -> stub.listBudgets(request));
      budgets.addAll(page.getBudgetsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return budgets;
  }

  /// Where each limit of a budget stands for one of its groups, in the order of its limits.
  ///
  /// @throws Failure as above
  public List<Standing> standings(String tenant, String budgetId, List<String> group) {
    var request = GetBudgetRequest.newBuilder().setBudgetId(budgetId).addAllGroup(group).build();
    return ask(tenant, stub -> stub.getBudget(request)).getStandingsList();
  }

  /// One of a tenant's budgets.
  ///
  /// @throws Failure as above, BUDGET_UNKNOWN
  public Budget budget(String tenant, String budgetId) {
    var request = GetBudgetRequest.newBuilder().setBudgetId(budgetId).build();
    return ask(tenant, stub -> stub.getBudget(request)).getBudget();
  }

  /// Freezes calls on the account of whoever is named; nothing happens where it did so before.
  ///
  /// @throws Failure as above, WRITE_CONFLICT where there is another freeze of this id
  public void freeze(String tenant, String actor, Freeze freeze) {
    var request = CreateFreezeRequest.newBuilder().setFreeze(freeze).build();
    var _ = ask(channel(tenant, actor), stub -> stub.createFreeze(request));
  }

  /// Undoes a freeze; nothing happens where there is none.
  ///
  /// @throws Failure as above
  public void unfreeze(String tenant, String actor, String freezeId) {
    var request = DeleteFreezeRequest.newBuilder().setFreezeId(freezeId).build();
    var _ = ask(channel(tenant, actor), stub -> stub.deleteFreeze(request));
  }

  /// Adjusts a budget; nothing happens where it did so before.
  ///
  /// @throws Failure as above, BUDGET_UNKNOWN, REQUEST_ID_REUSED where there is another of this id
  public void adjust(String tenant, String actor, String budgetId, Adjustment adjustment) {
    var request =
        AdjustBudgetRequest.newBuilder().setBudgetId(budgetId).setAdjustment(adjustment).build();
    var _ = ask(channel(tenant, actor), stub -> stub.adjustBudget(request));
  }

  private Channel channel(String tenant, String actor) {
    return Peer.onAccountOf(actor, channels.apply(tenant));
  }

  private <T> T ask(String tenant, Function<BudgetServiceBlockingStub, T> call) {
    return ask(channels.apply(tenant), call);
  }

  private static <T> T ask(Channel channel, Function<BudgetServiceBlockingStub, T> call) {
    try {
      return call.apply(
          BudgetServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
    } catch (StatusRuntimeException refused) {
      throw Failure.retryable(
          reason(refused), "quota-service: " + refused.getStatus().getCode(), RETRY_AFTER);
    }
  }

  private static Reason reason(StatusRuntimeException refused) {
    var status = StatusProto.fromThrowable(refused);
    if (status == null) {
      return Reason.SERVICE_UNAVAILABLE;
    }
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .flatMap(detail -> {
          try {
            var name = detail.unpack(ErrorInfo.class).getReason();
            return Arrays.stream(Reason.values()).filter(each -> each.name().equals(name));
          } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException(broken);
          }
        })
        .findFirst()
        .orElse(Reason.SERVICE_UNAVAILABLE);
  }
}
