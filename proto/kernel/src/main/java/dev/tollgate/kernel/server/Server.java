package dev.tollgate.kernel.server;

import dev.tollgate.kernel.caller.Authenticator;
import dev.tollgate.kernel.http.Routes;
import dev.tollgate.time.TimeSource;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running service's door: its gRPC services with health and reflection, and the same as JSON
/// over HTTP; each call authenticated, timed, bounded, and ended with a reason where it fails.
public final class Server implements AutoCloseable {
  /* How long streams may go on once the server stops: they would not end by themselves. */
  private static final long STREAM_DRAIN_MILLIS = 500;

  private final io.grpc.Server grpc;
  private final JsonDoor json;
  private final HealthStatusManager health;
  private final OpenStreams streams;
  private final ServerClock clock;
  private final ServerSettings settings;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicReference<@Nullable EventLoops> ownLoops = new AtomicReference<>();

  private Server(
      io.grpc.Server grpc,
      JsonDoor json,
      HealthStatusManager health,
      OpenStreams streams,
      ServerClock clock,
      ServerSettings settings) {
    this.grpc = grpc;
    this.json = json;
    this.health = health;
    this.streams = streams;
    this.clock = clock;
    this.settings = settings;
  }

  /// Starts to listen, on event loops of its own. `ready` is asked every second: what it says is
  /// what health checks say.
  public static Server start(
      ServerSettings settings,
      Authenticator authenticator,
      BooleanSupplier ready,
      MeterRegistry meters,
      TimeSource time,
      List<BindableService> services) {
    var loops = EventLoops.start(settings.eventLoops());
    try {
      var server = start(settings, loops, authenticator, ready, meters, time, services);
      server.ownLoops.set(loops);
      return server;
    } catch (RuntimeException | Error failed) {
      loops.close();
      throw failed;
    }
  }

  /// As [#start], on loops that the caller closes after this.
  public static Server start(
      ServerSettings settings,
      EventLoops loops,
      Authenticator authenticator,
      BooleanSupplier ready,
      MeterRegistry meters,
      TimeSource time,
      List<BindableService> services) {
    var strict = new StrictRequests(settings.requestBytesMax());
    var own = services.stream().map(BindableService::bindService).map(strict::of).toList();
    var rules = AccessRules.of(own);
    var threads = CallThreads.of(services);
    var clock = new ServerClock();
    var streams = new OpenStreams();
    /* The last one is the outermost. */
    var interceptors =
        List.of(
            streams,
            new DeadlineInterceptor(settings.deadlineDefault(), clock, threads),
            new AccessInterceptor(rules, authenticator),
            new FailureInterceptor(),
            new MetricsInterceptor(meters, time));
    Consumer<ServerBuilder<?>> equip = builder -> equip(builder, own, interceptors, threads);
    var health = new HealthStatusManager();
    var names = own.stream().map(each -> each.getServiceDescriptor().getName()).toList();
    tell(health, ready, names);
    var builder = Listeners.netty(settings);
    loops.carry(builder);
    equip.accept(builder);
    builder
        .addService(health.getHealthService())
        .addService(ProtoReflectionServiceV1.newInstance());
    var grpc = Listeners.started(builder.build(), settings);
    try {
      var json = JsonDoor.open(settings, equip, Routes.of(services), ready, meters);
      var _ =
          clock
              .exact()
              .scheduleWithFixedDelay(() -> tell(health, ready, names), 0, 1, TimeUnit.SECONDS);
      return new Server(grpc, json, health, streams, clock, settings);
    } catch (ListenFailed failed) {
      grpc.shutdownNow();
      clock.close();
      throw failed;
    }
  }

  private static void equip(
      ServerBuilder<?> builder,
      List<ServerServiceDefinition> services,
      List<? extends ServerInterceptor> interceptors,
      CallThreads threads) {
    threads.equip(builder);
    services.forEach(builder::addService);
    interceptors.forEach(builder::intercept);
    builder.fallbackHandlerRegistry(new UnknownMethods());
  }

  private static void tell(
      HealthStatusManager health, BooleanSupplier ready, List<String> services) {
    var status = ready.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    services.forEach(service -> health.setStatus(service, status));
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
  }

  public int grpcPort() {
    return grpc.getPort();
  }

  public int httpPort() {
    return json.httpPort();
  }

  /// Blocks until the server has stopped.
  public void awaitTermination() throws InterruptedException {
    grpc.awaitTermination();
  }

  /// Stops accepting, gives calls in flight the time to finish, ends what is left. Streams end with
  /// STOPPING. A second call does nothing.
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    health.enterTerminalState();
    grpc.shutdown();
    json.close();
    try {
      if (!grpc.awaitTermination(STREAM_DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        streams.end();
        if (!grpc.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
          grpc.shutdownNow();
          grpc.awaitTermination(1, TimeUnit.SECONDS);
        }
      }
    } catch (InterruptedException interrupted) {
      grpc.shutdownNow();
      Thread.currentThread().interrupt();
    }
    clock.close();
    var own = ownLoops.get();
    if (own != null) {
      own.close();
    }
  }
}
