package dev.tollgate.load.site;

import com.google.protobuf.Duration;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.GetBudgetRequest;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.time.TimeSource;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Makes tenants, with keys and budgets, through the API. Each has at least four budgets of two
/// units that match its calls, and are never used up.
public final class Tenants {
  private static final int AT_ONCE = 32;
  private static final long READY_SECONDS = 120;
  private static final String TEAM = "search";
  private static final Money MUCH_MONEY =
      Money.newBuilder().setCurrencyCode("USD").setAmount("4000000").build();
  private static final long MANY_TOKENS = 1_000_000_000_000_000L;
  private static final Duration HOLD = Duration.newBuilder().setSeconds(3_600).build();

  /// What a call says that it is going to use.
  public static final long INPUT_TOKENS = 1_000;

  public static final long OUTPUT_TOKENS_MAX = 500;

  /// The budget that counts every call.
  public static final String BUDGET = "all";

  /// The budget that counts for each user.
  public static final String USER_BUDGET = "user";

  /// A tenant that calls: with its own key, on each connection.
  public record Tenancy(String id, String key, List<Channel> connections) {}

  private final Connections quota;
  private final String operatorKey;
  private final BudgetTable table;
  private final TimeSource time;

  public Tenants(Connections quota, String operatorKey, BudgetTable table, TimeSource time) {
    this.quota = quota;
    this.operatorKey = operatorKey;
    this.table = table;
    this.time = time;
  }

  /// A tenant with the four budgets.
  public Tenancy create(String id) {
    var tenancy = withoutBudgets(id);
    create(id, budget(BUDGET, Map.of()));
    create(id, budget("environment", Map.of("environment", "prod")));
    create(id, budget("team", Map.of("team", TEAM)));
    create(id, budget("project", Map.of("project", "atlas")));
    awaitAnswer(tenancy, call());
    return tenancy;
  }

  /// A tenant with the first three of them and a fourth for each user and year, of so many users.
  public Tenancy createUsers(String id, long users) {
    var tenancy = withoutBudgets(id);
    create(id, budget(BUDGET, Map.of()));
    create(id, budget("environment", Map.of("environment", "prod")));
    create(id, budget("team", Map.of("team", TEAM)));
    create(
        id,
        budget(USER_BUDGET, Map.of()).toBuilder()
            .addGroupBy("user")
            .setGroupsMax(users)
            .setWindow(
                Window.newBuilder()
                    .setCalendar(Calendar.newBuilder().setUnit(CalendarUnit.CALENDAR_UNIT_YEAR)))
            .build());
    var first = call().toBuilder();
    first.getDimensionsBuilder().setUser(user(0));
    awaitAnswer(tenancy, first.build());
    return tenancy;
  }

  /// So many tenants with the four budgets.
  public List<Tenancy> create(String prefix, int count) {
    var first = create(prefix + 0);
    var others =
        all(
            IntStream.range(1, count)
                .<Callable<Tenancy>>mapToObj(i -> () -> withoutBudgets(prefix + i)));
    table.copy(
        "original.tenant_id = '%s0'".formatted(prefix),
        "concat('%s', toString(number)) AS tenant_id".formatted(prefix),
        count - 1);
    if (!others.isEmpty()) {
      awaitBudget(others.getLast().id(), "project");
    }
    all(others.stream().<Callable<String>>map(tenancy -> () -> awaitAnswer(tenancy, call())));
    return Stream.concat(Stream.of(first), others.stream()).toList();
  }

  /// A tenant with these budgets, the last of which has no groups.
  public Tenancy create(String id, List<Budget> budgets) {
    var tenancy = withoutBudgets(id);
    budgets.forEach(budget -> create(id, budget));
    awaitBudget(id, budgets.getLast().getBudgetId());
    return tenancy;
  }

  private Tenancy withoutBudgets(String id) {
    var installation = quota.as(operatorKey, "").getFirst();
    AccessServiceGrpc.newBlockingStub(installation)
        .createTenant(CreateTenantRequest.newBuilder().setTenantId(id).setDisplayName(id).build());
    var key =
        AccessServiceGrpc.newBlockingStub(quota.as(operatorKey, id).getFirst())
            .createApiKey(
                CreateApiKeyRequest.newBuilder()
                    .setDisplayName("benchmark")
                    .addRoles(Role.ROLE_CALLER)
                    .addRoles(Role.ROLE_READER)
                    .build());
    return new Tenancy(id, key.getSecret(), quota.as(key.getSecret(), ""));
  }

  /* A new key is good within seconds, as is a new budget. */
  private String awaitAnswer(Tenancy tenancy, CheckQuotaRequest call) {
    var stub = QuotaServiceGrpc.newBlockingStub(tenancy.connections().getFirst());
    return until(
        tenancy.id() + " can't call",
        () -> {
          var answer =
              stub.checkQuota(call.toBuilder().setRequestId("ready-" + time.nanoTime()).build());
          if (answer.hasAllowed()) {
            stub.release(
                ReleaseRequest.newBuilder()
                    .setReservationId(answer.getAllowed().getReservationId())
                    .build());
          }
          return tenancy.id();
        });
  }

  private void awaitBudget(String tenant, String id) {
    var stub = BudgetServiceGrpc.newBlockingStub(quota.as(operatorKey, tenant).getFirst());
    until(
        "budget " + id + " of " + tenant + " does not appear",
        () -> stub.getBudget(GetBudgetRequest.newBuilder().setBudgetId(id).build()));
  }

  /// Tries until it is not refused any more, as what was written is known everywhere within
  /// seconds.
  ///
  /// @param problem what it would be if that took too long
  public <T> T until(String problem, Supplier<T> attempt) {
    var end = time.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (true) {
      try {
        return attempt.get();
      } catch (StatusRuntimeException notYet) {
        if (time.nanoTime() > end) {
          throw new MeasurementFailed(problem + ": " + notYet.getMessage(), notYet);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  /// Gives each of so many teams a budget; calls of each, one after the other.
  public List<CheckQuotaRequest> createTeams(Tenancy tenancy, int count) {
    var teams = IntStream.range(0, count).mapToObj(i -> "team-" + i).toList();
    create(tenancy.id(), teams.stream().map(team -> budget(team, Map.of("team", team))));
    awaitAnswer(tenancy, call(teams.getLast()));
    return teams.stream().map(Tenants::call).toList();
  }

  /// So many budgets of users who never call.
  public void createOthers(Tenancy tenancy, int count) {
    create(tenancy.id(), budget("user-0", Map.of("user", "user-0")));
    table.copy(
        "original.tenant_id = '%s' AND original.id = 'user-0'".formatted(tenancy.id()),
        "concat('user-', toString(number)) AS id,"
            + " replaceAll(original.content, 'user-0', concat('user-', toString(number))) AS content",
        count - 1);
    awaitBudget(tenancy.id(), "user-" + (count - 1));
    awaitAnswer(tenancy, call());
  }

  /// A budget that calls of one feature use up.
  public void createCap(Tenancy tenancy, String feature, long tokens) {
    create(
        tenancy.id(),
        named(feature, Map.of("feature", feature))
            .addLimits(Limit.newBuilder().setTokens(tokens))
            .build());
    var call = call().toBuilder();
    call.getDimensionsBuilder().setFeature(feature);
    awaitAnswer(tenancy, call.build());
  }

  /// What calls of the four budgets look like.
  public static CheckQuotaRequest call() {
    return call(TEAM);
  }

  /// The name of one of the users.
  public static String user(long number) {
    return "user-" + number;
  }

  private static CheckQuotaRequest call(String team) {
    return CheckQuotaRequest.newBuilder()
        .setDimensions(
            Dimensions.newBuilder()
                .setProvider(OneBook.PROVIDER)
                .setModel(OneBook.MODEL)
                .setTeam(team)
                .setProject("atlas")
                .setEnvironment("prod")
                .setFeature("summary"))
        .setInputTokens(INPUT_TOKENS)
        .setMaxOutputTokens(OUTPUT_TOKENS_MAX)
        .setHoldDuration(HOLD)
        .build();
  }

  private static Budget budget(String id, Map<String, String> selector) {
    return named(id, selector)
        .addLimits(Limit.newBuilder().setCost(MUCH_MONEY))
        .addLimits(Limit.newBuilder().setTokens(MANY_TOKENS))
        .build();
  }

  private static Budget.Builder named(String id, Map<String, String> selector) {
    return Budget.newBuilder()
        .setBudgetId(id)
        .setDisplayName(id)
        .putAllSelector(selector)
        .setWindow(Window.newBuilder().setLifetime(Lifetime.getDefaultInstance()));
  }

  private void create(String tenant, Stream<Budget> budgets) {
    all(
        budgets.<Callable<String>>map(budget ->
            () -> {
              create(tenant, budget);
              return budget.getBudgetId();
            }));
  }

  private void create(String tenant, Budget budget) {
    BudgetServiceGrpc.newBlockingStub(quota.as(operatorKey, tenant).getFirst())
        .createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build());
  }

  private static <T> List<T> all(Stream<Callable<T>> tasks) {
    var permits = new Semaphore(AT_ONCE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures =
          threads.invokeAll(
              tasks
                  .<Callable<T>>map(task ->
                      () -> {
                        permits.acquire();
                        try {
                          return task.call();
                        } finally {
                          permits.release();
                        }
                      })
                  .toList());
      return futures.stream().map(Tenants::joined).toList();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeasurementFailed("interrupted", interrupted);
    }
  }

  private static <T> T joined(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      throw new MeasurementFailed("could not be set up: " + failed.getCause(), failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new MeasurementFailed("interrupted", interrupted);
    }
  }
}
