package dev.tollgate.load.site;

import com.google.protobuf.Empty;
import dev.tollgate.kernel.server.NonBlocking;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceImplBase;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.ReleaseResponse;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Set;

/// A call that does nothing: what gRPC itself costs.
public final class Noop {
  private static final String SERVICE = "tollgate.load.Noop";

  public static final MethodDescriptor<Empty, Empty> METHOD =
      MethodDescriptor.<Empty, Empty>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Call"))
          .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .build();

  private Noop() {}

  public static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(
            METHOD,
            ServerCalls.asyncUnaryCall((request, observer) -> {
              observer.onNext(request);
              observer.onCompleted();
            }))
        .build();
  }

  /// The same for a server with all of Tollgate's interceptors: a method that has the access rule
  /// of a check, takes an empty message and answers with one.
  public static final class Intercepted extends QuotaServiceImplBase implements NonBlocking {
    @Override
    public Set<MethodDescriptor<?, ?>> nonBlocking() {
      return Set.of(QuotaServiceGrpc.getReleaseMethod());
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> observer) {
      observer.onNext(ReleaseResponse.getDefaultInstance());
      observer.onCompleted();
    }
  }
}
