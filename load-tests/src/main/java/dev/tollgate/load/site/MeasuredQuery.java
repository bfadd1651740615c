package dev.tollgate.load.site;

import dev.tollgate.query.QueryService;
import dev.tollgate.query.QuerySettings;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.security.SecureRandom;

/// Beside what is measured: query-service as its settings say.
final class MeasuredQuery {
  private MeasuredQuery() {}

  public static void main(String[] arguments) throws IOException {
    var settings = QuerySettings.from(System.getenv());
    var service = QueryService.start(settings, TimeSource.SYSTEM, new SecureRandom());
    Serving.until(service.grpcPort());
  }
}
