package dev.tollgate.kernel.http;

import io.grpc.BindableService;
import java.util.List;

/// A service with routes beside those of its unary methods, or with files for browsers.
public interface Routed extends BindableService {
  default List<OwnRoute> routes() {
    return List.of();
  }

  default List<PublicFile> files() {
    return List.of();
  }
}
