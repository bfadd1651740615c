package dev.tollgate.client.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.client.FakeIngest;
import dev.tollgate.client.FakeServer;
import dev.tollgate.client.meter.FakeQuota;
import dev.tollgate.client.meter.MeteringSettings;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.quota.v1.Denied;
import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AnsweringTest {
  private static final Path MODULE = Path.of(System.getProperty("tollgate.root"), "proto/client");

  @TempDir Path folder;

  private final FakeIngest ingest = new FakeIngest(_ -> FakeIngest.Fate.SERVED);

  @Test
  void readme_showsThisVeryClass() throws IOException {
    var source =
        Files.readString(
            MODULE.resolve("src/test/java/dev/tollgate/client/example/Answering.java"));
    var body = source.substring(source.indexOf("/// Answers questions"));

    assertThat(Files.readString(MODULE.resolve("README.md"))).contains("```java\n" + body + "```");
  }

  @Test
  void answer_modelFailsOnce_isTriedAgainAndBothAreReported() throws IOException {
    var tries = new AtomicInteger();
    Answering.Llm llm =
        (question, limit) -> {
          if (tries.incrementAndGet() == 1) {
            throw new IOException("reset");
          }
          return new Answering.Reply(question + " " + limit, 12, 34, "stop");
        };
    try (var server = new FakeServer(0, FakeQuota.allowing(), ingest);
        var answering = new Answering(server.endpoints(), new Secret("k"), patient(), llm)) {
      assertThat(answering.answer("ada", "why?")).isEqualTo("why? 1000");
    }

    assertThat(ingest.events())
        .extracting(UsageEvent::getTerminalStatus)
        .containsExactly(
            TerminalStatus.TERMINAL_STATUS_ERROR, TerminalStatus.TERMINAL_STATUS_SUCCESS);
    assertThat(ingest.events().getLast().getUsage().getBucketsMap())
        .containsEntry("input", 12L)
        .containsEntry("output", 34L);
  }

  @Test
  void answer_denied_isTheTextForEndUsers() throws IOException {
    var denied = Denied.newBuilder().setMessage("Used up until Monday.").build();
    var quota = new FakeQuota((_, answer) -> FakeQuota.answer(answer, FakeQuota.denied(denied)));
    try (var server = new FakeServer(0, quota);
        var answering =
            new Answering(
                server.endpoints(),
                new Secret("k"),
                patient(),
                (_, _) -> {
                  throw new AssertionError("called");
                })) {
      assertThat(answering.answer("ada", "why?")).isEqualTo("Used up until Monday.");
    }
  }

  /// A limit that a busy machine keeps.
  private MeteringSettings patient() {
    return Answering.settings(folder.resolve("spool")).withLimit(Duration.ofSeconds(30));
  }
}
