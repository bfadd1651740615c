package dev.tollgate.kernel.server;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Authenticator;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.caller.Credential;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.http.HttpServer;
import dev.tollgate.proto.common.v1.Role;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessSocketAddress;
import java.util.Set;

/// Lets a call through to its handler where its method's rule allows its caller, whom the handler
/// finds in the context.
final class AccessInterceptor implements ServerInterceptor {
  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tollgate-tenant", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<String> ACTOR =
      Metadata.Key.of("tollgate-actor", Metadata.ASCII_STRING_MARSHALLER);
  private static final int ACTOR_MAX = 128;
  private static final String BEARER = "bearer ";

  private final AccessRules rules;
  private final Authenticator authenticator;

  AccessInterceptor(AccessRules rules, Authenticator authenticator) {
    this.rules = rules;
    this.authenticator = authenticator;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var rule = rules.of(call.getMethodDescriptor());
    if (rule.isEmpty()) {
      return next.startCall(call, headers);
    }
    var credential = new Credential(bearer(headers), names(call, headers));
    var owner = owner(credential);
    var caller = admitted(rule.get(), owner, call, headers);
    var handler =
        Contexts.interceptCall(
            Context.current().withValue(Caller.KEY, caller), call, headers, next);
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return handler;
    }
    return new SimpleForwardingServerCallListener<>(handler) {
      /* A stream may outlive its credential, so each message is judged anew, from memory. */
      @Override
      public void onMessage(Q message) {
        if (!owner(credential).equals(owner)) {
          throw Authenticator.invalid();
        }
        super.onMessage(message);
      }
    };
  }

  private Caller owner(Credential credential) {
    return authenticator.authenticate(credential).orElseThrow(Authenticator::invalid);
  }

  private static Caller admitted(
      AccessRules.Rule rule, Caller caller, ServerCall<?, ?> call, Metadata headers) {
    if (!rule.allows(caller)) {
      throw Failure.of(
          Reason.ROLE_FORBIDDEN,
          "The credential's roles do not allow " + call.getMethodDescriptor().getFullMethodName());
    }
    var acting = acting(named(caller, headers), headers);
    if (acting.tenant().isEmpty() && rule.needsTenant(acting)) {
      throw Failure.of(
          Reason.TENANT_REQUIRED,
          "The credential names no tenant: send the metadata " + TENANT.name());
    }
    return acting;
  }

  /* One of our services says on whose account it calls: that is who is written down. */
  private static Caller named(Caller caller, Metadata headers) {
    var actors = headers.getAll(ACTOR);
    if (actors == null) {
      return caller;
    }
    if (!caller.has(Role.ROLE_SERVICE)) {
      throw Failure.of(
          Reason.ROLE_FORBIDDEN, "The credential acts for itself: don't send " + ACTOR.name());
    }
    var fields = new Fields();
    var actor = fields.token(ACTOR.name(), String.join(",", actors), ACTOR_MAX);
    fields.check();
    return caller.withKeyId(actor);
  }

  private static Caller acting(Caller caller, Metadata headers) {
    var tenants = headers.getAll(TENANT);
    if (tenants == null) {
      return caller;
    }
    if (!caller.namesTenant()) {
      throw Failure.of(
          Reason.TENANT_FORBIDDEN,
          "The credential acts for its own tenant: don't send " + TENANT.name());
    }
    var fields = new Fields();
    var tenant = fields.id(TENANT.name(), String.join(",", tenants));
    fields.check();
    return caller.withTenant(tenant);
  }

  /* A call from the JSON edge has no session of its own: the edge says what its own TLS verified.
  Nobody else can, because only the edge holds the in-process channel. */
  private static Set<String> names(ServerCall<?, ?> call, Metadata headers) {
    var attributes = call.getAttributes();
    if (attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InProcessSocketAddress) {
      return HttpServer.certificateNames(headers);
    }
    var names = attributes.get(CertificateReader.NAMES);
    return names == null ? Set.of() : names;
  }

  private static String bearer(Metadata headers) {
    var all = headers.getAll(AUTHORIZATION);
    if (all == null) {
      return "";
    }
    var header = String.join(",", all);
    return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : "";
  }
}
