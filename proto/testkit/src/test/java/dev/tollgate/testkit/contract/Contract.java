package dev.tollgate.testkit.contract;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.TextFormat;
import dev.tollgate.proto.common.v1.AccessProto;
import dev.tollgate.proto.common.v1.ExampleProto;
import dev.tollgate.proto.common.v1.TableProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The contract as protoc compiled it, and the baseline that it must stay compatible with.
final class Contract {
  private static final String DESCRIPTOR_SET = "/tollgate.desc";
  private static final Path BASELINE =
      Path.of(System.getProperty("tollgate.root", "")).resolve("proto/baseline.txtpb");

  private Contract() {}

  /// Our own files, with their comments.
  static FileDescriptorSet current() {
    try (var in = Contract.class.getResourceAsStream(DESCRIPTOR_SET)) {
      if (in == null) {
        throw new IllegalStateException(DESCRIPTOR_SET + " is not on the class path");
      }
      var own = FileDescriptorSet.newBuilder();
      for (var file : FileDescriptorSet.parseFrom(in, extensions()).getFileList()) {
        if (file.getName().startsWith("tollgate/")) {
          own.addFile(file);
        }
      }
      return own.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FileDescriptorSet baseline() {
    try {
      var baseline = FileDescriptorSet.newBuilder();
      TextFormat.merge(Files.readString(BASELINE), extensions(), baseline);
      return baseline.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes the contract down as what later ones are compared with.
  static void accept(FileDescriptorSet contract) {
    var bare = contract.toBuilder();
    bare.getFileBuilderList().forEach(file -> file.clearSourceCodeInfo());
    try {
      Files.writeString(BASELINE, TextFormat.printer().printToString(bare));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ExtensionRegistry extensions() {
    var extensions = ExtensionRegistry.newInstance();
    AccessProto.registerAllExtensions(extensions);
    TableProto.registerAllExtensions(extensions);
    ExampleProto.registerAllExtensions(extensions);
    AnnotationsProto.registerAllExtensions(extensions);
    return extensions;
  }
}
