package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Part;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.proto.ingest.v1.GetRepricingRequest;
import dev.tollgate.proto.ingest.v1.GetRepricingResponse;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc;
import dev.tollgate.proto.ingest.v1.RepricingState;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.time.TimeSource;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A standalone in this process on a ClickHouse of its own, and its operator, who acts for a
/// tenant.
final class Operated implements AutoCloseable {
  private final EmbeddedClickHouse store;
  private final DataDirectory directory;
  private final Standalone standalone;
  private final TollgateClient operator;
  private final Map<Part, ManagedChannel> channels = new EnumMap<>(Part.class);
  private final String tenant;

  private Operated(Path folder, String tenant) throws Exception {
    this.tenant = tenant;
    store =
        EmbeddedClickHouse.start(
            folder.resolve("store"), EmbeddedClickHouse.library(Commands.ROOT), new SecureRandom());
    directory = DataDirectory.open(folder.resolve("data"));
    standalone = Standalone.start(directory, options(store), TimeSource.SYSTEM, new SecureRandom());
    operator = TollgateClient.connect(standalone.endpoints(), standalone.keys().operator());
  }

  static Operated start(Path folder, String tenant) throws Exception {
    return new Operated(folder, tenant);
  }

  private static Standalone.Options options(EmbeddedClickHouse store) {
    var account = store.user() + ":" + store.password().reveal();
    return new Standalone.Options(
        0,
        Optional.empty(),
        Optional.of(URI.create(store.url().toString().replace("://", "://" + account + "@"))),
        Duration.ofHours(1),
        Map.of("PATH", System.getenv("PATH")),
        Commands.ROOT);
  }

  TollgateClient client() {
    return operator.forTenant(tenant);
  }

  ClickHouse clickHouse() {
    return ClickHouse.connect(
        new ClickHouseSettings(store.url(), "tollgate", store.user(), store.password()));
  }

  /// To the services of a part that the Java client knows nothing of.
  Channel channel(Part part) {
    var channel =
        channels.computeIfAbsent(
            part,
            each -> ManagedChannelBuilder.forTarget(standalone.grpc(each)).usePlaintext().build());
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers()));
  }

  private Metadata headers() {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + standalone.keys().operator().reveal());
    headers.put(Metadata.Key.of("tollgate-tenant", Metadata.ASCII_STRING_MARSHALLER), tenant);
    return headers;
  }

  /// Returns when it is done.
  GetRepricingResponse reprice(StartRepricingRequest request) {
    var repricings = RepricingServiceGrpc.newBlockingStub(channel(Part.INGEST));
    var _ = repricings.startRepricing(request);
    var get = GetRepricingRequest.newBuilder().setRepricingId(request.getRequestId()).build();
    await(
        request.getRequestId(),
        () ->
            repricings.getRepricing(get).getRepricing().getState()
                == RepricingState.REPRICING_STATE_DONE);
    return repricings.getRepricing(get);
  }

  static void await(String what, BooleanSupplier condition) {
    var start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as(what)
          .isLessThan(Duration.ofSeconds(90));
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    operator.close();
    standalone.close();
    directory.close();
    store.close();
  }
}
