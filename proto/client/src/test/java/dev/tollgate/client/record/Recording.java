package dev.tollgate.client.record;

import dev.tollgate.client.FakeServer;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;

/// A process that records events, and prints the id of each once it was taken, until it is killed.
@NullMarked
final class Recording {
  private Recording() {}

  public static void main(String[] arguments) {
    var port = Integer.parseInt(arguments[0]);
    var settings =
        RecorderSettings.DEFAULT
            .withStream(
                UsageStreamSettings.DEFAULT
                    .withBufferedEventsMax(500)
                    .withBackoff(Duration.ofMillis(1), Duration.ofMillis(50)))
            .withSpool(SpoolSettings.in(Path.of(arguments[1])).withSegmentBytes(16 << 10));
    var client = TollgateClient.connect(FakeServer.at(port), new Secret("tg_caller_secret"));
    var recorder = UsageRecorder.open(client, settings, RecorderListener.NONE);
    for (var i = 0; ; i++) {
      var id = arguments[2] + "-" + i;
      if (recorder.record(UsageEvent.newBuilder().setEventId(id).build()) == Kept.ON_DISK) {
        System.out.println(id);
      }
    }
  }
}
