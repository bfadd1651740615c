package dev.tollgate.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.access.v1.AccessServiceGrpc.AccessServiceImplBase;
import dev.tollgate.proto.access.v1.GetTenantRequest;
import dev.tollgate.proto.access.v1.GetTenantResponse;
import dev.tollgate.proto.access.v1.ListTenantsRequest;
import dev.tollgate.proto.access.v1.ListTenantsResponse;
import dev.tollgate.proto.access.v1.Tenant;
import dev.tollgate.time.TimeSource;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NonBlockingTest {
  private final Handler handler = new Handler();
  private final Running running = new Running(Map.of("DEADLINE_DEFAULT", "PT0.2S"), handler);

  /// Never blocks in `GetTenant`, which a test tells to answer, to fail or to stay silent.
  private static final class Handler extends AccessServiceImplBase implements NonBlocking {
    volatile Thread hot = Thread.currentThread();
    volatile Thread other = Thread.currentThread();
    volatile boolean silent;
    volatile Runnable action = () -> {};

    @Override
    public Set<MethodDescriptor<?, ?>> nonBlocking() {
      return Set.of(AccessServiceGrpc.getGetTenantMethod());
    }

    @Override
    public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> observer) {
      hot = Thread.currentThread();
      action.run();
      if (!silent) {
        var tenant = Tenant.newBuilder().setTenantId(Caller.current().tenant());
        observer.onNext(GetTenantResponse.newBuilder().setTenant(tenant).build());
        observer.onCompleted();
      }
    }

    @Override
    public void listTenants(
        ListTenantsRequest request, StreamObserver<ListTenantsResponse> observer) {
      other = Thread.currentThread();
      observer.onNext(ListTenantsResponse.getDefaultInstance());
      observer.onCompleted();
    }
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private String tenantAs(String bearer) {
    return AccessServiceGrpc.newBlockingStub(running.as(bearer))
        .getTenant(GetTenantRequest.getDefaultInstance())
        .getTenant()
        .getTenantId();
  }

  @Test
  void call_ofAMethodThatNeverBlocks_runsOnAnEventLoop() {
    assertThat(tenantAs("CALLER/acme")).isEqualTo("acme");

    assertThat(handler.hot.isVirtual()).isFalse();
    assertThat(handler.hot.getName()).startsWith("event-loop-");
  }

  @Test
  void call_ofAnyOtherMethodOfTheService_runsOnAVirtualThread() {
    AccessServiceGrpc.newBlockingStub(running.as("OPERATOR"))
        .listTenants(ListTenantsRequest.getDefaultInstance());

    assertThat(handler.other.isVirtual()).isTrue();
  }

  @Test
  void failure_onAnEventLoop_hasItsReason() {
    Details.of(Reason.CREDENTIALS_INVALID, () -> tenantAs("nobody"));

    handler.action =
        () -> {
          throw Failure.of(Reason.MODEL_UNKNOWN, "m");
        };
    Details.of(Reason.MODEL_UNKNOWN, () -> tenantAs("CALLER/acme"));
    handler.action =
        () -> {
          throw new IllegalStateException("a bug");
        };
    Details.of(Reason.BUG, () -> tenantAs("CALLER/acme"));
  }

  @Test
  void call_neverAnswered_endsWithTheDefaultDeadline() {
    handler.silent = true;

    Details.of(Reason.DEADLINE_EXCEEDED, () -> tenantAs("CALLER/acme"));

    var count =
        running
            .meters
            .get("grpc.server.calls")
            .tag("method", AccessServiceGrpc.getGetTenantMethod().getFullMethodName())
            .tag("code", "DEADLINE_EXCEEDED")
            .timer()
            .count();
    assertThat(count).isEqualTo(1);
  }

  @Test
  void close_loopsOfTheCaller_stayOpen() {
    var loops = EventLoops.start(1);
    var server =
        Server.start(
            ServerSettings.local(),
            loops,
            Running.roles(),
            () -> true,
            new SimpleMeterRegistry(),
            TimeSource.SYSTEM,
            List.of(new Handler()));

    server.close();

    assertThat(loops.group().isShuttingDown()).isFalse();
    loops.close();
    assertThat(loops.group().isShuttingDown()).isTrue();
    assertThat(loops.group().terminationFuture().awaitUninterruptibly(10, TimeUnit.SECONDS))
        .isTrue();
  }
}
