package dev.tollgate.query.alert;

import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.quota.QuotaService;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.TimeSource;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullMarked;

/// A quota-service on the tests' stores, whose prices are of a book of one model.
@NullMarked
final class RunningQuota implements AutoCloseable {
  private static final String OPERATOR_KEY = "tg_operator00000000_0123456789abcdefghijklmnop";
  private static final String SERVICE_KEY = "tg_service000000000_0123456789abcdefghijklmnop";

  private final Server pricing;
  private final QuotaService service;
  private final Peer operator;

  RunningQuota(Stores stores) {
    try {
      pricing =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(new Prices())
              .permitKeepAliveTime(10, TimeUnit.SECONDS)
              .build()
              .start();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    service =
        QuotaService.start(QuotaSettings.from(variables(stores)), TimeSource.SYSTEM, new Random());
    operator = Peer.connect(peer(OPERATOR_KEY));
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!service.isReady()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not ready within 30 s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private Map<String, String> variables(Stores stores) {
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
    variables.put("PRICING_TARGET", "127.0.0.1:" + pricing.getPort());
    variables.put("TOKEN_KEY", "0123456789abcdef0123456789abcdef");
    variables.put("DRAIN", "PT1S");
    var prefixed = new HashMap<String, String>();
    variables.forEach((name, value) -> prefixed.put("TOLLGATE_QUOTA_" + name, value));
    return prefixed;
  }

  private PeerSettings peer(String key) {
    return new PeerSettings(
        "127.0.0.1:" + service.grpcPort(), new Secret(key), new PeerSettings.Trust.Plain());
  }

  /// With the key of Tollgate's own services.
  PeerSettings peer() {
    return peer(SERVICE_KEY);
  }

  Peer operator() {
    return operator;
  }

  @Override
  public void close() {
    operator.close();
    service.close();
    pricing.shutdownNow();
  }
}
