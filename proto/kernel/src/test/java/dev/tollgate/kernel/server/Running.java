package dev.tollgate.kernel.server;

import dev.tollgate.kernel.caller.Authenticator;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.env.Env;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.time.TimeSource;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// A server on loopback with the given services. Its bearer tokens are names of roles, with a
/// tenant behind a slash: `CALLER/acme`.
final class Running implements AutoCloseable {
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Set<String> revoked = ConcurrentHashMap.newKeySet();
  final AtomicBoolean ready = new AtomicBoolean(true);
  final Server server;
  final ManagedChannel transport;

  Running(Map<String, String> variables, BindableService... services) {
    var all = new HashMap<>(Map.of("HOST", "127.0.0.1", "GRPC_PORT", "0", "HTTP_PORT", "0"));
    all.putAll(variables);
    var env = Env.of(all, "");
    var settings = ServerSettings.from(env, 0, 0);
    env.check();
    server =
        Server.start(
            settings, unlessRevoked(), ready::get, meters, TimeSource.SYSTEM, List.of(services));
    transport =
        NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().build();
  }

  Running(BindableService... services) {
    this(Map.of(), services);
  }

  /// The channel with these metadata: names and values in turn.
  Channel with(String... metadata) {
    var headers = new Metadata();
    for (int i = 0; i < metadata.length; i += 2) {
      headers.put(Metadata.Key.of(metadata[i], Metadata.ASCII_STRING_MARSHALLER), metadata[i + 1]);
    }
    return ClientInterceptors.intercept(
        transport, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  Channel as(String bearer) {
    return with("authorization", "Bearer " + bearer);
  }

  private Authenticator unlessRevoked() {
    var roles = roles();
    return credential ->
        revoked.contains(credential.bearer()) ? Optional.empty() : roles.authenticate(credential);
  }

  /// Also: nobody has the bearer `nobody`, and `name:<name>` is for the name in a certificate.
  static Authenticator roles() {
    return credential -> {
      if (credential.bearer().equals("nobody")) {
        throw Authenticator.invalid();
      }
      if (credential.bearer().isEmpty()) {
        return credential.certificateNames().stream()
            .sorted()
            .findFirst()
            .map(name -> new Caller(name, Set.of(Role.ROLE_SERVICE), "acme", Map.of()));
      }
      var parts = credential.bearer().split("/", 2);
      var role = Role.valueOf("ROLE_" + parts[0]);
      return Optional.of(
          new Caller("key", Set.of(role), parts.length > 1 ? parts[1] : "", Map.of()));
    };
  }

  @Override
  public void close() {
    transport.shutdownNow();
    server.close();
  }
}
