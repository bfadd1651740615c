package dev.tollgate.client.example;

import dev.tollgate.client.Endpoints;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.meter.Metered;
import dev.tollgate.client.meter.Metering;
import dev.tollgate.client.meter.MeteringSettings;
import dev.tollgate.client.meter.ModelAnswer;
import dev.tollgate.client.meter.ModelCall;
import dev.tollgate.client.meter.Retries;
import dev.tollgate.client.meter.WhenAway;
import dev.tollgate.client.record.SpoolSettings;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.quota.v1.InputSize;
import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// Answers questions with a model, and has each call checked and metered.
public final class Answering implements AutoCloseable {
  /// Stands for whatever library calls the model.
  interface Llm {
    Reply ask(String question, long maxOutputTokens) throws IOException;
  }

  record Reply(String text, long inputTokens, long outputTokens, String finishReason) {}

  private static final Dimensions DIMENSIONS =
      Dimensions.newBuilder()
          .setProvider("openai")
          .setModel("gpt-4o")
          .setTeam("support")
          .setFeature("support-chat")
          .setEnvironment("prod")
          .build();

  private final TollgateClient client;
  private final Metering metering;
  private final Llm llm;

  public Answering(Endpoints endpoints, Secret key, MeteringSettings settings, Llm llm) {
    this.client = TollgateClient.connect(endpoints, key);
    this.metering = Metering.open(client, settings);
    this.llm = llm;
  }

  /// Usage outlives a crash; a check holds a call up for 250 ms at most, then it is not made.
  public static MeteringSettings settings(Path spool) {
    return MeteringSettings.DEFAULT
        .withSpool(SpoolSettings.in(spool))
        .withLimit(Duration.ofMillis(250))
        .withWhenAway(WhenAway.DENY);
  }

  public String answer(String user, String question) throws IOException {
    var call =
        ModelCall.of(DIMENSIONS.toBuilder().setUser(user).build())
            .withInputSize(
                InputSize.newBuilder()
                    .setTextBytes(question.getBytes(StandardCharsets.UTF_8).length)
                    .setMessages(1)
                    .build())
            .withMaxOutputTokens(1_000)
            .withMinOutputTokens(200);
    var answer =
        metering.call(
            call,
            Retries.upTo(3),
            attempt -> {
              var reply = llm.ask(question, attempt.maxOutputTokens());
              return ModelAnswer.of(reply.text(), reply.inputTokens(), reply.outputTokens())
                  .withFinishReason(reply.finishReason());
            });
    return switch (answer) {
      case Metered.Passed<String>(var text) -> text;
      case Metered.Denied<String>(var denial) -> denial.message();
    };
  }

  @Override
  public void close() {
    metering.close();
    client.close();
  }
}
