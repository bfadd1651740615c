package dev.tollgate.embedded;

import dev.tollgate.secret.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/// A store's child process as its launcher sees it: started, told its password, waited for,
/// stopped.
final class StoreProcess implements AutoCloseable {
  private static final int LOG_LINES = 12;
  private static final int LOG_TAIL_BYTES = 8 * 1024;
  private static final long LOG_BYTES_MAX = 4L * 1024 * 1024;
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int PASSWORD_BYTES = 24;
  private static final long FREE_BYTES_MIN = 64L * 1024 * 1024;

  /// What to run and where. The child's standard error goes to the named file in the directory.
  record Launch(
      String store,
      Class<?> main,
      int heapMebibytes,
      Path directory,
      List<String> arguments,
      Duration readyWithin) {
    Path log() {
      return directory.resolve(store + ".log");
    }
  }

  private final Process process;
  private final int port;

  private StoreProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static Secret password(RandomGenerator random) {
    var bytes = new byte[PASSWORD_BYTES];
    random.nextBytes(bytes);
    return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /// Returns when the store answers.
  static StoreProcess start(Launch launch, Secret password) {
    Process process;
    try {
      checkSpace(launch);
      shorten(launch.log());
      process = builder(launch).start();
    } catch (IOException e) {
      throw new StoreStartFailed(
          "%s can't be started in %s: %s".formatted(launch.store(), launch.directory(), e),
          List.of());
    }
    var ready = listen(process);
    try {
      var input = process.getOutputStream();
      input.write((password.reveal() + "\n").getBytes(StandardCharsets.US_ASCII));
      input.flush();
      return new StoreProcess(
          process, ready.get(launch.readyWithin().toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw failed(launch, process, reason(e));
    } catch (TimeoutException e) {
      throw failed(launch, process, "not ready within " + launch.readyWithin().toSeconds() + " s");
    } catch (IOException e) {
      throw failed(launch, process, "its process ended at once");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(launch, process, "interrupted");
    }
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /// Blocks until the child has ended, for at most 30 seconds; then kills it.
  @Override
  public void close() {
    stop(process);
  }

  /// A store that starts on a full disk fails in many ways; this one says what it is.
  private static void checkSpace(Launch launch) throws IOException {
    var directory = launch.directory();
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new StoreStartFailed(
          "%s is not a directory (choose another one for %s)".formatted(directory, launch.store()),
          List.of());
    }
    PrivateFile.directory(directory);
    var free = Files.getFileStore(directory).getUsableSpace();
    if (free < FREE_BYTES_MIN) {
      throw new StoreStartFailed(
          "%s has %d KiB free (expected: at least %d KiB; free some, or choose another directory)"
              .formatted(directory, free / 1024, FREE_BYTES_MIN / 1024),
          List.of());
    }
  }

  private static ProcessBuilder builder(Launch launch) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx" + launch.heapMebibytes() + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-cp",
            ownClasses().toString(),
            launch.main().getName()));
    command.addAll(launch.arguments());
    var builder =
        new ProcessBuilder(command)
            .directory(launch.directory().toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
    // Nothing is handed down: the parent's environment may hold secrets, or options for its JVM.
    builder.environment().clear();
    builder.environment().put("TZ", "UTC");
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }

  private static Path ownClasses() {
    try {
      return Path.of(
          StoreProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<Integer> listen(Process process) {
    var ready = new CompletableFuture<Integer>();
    Thread.ofPlatform()
        .name("store-" + process.pid())
        .daemon()
        .start(() -> {
          try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            hear(output, ready);
            ready.completeExceptionally(new IOException("its process ended"));
          } catch (IOException e) {
            ready.completeExceptionally(e);
          }
        });
    return ready;
  }

  private static void hear(BufferedReader output, CompletableFuture<Integer> ready)
      throws IOException {
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(Parent.READY)) {
        ready.complete(Integer.parseInt(line.substring(Parent.READY.length())));
      } else if (line.startsWith(Parent.FAILED)) {
        ready.completeExceptionally(new IOException(line.substring(Parent.FAILED.length())));
      }
    }
  }

  private static String reason(ExecutionException e) {
    var cause = e.getCause();
    return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
  }

  private static StoreStartFailed failed(Launch launch, Process process, String why) {
    stop(process);
    return new StoreStartFailed(
        "%s did not start: %s (its log: %s)".formatted(launch.store(), why, launch.log()),
        tail(launch.log()));
  }

  private static void stop(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone already, which is what was wanted.
    }
    // Not onExit: that is completed by the common pool, which others may keep busy.
    var isOver = false;
    try {
      isOver = process.waitFor(STOP_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!isOver) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /// Keeps a log that has grown over many starts from growing further.
  private static void shorten(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_BYTES_MAX) {
      Files.move(
          log, log.resolveSibling(log.getFileName() + ".old"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static List<String> tail(Path log) {
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      var from = Math.max(0, file.length() - LOG_TAIL_BYTES);
      var bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
