package dev.tollgate.testkit;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.server.Server;
import dev.tollgate.kernel.server.ServerSettings;
import dev.tollgate.time.TimeSource;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Services behind the kernel's own server, inside the test's process: the wiring that a service
/// has, on loopback ports, and callers that the test makes up.
public final class InProcess implements AutoCloseable {
  private final Map<String, Caller> callers = new ConcurrentHashMap<>();
  private final Server server;
  private final ManagedChannel channel;
  private final ClientInterceptor conformance;

  private InProcess(ClientInterceptor conformance, List<BindableService> services) {
    this.conformance = conformance;
    this.server =
        Server.start(
            ServerSettings.local(),
            credential -> Optional.ofNullable(callers.get(credential.bearer())),
            () -> true,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            TimeSource.SYSTEM,
            services);
    this.channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + server.grpcPort(), InsecureChannelCredentials.create())
            .build();
  }

  public static InProcess start(Conformance conformance, BindableService... services) {
    return new InProcess(conformance, List.of(services));
  }

  /// A channel whose calls are this caller's.
  public Channel channel(Caller caller) {
    var metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + key(caller));
    return ClientInterceptors.intercept(
        anonymous(), MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  /// A channel whose calls carry no credential.
  public Channel anonymous() {
    return ClientInterceptors.intercept(channel, conformance);
  }

  /// What this caller proves itself with over HTTP: `authorization: Bearer <key>`.
  public String key(Caller caller) {
    callers.put(caller.keyId(), caller);
    return caller.keyId();
  }

  /// Where the same services are JSON.
  public URI http() {
    return URI.create("http://127.0.0.1:" + server.httpPort());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
  }
}
