package dev.tollgate.kernel.server;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.AccessProto;
import dev.tollgate.proto.common.v1.AccessRule;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Scope;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who may call which method, as the contract says it, or the service where the contract is not
/// ours.
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
  static AccessRules of(List<BindableService> services) {
    var byMethod = new HashMap<String, Rule>();
    for (var service : services) {
      for (var method : service.bindService().getMethods()) {
        var descriptor = method.getMethodDescriptor();
        byMethod.put(descriptor.getFullMethodName(), Rule.of(rule(service, descriptor)));
      }
    }
    return new AccessRules(Map.copyOf(byMethod));
  }

  /// Empty for methods that need no credential: health and reflection.
  Optional<Rule> of(MethodDescriptor<?, ?> method) {
    return Optional.ofNullable(byMethod.get(method.getFullMethodName()));
  }

  private static AccessRule rule(BindableService service, MethodDescriptor<?, ?> method) {
    var inContract = inContract(method);
    if (!(service instanceof Foreign foreign)) {
      return stated(method, inContract, "option tollgate.common.v1.access with a scope");
    }
    if (inContract.getScope() != Scope.SCOPE_UNSPECIFIED) {
      throw new IllegalStateException(
          method.getFullMethodName()
              + ": a rule in the contract and one of its service (expected: one)");
    }
    return stated(method, foreign.access(), "a scope in what its service says");
  }

  private static AccessRule stated(
      MethodDescriptor<?, ?> method, AccessRule rule, String expectation) {
    if (rule.getScope() == Scope.SCOPE_UNSPECIFIED) {
      throw new IllegalStateException(
          method.getFullMethodName() + ": no access rule (expected: " + expectation + ")");
    }
    return rule;
  }

  private static AccessRule inContract(MethodDescriptor<?, ?> method) {
    return method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier
        ? supplier.getMethodDescriptor().getOptions().getExtension(AccessProto.access)
        : AccessRule.getDefaultInstance();
  }
}
