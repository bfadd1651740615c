package dev.tollgate.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/// A client that knows nothing of Tollgate but what the server says of itself, as grpcurl does.
record Reflection(Channel channel) {
  List<String> services() {
    return ask(ServerReflectionRequest.newBuilder().setListServices("").build())
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  /// Calls a unary method: JSON in, JSON out.
  String call(String service, String method, String json) throws Exception {
    var descriptor = method(service, method);
    var request = DynamicMessage.newBuilder(descriptor.getInputType());
    JsonFormat.parser().merge(json, request);
    var answer =
        ClientCalls.blockingUnaryCall(
            channel,
            io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
                .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(service + "/" + method)
                .setRequestMarshaller(marshaller(descriptor.getInputType()))
                .setResponseMarshaller(marshaller(descriptor.getOutputType()))
                .build(),
            CallOptions.DEFAULT,
            request.build());
    return JsonFormat.printer().print(answer);
  }

  private static io.grpc.MethodDescriptor.Marshaller<DynamicMessage> marshaller(Descriptor type) {
    return ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
  }

  private MethodDescriptor method(String service, String method) throws Exception {
    var files = new HashMap<String, FileDescriptorProto>();
    var request = ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build();
    var root = "";
    for (var file : files(request)) {
      files.put(file.getName(), file);
      root = root.isEmpty() ? file.getName() : root;
    }
    return build(root, files, new HashMap<>())
        .findServiceByName(service.substring(service.lastIndexOf('.') + 1))
        .findMethodByName(method);
  }

  private FileDescriptor build(
      String name, Map<String, FileDescriptorProto> files, Map<String, FileDescriptor> built)
      throws Exception {
    if (!files.containsKey(name)) {
      var request = ServerReflectionRequest.newBuilder().setFileByFilename(name).build();
      files(request).forEach(file -> files.putIfAbsent(file.getName(), file));
    }
    if (!built.containsKey(name)) {
      var file = Objects.requireNonNull(files.get(name), name);
      var dependencies = new FileDescriptor[file.getDependencyCount()];
      for (int i = 0; i < dependencies.length; i++) {
        dependencies[i] = build(file.getDependency(i), files, built);
      }
      built.put(name, FileDescriptor.buildFrom(file, dependencies));
    }
    return Objects.requireNonNull(built.get(name));
  }

  private List<FileDescriptorProto> files(ServerReflectionRequest request) throws Exception {
    var files = new ArrayList<FileDescriptorProto>();
    for (ByteString bytes : ask(request).getFileDescriptorResponse().getFileDescriptorProtoList()) {
      files.add(FileDescriptorProto.parseFrom(bytes));
    }
    return files;
  }

  private ServerReflectionResponse ask(ServerReflectionRequest request) {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(request);
    var response = answer.join();
    requests.onCompleted();
    return response;
  }
}
