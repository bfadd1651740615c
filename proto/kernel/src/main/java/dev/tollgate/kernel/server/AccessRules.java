package dev.tollgate.kernel.server;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.AccessProto;
import dev.tollgate.proto.common.v1.AccessRule;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Scope;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who may call which method, as the contract says it.
final class AccessRules {
  /// The rule of one method: an operator may call them all.
  record Rule(Set<Role> roles, Scope scope) {
    static Rule of(AccessRule said) {
      var roles = EnumSet.of(Role.ROLE_OPERATOR);
      roles.addAll(said.getRolesList());
      return new Rule(Collections.unmodifiableSet(roles), said.getScope());
    }

    boolean allows(Caller caller) {
      for (var role : caller.roles()) {
        if (roles.contains(role)) {
          return true;
        }
      }
      return false;
    }

    boolean needsTenant(Caller caller) {
      return scope == Scope.SCOPE_TENANT
          || (scope == Scope.SCOPE_TENANT_OR_INSTALLATION && !caller.has(Role.ROLE_OPERATOR));
    }
  }

  private final Map<String, Rule> byMethod;

  private AccessRules(Map<String, Rule> byMethod) {
    this.byMethod = byMethod;
  }

  /// Reads the rules of all methods; throws where one has none.
  static AccessRules of(List<ServerServiceDefinition> services) {
    var byMethod = new HashMap<String, Rule>();
    for (var service : services) {
      for (var method : service.getMethods()) {
        var descriptor = method.getMethodDescriptor();
        byMethod.put(descriptor.getFullMethodName(), Rule.of(rule(descriptor)));
      }
    }
    return new AccessRules(Map.copyOf(byMethod));
  }

  /// Empty for methods that need no credential: health and reflection.
  Optional<Rule> of(MethodDescriptor<?, ?> method) {
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
