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
      if (!(stream instanceof KnownLength)) {
        return inflated(new CountedStream(stream, bytesMax));
      }
      try {
        return stream.available() > bytesMax
            ? (Q) tooLarge(stream.available() + " bytes")
            : parsed(stream);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }

    /* What was compressed has no length until it is read: it is cut off at the limit. */
    @SuppressWarnings("unchecked")
    private Q inflated(CountedStream stream) {
      var parsed = parsed(stream);
      return stream.exceeded() ? (Q) tooLarge("more bytes, uncompressed") : parsed;
    }

    @SuppressWarnings("unchecked")
    private Q parsed(InputStream stream) {
      try {
        return marshaller.parse(stream);
      } catch (StatusRuntimeException malformed) {
        return (Q)
            FailureInterceptor.Refused.of(
                Reason.BODY_INVALID, "The request is not the protobuf message of this method");
      }
    }

    private FailureInterceptor.Refused tooLarge(String size) {
      return FailureInterceptor.Refused.of(
          Reason.REQUEST_TOO_LARGE, size + " (expected: at most " + bytesMax + ")");
    }
  }
}
