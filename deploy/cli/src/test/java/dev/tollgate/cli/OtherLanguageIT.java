package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Part;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Clients that were made from the `.proto` files alone, in languages that are not ours: each
/// checks, streams usage, settles and queries, and fails where an answer is not what the contract
/// says.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtherLanguageIT {
  private static final Path LANGUAGES = Commands.ROOT.resolve("proto/client/languages");
  private static final long MINUTES_MAX = 5;

  private Path folder;
  private DataDirectory directory;
  private Standalone standalone;

  @BeforeAll
  void start(@TempDir Path given) {
    folder = given;
    directory = DataDirectory.open(folder.resolve("data"));
    var options =
        new Standalone.Options(
            0,
            Optional.empty(),
            Optional.empty(),
            Duration.ofHours(1),
            Map.of("PATH", System.getenv("PATH")),
            Commands.ROOT);
    standalone = Standalone.start(directory, options, TimeSource.SYSTEM, new SecureRandom());
  }

  @AfterAll
  void stop() {
    standalone.close();
    directory.close();
  }

  /// Never skipped: npm is needed anyway, for the embedded ClickHouse.
  @Test
  void node_checkStreamSettleQuery_getsWhatTheContractSays() throws Exception {
    var node = LANGUAGES.resolve("node");
    assertSucceeds("npm", "ci", "--prefix", node.toString(), "--prefer-offline");

    assertSucceeds("node", node.resolve("check.js").toString());
  }

  /// Skipped, visibly, where Python has no gRPC.
  @Test
  void python_checkStreamSettleQuery_getsWhatTheContractSays() throws Exception {
    var python = System.getProperty("tollgate.python", "python3");
    assumeTrue(
        runs(python, "-c", "import grpc, grpc_tools, google.rpc.status_pb2"),
        "no grpcio, grpcio-tools and googleapis-common-protos for " + python);

    assertSucceeds(python, LANGUAGES.resolve("python/check.py").toString());
  }

  private void assertSucceeds(String... command) throws Exception {
    var output = folder.resolve("output");
    assertThat(run(output, command)).as(() -> read(output)).isZero();
  }

  private boolean runs(String... command) throws InterruptedException {
    try {
      return run(folder.resolve("probe"), command) == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  private int run(Path output, String... command) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("QUOTA", standalone.grpc(Part.QUOTA));
    builder.environment().put("INGEST", standalone.grpc(Part.INGEST));
    builder.environment().put("QUERY", standalone.grpc(Part.QUERY));
    builder.environment().put("OPERATOR_KEY", standalone.keys().operator().reveal());
    var process = builder.start();
    if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " does not end: " + read(output));
    }
    return process.exitValue();
  }

  private static String read(Path output) {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
