package dev.tollgate.embedded;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The watcher over a Redis process: starts it, and has it write what it holds and end once the
/// parent is gone.
///
/// Arguments: the binary, and the most memory in bytes. Its working directory is the store's.
final class RedisChild {
  private static final int PORT_ATTEMPTS = 5;
  private static final int PING_POLL_MILLIS = 10;
  private static final int PING_TIMEOUT_MILLIS = 1_000;
  private static final int ORPHAN_SECONDS = 30;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private RedisChild() {}

  public static void main(String[] arguments) throws Exception {
    Libc.leaveTerminal();
    var password = Parent.password();
    Parent.onGone(Libc.takeStandardInput(), () -> System.exit(0));
    var here = Path.of("").toAbsolutePath();
    try {
      DirectoryLock.take(here);
      stopOrphan(here);
      for (var attempt = 1; ; attempt++) {
        var port = freePort();
        PrivateFile.write(
            here.resolve(RedisConfig.FILE),
            RedisConfig.text(port, password, Long.parseLong(arguments[1])));
        var redis = run(arguments[0]);
        if (awaitPong(redis, port, password)) {
          Parent.ready(port);
          System.exit(redis.waitFor());
        }
        if (attempt == PORT_ATTEMPTS || isFree(port)) {
          Parent.failed("redis-server ended with code " + redis.exitValue());
          System.exit(1);
        }
      }
    } catch (DirectoryLock.DirectoryInUse | IOException e) {
      Parent.failed(String.valueOf(e.getMessage()));
      System.exit(1);
    }
  }

  private static Process run(String binary) throws IOException {
    var redis =
        new ProcessBuilder(binary, RedisConfig.FILE)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            // Standard output is for the parent alone; standard error is the log.
            .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("/proc/self/fd/2")))
            .start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  redis.destroy();
                  redis.onExit().join();
                },
                "stop"));
    return redis;
  }

  /// Stops a Redis whose watcher was killed: nothing else keeps two from writing one file.
  private static void stopOrphan(Path here) throws IOException, InterruptedException {
    var file = here.resolve(RedisConfig.PID_FILE);
    if (!Files.exists(file)) {
      return;
    }
    var pid = Files.readString(file).strip();
    var workingDirectory = Path.of("/proc", pid, "cwd");
    if (!pid.isEmpty()
        && Files.exists(workingDirectory)
        && Files.isSameFile(workingDirectory, here)) {
      var orphan = ProcessHandle.of(Long.parseLong(pid));
      if (orphan.isPresent()) {
        orphan.get().destroy();
        orphan.get().onExit().orTimeout(ORPHAN_SECONDS, TimeUnit.SECONDS).join();
      }
    }
    Files.deleteIfExists(file);
  }

  /// Whether Redis has come up: answers and has loaded its data. False where it has ended.
  private static boolean awaitPong(Process redis, int port, String password)
      throws InterruptedException {
    while (!redis.waitFor(PING_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(LOOPBACK, port), PING_TIMEOUT_MILLIS);
        socket.setSoTimeout(PING_TIMEOUT_MILLIS);
        socket
            .getOutputStream()
            .write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
        var answers =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        if ("+OK".equals(answers.readLine()) && "+PONG".equals(answers.readLine())) {
          return true;
        }
      } catch (IOException e) {
        // It does not listen yet, or still loads: ask again.
      }
    }
    return false;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, LOOPBACK)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
