package dev.tollgate.kernel.server;

import dev.tollgate.failure.Reason;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Makes a service refuse requests that are too large or that do not parse with a reason. gRPC
/// itself would end such calls below all interceptors, with a bare status.
final class StrictRequests {
  private final int bytesMax;

  StrictRequests(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  ServerServiceDefinition of(ServerServiceDefinition service) {
    var original = service.getServiceDescriptor();
    var descriptor =
        ServiceDescriptor.newBuilder(original.getName())
            .setSchemaDescriptor(original.getSchemaDescriptor());
    var methods = service.getMethods().stream().map(this::strict).toList();
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    var strict = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(strict::addMethod);
    return strict.build();
  }

  private <Q, R> ServerMethodDefinition<Q, R> strict(ServerMethodDefinition<Q, R> method) {
    var original = method.getMethodDescriptor();
    var descriptor =
        original.toBuilder()
            .setRequestMarshaller(new Strict<>(original.getRequestMarshaller()))
            .build();
    return ServerMethodDefinition.create(descriptor, method.getServerCallHandler());
  }

  private final class Strict<Q> implements MethodDescriptor.Marshaller<Q> {
    private final MethodDescriptor.Marshaller<Q> marshaller;

    Strict(MethodDescriptor.Marshaller<Q> marshaller) {
      this.marshaller = marshaller;
    }

    @Override
    public InputStream stream(Q value) {
      return marshaller.stream(value);
    }

    /* A `Refused` in place of the request: the outermost interceptor takes it out before anything
    sees that it is none. */
    @Override
    @SuppressWarnings("unchecked")
    public Q parse(InputStream stream) {
      try {
        if (stream instanceof KnownLength && stream.available() > bytesMax) {
          return (Q)
              FailureInterceptor.Refused.of(
                  Reason.REQUEST_TOO_LARGE,
                  stream.available() + " bytes (expected: at most " + bytesMax + ")");
        }
        return marshaller.parse(stream);
      } catch (StatusRuntimeException malformed) {
        return (Q)
            FailureInterceptor.Refused.of(
                Reason.BODY_INVALID, "The request is not the protobuf message of this method");
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }
  }
}
