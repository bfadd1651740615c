package dev.tollgate.kernel.server;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// Where a call runs: on its event loop if its method never blocks, else on a virtual thread.
final class CallThreads implements ServerCallExecutorSupplier {
  private final Executor virtual =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory());
  private final Set<String> nonBlocking;

  private CallThreads(Set<String> nonBlocking) {
    this.nonBlocking = nonBlocking;
  }

  static CallThreads of(List<BindableService> services) {
    return new CallThreads(
        services.stream()
            .filter(NonBlocking.class::isInstance)
            .flatMap(service -> ((NonBlocking) service).nonBlocking().stream())
            .map(MethodDescriptor::getFullMethodName)
            .collect(Collectors.toUnmodifiableSet()));
  }

  boolean neverBlocks(MethodDescriptor<?, ?> method) {
    return nonBlocking.contains(method.getFullMethodName());
  }

  /* gRPC looks a method up on the server's own executor before it asks for the call's: a thread for
  that alone would cost a hot call more than all the rest. */
  void equip(ServerBuilder<?> builder) {
    if (nonBlocking.isEmpty()) {
      builder.executor(virtual);
    } else {
      builder.directExecutor().callExecutor(this);
    }
  }

  @Override
  public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
    return neverBlocks(call.getMethodDescriptor()) ? Runnable::run : virtual;
  }
}
