package dev.tollgate.load.site;

import dev.tollgate.ingest.IngestService;
import dev.tollgate.ingest.IngestSettings;
import dev.tollgate.time.TimeSource;
import java.security.SecureRandom;

/// The measured process: ingest-service as its settings say.
final class MeasuredIngest {
  private MeasuredIngest() {}

  public static void main(String[] arguments) throws Exception {
    var settings = IngestSettings.from(System.getenv());
    var service = IngestService.start(settings, TimeSource.SYSTEM, new SecureRandom());
    Serving.until(service.grpcPort(), service.httpPort());
  }
}
