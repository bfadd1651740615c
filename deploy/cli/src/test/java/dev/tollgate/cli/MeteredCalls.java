package dev.tollgate.cli;

import dev.tollgate.client.meter.Metering;
import dev.tollgate.client.meter.MeteringSettings;
import dev.tollgate.client.meter.ModelAnswer;
import dev.tollgate.client.meter.ModelCall;
import dev.tollgate.client.record.SpoolSettings;
import dev.tollgate.proto.common.v1.Dimensions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A process that makes metered calls, and prints the id of each once it is over, until it is
/// killed.
final class MeteredCalls {
  static final int THREADS = 16;
  static final String WORKFLOW = "metered-calls";

  private MeteredCalls() {}

  static MeteringSettings settings(Path spool) {
    return MeteringSettings.DEFAULT
        .withLimit(Duration.ofSeconds(10))
        .withSpool(SpoolSettings.in(spool).withSegmentBytes(32 << 10));
  }

  public static void main(String[] arguments) throws IOException {
    var client = Running.at(Path.of(arguments[0])).client(arguments[2]);
    var metering = Metering.open(client, settings(Path.of(arguments[1])));
    for (var thread = 0; thread < THREADS; thread++) {
      var prefix = arguments[3] + "-" + thread + "-";
      Thread.ofPlatform().start(() -> callForEver(metering, prefix));
    }
  }

  private static void callForEver(Metering metering, String prefix) {
    var dimensions =
        Dimensions.newBuilder()
            .setProvider("openai")
            .setModel("gpt-4o-mini")
            .setWorkflow(WORKFLOW)
            .build();
    var call = ModelCall.of(dimensions).withInputTokens(20).withMaxOutputTokens(10);
    for (var i = 0; ; i++) {
      var id = prefix + i;
      var answer = metering.call(call.withRequestId(id), _ -> ModelAnswer.of(id, 10, 5));
      System.out.println(answer.orElseThrow());
    }
  }
}
