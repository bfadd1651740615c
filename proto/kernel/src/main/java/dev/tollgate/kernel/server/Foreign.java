package dev.tollgate.kernel.server;

import dev.tollgate.proto.common.v1.AccessRule;
import io.grpc.BindableService;

/// A service whose contract is somebody else's, so that its methods can't carry our access option:
/// it says itself who may call them.
public interface Foreign extends BindableService {
  /// The rule of each of its methods; its scope is stated.
  AccessRule access();
}
