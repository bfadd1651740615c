package dev.tollgate.kernel.server;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import java.util.Set;

/// A service some of whose methods never block: the server runs those on the connection's event
/// loop, where one that blocks would hold up every call of the connection. All others get a virtual
/// thread.
public interface NonBlocking extends BindableService {
  Set<MethodDescriptor<?, ?>> nonBlocking();
}
