package dev.tollgate.kernel.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.access.v1.AccessServiceGrpc;
import dev.tollgate.proto.common.v1.AccessRule;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Scope;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import org.junit.jupiter.api.Test;

class ForeignTest {
  private static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> METHOD =
      HealthGrpc.getCheckMethod().toBuilder().setFullMethodName("theirs.Check/Look").build();
  private static final AccessRule CALLERS_OF_A_TENANT =
      AccessRule.newBuilder().addRoles(Role.ROLE_CALLER).setScope(Scope.SCOPE_TENANT).build();

  /// Somebody else's contract, of one method, which wants to know for whom it is called.
  private record Theirs(
      MethodDescriptor<HealthCheckRequest, HealthCheckResponse> method, AccessRule access)
      implements Foreign {
    @Override
    public ServerServiceDefinition bindService() {
      return ServerServiceDefinition.builder("theirs.Check")
          .addMethod(
              method,
              ServerCalls.asyncUnaryCall((request, answer) -> {
                assertThat(Caller.current().tenant()).isEqualTo("acme");
                answer.onNext(HealthCheckResponse.getDefaultInstance());
                answer.onCompleted();
              }))
          .build();
    }
  }

  @Test
  void call_roleInTheServicesRule_reachesTheHandlerWithItsTenant() {
    try (var running = new Running(new Theirs(METHOD, CALLERS_OF_A_TENANT))) {
      assertThat(call(running.as("CALLER/acme"))).isNotNull();
    }
  }

  @Test
  void call_againstTheServicesRule_isRefusedAsAnyOther() {
    try (var running = new Running(new Theirs(METHOD, CALLERS_OF_A_TENANT))) {
      Details.of(Reason.ROLE_FORBIDDEN, () -> call(running.as("READER/acme")));
      Details.of(Reason.TENANT_REQUIRED, () -> call(running.as("CALLER")));
      Details.of(Reason.CREDENTIALS_INVALID, () -> call(running.transport));
    }
  }

  @Test
  void start_foreignServiceWithoutScope_fails() {
    var unruled = new Theirs(METHOD, AccessRule.getDefaultInstance());

    assertThatThrownBy(() -> new Running(unruled))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "theirs.Check/Look: no access rule (expected: a scope in what its service says)");
  }

  @Test
  void start_foreignServiceWhoseContractHasARule_fails() {
    var ours =
        METHOD.toBuilder()
            .setSchemaDescriptor(AccessServiceGrpc.getGetTenantMethod().getSchemaDescriptor())
            .build();

    assertThatThrownBy(() -> new Running(new Theirs(ours, CALLERS_OF_A_TENANT)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected: one");
  }

  private static HealthCheckResponse call(Channel channel) {
    return ClientCalls.blockingUnaryCall(
        channel, METHOD, CallOptions.DEFAULT, HealthCheckRequest.getDefaultInstance());
  }
}
