package dev.tollgate.cli.demo;

import dev.tollgate.cli.standalone.Keys;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.cli.traffic.Call;
import dev.tollgate.cli.traffic.Tenant;
import dev.tollgate.cli.traffic.Traffic;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CreateBudgetRequest;
import dev.tollgate.proto.budget.v1.ListBudgetsRequest;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes the tenants of some traffic with their keys and budgets, where they are not there yet, and
/// waits until all services know them. Speaks the public API only.
public final class Stage {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final int PAGE = 1_000;

  /// Prices are asked for in a tenant's name; any will do.
  private static final Tenant PRICES = Tenant.example();

  private final TollgateClient operator;
  private final Keys keys;
  private final TimeSource time;

  /// Sets up in the name of an operator.
  ///
  /// @param operator a client with the operator's key
  public Stage(TollgateClient operator, Keys keys, TimeSource time) {
    this.operator = operator;
    this.keys = keys;
    this.time = time;
  }

  /// A client for each tenant, by its id, each with a key of that tenant.
  public Map<String, TollgateClient> prepare(Traffic traffic) {
    var clients = new LinkedHashMap<String, TollgateClient>();
    for (var tenant : traffic.tenants()) {
      var example =
          traffic.calls().stream()
              .filter(call -> call.tenant().equals(tenant.id()))
              .map(Call::dimensions)
              .findFirst();
      clients.put(tenant.id(), prepare(tenant, example.orElse(Dimensions.getDefaultInstance())));
    }
    return clients;
  }

  /// A client with a key of the tenant.
  ///
  /// @param example what a call of its names: at least provider and model
  public TollgateClient prepare(Tenant tenant, Dimensions example) {
    create(tenant);
    var client = operator.withKey(keyOf(tenant));
    if (createBudgets(client, tenant) && !example.getModel().isEmpty()) {
      awaitBudgets(client, example, tenant.id());
    }
    return client;
  }

  /// Who sells a model, each with the currency of its price.
  public SortedMap<String, String> sellers(String model, Optional<String> provider) {
    create(PRICES);
    var request = ListPricesRequest.newBuilder().setModel(model).setPageSize(PAGE);
    provider.ifPresent(request::setProvider);
    var sellers = new TreeMap<String, String>();
    operator
        .forTenant(PRICES.id())
        .listPrices(request.build())
        .getPricesList()
        .forEach(price -> sellers.put(price.getProvider(), price.getAmount().getCurrencyCode()));
    return sellers;
  }

  private void create(Tenant tenant) {
    operator.createTenant(
        CreateTenantRequest.newBuilder()
            .setTenantId(tenant.id())
            .setDisplayName(tenant.displayName())
            .build());
  }

  /// The key of an earlier run, or a new one.
  private Secret keyOf(Tenant tenant) {
    var known = keys.tenant(tenant.id());
    if (known.isPresent() && isAccepted(operator.withKey(known.get()))) {
      return known.get();
    }
    var created =
        operator
            .forTenant(tenant.id())
            .createApiKey(
                CreateApiKeyRequest.newBuilder()
                    .setDisplayName("demo")
                    .addRoles(Role.ROLE_CALLER)
                    .addRoles(Role.ROLE_READER)
                    .addRoles(Role.ROLE_ADMIN)
                    .build());
    var key = new Secret(created.getSecret());
    keys.remember(tenant.id(), key);
    var client = operator.withKey(key);
    Await.until(time, PATIENCE, "the new key to be known", () -> isAccepted(client));
    return key;
  }

  /// Whether each of the four services takes the client's key. Stores nothing.
  private static boolean isAccepted(TollgateClient client) {
    try (var stream = client.streamUsage(UsageStreamSettings.DEFAULT)) {
      client.listBudgets(ListBudgetsRequest.getDefaultInstance());
      client.listPrices(ListPricesRequest.newBuilder().setPageSize(1).build());
      stream.send(UsageEvent.getDefaultInstance()).join();
      client.getCost(GetCostRequest.getDefaultInstance());
      return true;
    } catch (CompletionException refused) {
      return isKnown(refused.getCause());
    } catch (TollgateException refused) {
      return isKnown(refused);
    }
  }

  private static boolean isKnown(@Nullable Throwable refusal) {
    if (refusal instanceof TollgateException failure) {
      return switch (failure.reason()) {
        case "FIELD_INVALID" -> true;
        case "CREDENTIALS_INVALID" -> false;
        default -> throw failure;
      };
    }
    throw new IllegalStateException(refusal);
  }

  /// True where at least one was made now.
  private boolean createBudgets(TollgateClient client, Tenant tenant) {
    var there =
        client.listBudgets(ListBudgetsRequest.getDefaultInstance()).getBudgetsList().stream()
            .map(Budget::getBudgetId)
            .collect(Collectors.toSet());
    var missing =
        tenant.budgets().stream()
            .filter(budget -> !there.contains(budget.getBudgetId()))
            .sorted((a, b) -> Boolean.compare(isAllCalls(a), isAllCalls(b)))
            .toList();
    for (var budget : missing) {
      client.createBudget(CreateBudgetRequest.newBuilder().setBudget(budget).build());
    }
    return !missing.isEmpty();
  }

  private static boolean isAllCalls(Budget budget) {
    return budget.getBudgetId().equals(Tenant.ALL_CALLS);
  }

  /// Holds nothing but a request until the budget that was made last shows it, then gives it back.
  private void awaitBudgets(TollgateClient client, Dimensions example, String tenant) {
    Await.until(
        time,
        PATIENCE,
        "the new budgets to bind",
        () -> {
          var request =
              CheckQuotaRequest.newBuilder()
                  .setRequestId("probe-" + tenant + "-" + time.now())
                  .setDimensions(example)
                  .build();
          var answer = client.check(request);
          if (!answer.hasAllowed()) {
            throw new Problem("a budget denies even an empty call: use another --data");
          }
          var bound = Ledger.openHolds(client) > 0;
          client.release(
              ReleaseRequest.newBuilder()
                  .setReservationId(answer.getAllowed().getReservationId())
                  .build());
          return bound;
        });
  }
}
