package dev.tollgate.quota;

import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceBlockingStub;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc.SettlementServiceBlockingStub;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/// One running quota-service on the tests' stores, and clients for it.
public final class TestQuota implements AutoCloseable {
  public static final String OPERATOR_KEY = "tg_operator00000000_0123456789abcdefghijklmnop";
  public static final String SERVICE_KEY = "tg_service000000000_0123456789abcdefghijklmnop";
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  private final QuotaService service;
  private final Peer operator;
  private final Peer other;

  public TestQuota(Stores stores, TestPricing pricing) {
    this(stores, pricing, UnaryOperator.identity());
  }

  TestQuota(Stores stores, TestPricing pricing, UnaryOperator<Holds> wrapping) {
    this(variables(stores, pricing), wrapping);
  }

  /// One with settings of its own.
  public TestQuota(Map<String, String> variables) {
    this(variables, UnaryOperator.identity());
  }

  private TestQuota(Map<String, String> variables, UnaryOperator<Holds> wrapping) {
    service =
        QuotaService.start(
            QuotaSettings.from(variables), TimeSource.SYSTEM, new Random(), wrapping);
    operator = connect(OPERATOR_KEY);
    other = connect(SERVICE_KEY);
    var until = System.nanoTime() + READY_WITHIN.toNanos();
    while (!service.isReady()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("not ready within " + READY_WITHIN);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /// Its settings as environment variables, for whoever changes some of them.
  public static Map<String, String> variables(Stores stores, TestPricing pricing) {
    var variables = new HashMap<String, String>();
    variables.put("HOST", "127.0.0.1");
    variables.put("GRPC_PORT", "0");
    variables.put("HTTP_PORT", "0");
    variables.put("AUTH_OPERATOR_KEY", OPERATOR_KEY);
    variables.put("AUTH_SERVICE_KEY", SERVICE_KEY);
    variables.put("SERVICE_KEY", SERVICE_KEY);
    variables.put("CLICKHOUSE_URL", stores.clickHouseUrl().toString());
    variables.put("CLICKHOUSE_DATABASE", stores.database());
    variables.put("CLICKHOUSE_USER", stores.clickHouseUser());
    variables.put("CLICKHOUSE_PASSWORD", stores.clickHousePassword().reveal());
    variables.put("REDIS_URL", stores.redisUrl().toString());
    variables.put("REDIS_PASSWORD", stores.redisPassword().reveal());
    variables.put("REDIS_TIMEOUT", "PT10S");
    variables.put("PRICING_TARGET", pricing.target());
    variables.put("TOKEN_KEY", "0123456789abcdef0123456789abcdef");
    variables.put("DRAIN", "PT1S");
    var prefixed = new HashMap<String, String>();
    variables.forEach((name, value) -> prefixed.put("TOLLGATE_QUOTA_" + name, value));
    return prefixed;
  }

  private Peer connect(String key) {
    return Peer.connect(
        new PeerSettings(
            "127.0.0.1:" + service.grpcPort(), new Secret(key), new PeerSettings.Trust.Plain()));
  }

  public QuotaServiceBlockingStub quota(String tenant) {
    return QuotaServiceGrpc.newBlockingStub(other.channel(tenant));
  }

  public BudgetServiceBlockingStub budgets(String tenant) {
    return BudgetServiceGrpc.newBlockingStub(operator.channel(tenant));
  }

  public SettlementServiceBlockingStub settlements(String tenant) {
    return SettlementServiceGrpc.newBlockingStub(other.channel(tenant));
  }

  @Override
  public void close() {
    operator.close();
    other.close();
    service.close();
  }
}
