package dev.tollgate.load.site;

import dev.tollgate.kernel.caller.Authentication;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.server.Server;
import dev.tollgate.kernel.server.ServerSettings;
import dev.tollgate.quota.QuotaService;
import dev.tollgate.quota.QuotaSettings;
import dev.tollgate.time.TimeSource;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;

/// The measured process: quota-service as its settings say, and calls that do nothing beside it, on
/// the same event loops.
public final class MeasuredMain {
  private MeasuredMain() {}

  public static void main(String[] arguments) throws Exception {
    var settings = QuotaSettings.from(System.getenv());
    var quota = QuotaService.start(settings, TimeSource.SYSTEM, new SecureRandom());
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(Noop.service());
    quota.loops().carry(builder);
    var noop = builder.build().start();
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var authentication =
        Authentication.start(
            settings.auth(), ClickHouse.connect(settings.clickHouse()), TimeSource.SYSTEM, meters);
    var intercepted =
        Server.start(
            ServerSettings.local(),
            quota.loops(),
            authentication,
            () -> true,
            meters,
            TimeSource.SYSTEM,
            List.of(new Noop.Intercepted()));
    Serving.until(quota.grpcPort(), noop.getPort(), intercepted.grpcPort());
  }
}
