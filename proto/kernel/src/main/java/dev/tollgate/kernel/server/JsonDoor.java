package dev.tollgate.kernel.server;

import dev.tollgate.kernel.http.HttpServer;
import dev.tollgate.kernel.http.HttpSettings;
import dev.tollgate.kernel.http.Routes;
import io.grpc.ManagedChannel;
import io.grpc.ServerBuilder;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The HTTP server, and the in-process gRPC server behind it that decides on its calls.
final class JsonDoor implements AutoCloseable {
  private final io.grpc.Server inside;
  private final ManagedChannel channel;
  private final HttpServer http;

  private JsonDoor(io.grpc.Server inside, ManagedChannel channel, HttpServer http) {
    this.inside = inside;
    this.channel = channel;
    this.http = http;
  }

  /// `equip` adds the services and the same interceptors that the gRPC server has.
  static JsonDoor open(
      ServerSettings settings,
      Consumer<ServerBuilder<?>> equip,
      Routes routes,
      BooleanSupplier ready,
      MeterRegistry meters) {
    var builder = InProcessServerBuilder.forName(InProcessServerBuilder.generateName());
    equip.accept(builder);
    var inside = started(builder);
    var name = inside.getListenSockets().getFirst();
    var channel = InProcessChannelBuilder.forAddress(name).directExecutor().build();
    try {
      var http = HttpServer.start(http(settings), channel, routes, ready, meters);
      return new JsonDoor(inside, channel, http);
    } catch (IOException taken) {
      channel.shutdownNow();
      inside.shutdownNow();
      throw new ListenFailed(settings.host(), settings.httpPort(), taken);
    }
  }

  int httpPort() {
    return http.port();
  }

  /// Drains the HTTP server; what it called has answered by then.
  @Override
  public void close() {
    http.close();
    channel.shutdownNow();
    inside.shutdownNow();
  }

  private static io.grpc.Server started(InProcessServerBuilder builder) {
    try {
      return builder.build().start();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static HttpSettings http(ServerSettings settings) {
    return new HttpSettings(
        settings.host(),
        settings.httpPort(),
        settings.requestBytesMax(),
        settings.metadataBytesMax(),
        settings.deadlineDefault(),
        settings.drain(),
        tls(settings.tls()));
  }

  private static HttpSettings.@Nullable Tls tls(Tls tls) {
    return switch (tls) {
      case Tls.Off off -> null;
      case Tls.Server server ->
          new HttpSettings.Tls(server.certificate(), server.key(), null, false);
      case Tls.Mutual mutual ->
          new HttpSettings.Tls(
              mutual.server().certificate(),
              mutual.server().key(),
              mutual.clientAuthority(),
              mutual.required());
    };
  }
}
