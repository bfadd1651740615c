package dev.tollgate.kernel.http;

import io.grpc.BindableService;
import java.util.List;

/// A service with routes beside those of its unary methods.
public interface Routed extends BindableService {
  List<OwnRoute> routes();
}
