package dev.tollgate.kernel.server;

import dev.tollgate.proto.common.v1.AccessProto;
import dev.tollgate.proto.common.v1.AccessRule;
import dev.tollgate.proto.common.v1.Scope;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who may call which method, as the contract says it.
final class AccessRules {
  private final Map<String, AccessRule> byMethod;

  private AccessRules(Map<String, AccessRule> byMethod) {
    this.byMethod = byMethod;
  }

  /// Reads the rules of all methods; throws where one has none.
  static AccessRules of(List<ServerServiceDefinition> services) {
    var byMethod = new HashMap<String, AccessRule>();
    for (var service : services) {
      for (var method : service.getMethods()) {
        var descriptor = method.getMethodDescriptor();
        byMethod.put(descriptor.getFullMethodName(), rule(descriptor));
      }
    }
    return new AccessRules(Map.copyOf(byMethod));
  }

  /// Empty for methods that need no credential: health and reflection.
  Optional<AccessRule> of(MethodDescriptor<?, ?> method) {
    return Optional.ofNullable(byMethod.get(method.getFullMethodName()));
  }

  private static AccessRule rule(MethodDescriptor<?, ?> method) {
    if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
      var rule = supplier.getMethodDescriptor().getOptions().getExtension(AccessProto.access);
      if (rule.getScope() != Scope.SCOPE_UNSPECIFIED) {
        return rule;
      }
    }
    throw new IllegalStateException(
        method.getFullMethodName()
            + ": no access rule (expected: option tollgate.common.v1.access with a scope)");
  }
}
