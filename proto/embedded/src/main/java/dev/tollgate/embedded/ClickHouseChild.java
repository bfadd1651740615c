package dev.tollgate.embedded;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The process that is ClickHouse: loads the engine's library and stays in it until the parent
/// goes.
///
/// Arguments: the library, and the most memory in bytes. Its working directory is the store's.
@SuppressWarnings("restricted")
final class ClickHouseChild {
  /*
   * The library's clickhouse-local can open ClickHouse's HTTP listener. Three statements keep it
   * open: one starts it, one writes the port that it got, and one never ends. What must be right:
   *
   *  - the engine's signal handlers are off before it starts, or the JVM hangs in its own traps;
   *  - standard input is no pipe, or the engine reads it as data;
   *  - the process ends by _exit, or the library's destructors abort under its running threads.
   *    That is safe: what was acknowledged survives kill -9 as well.
   */
  private static final String PORT_FILE = "http.port";
  private static final String STATEMENTS =
      """
      SYSTEM START LISTEN HTTP;
      SELECT getServerPort('http_port') INTO OUTFILE '%s' TRUNCATE FORMAT TSV;
      SELECT sleepEachRow(3) FROM system.numbers \
      SETTINGS max_block_size=1, max_execution_time=0 FORMAT Null
      """
          .formatted(PORT_FILE);
  private static final long PORT_POLL_MILLIS = 5;

  /* Callers wait for the services beside it, and nobody for its merges: about a tenth is left to it
  where they need every processor. */
  private static final int NICENESS = 10;

  private ClickHouseChild() {}

  public static void main(String[] arguments) throws Exception {
    Libc.leaveTerminal();
    Libc.yieldTo(NICENESS);
    var password = Parent.password();
    Parent.onGone(Libc.takeStandardInput(), () -> Libc.exitNow(0));
    var here = Path.of("").toAbsolutePath();
    try {
      DirectoryLock.take(here);
      Files.deleteIfExists(here.resolve(PORT_FILE));
      PrivateFile.write(
          here.resolve("config.xml"), ClickHouseConfig.server(Long.parseLong(arguments[1])));
      PrivateFile.write(here.resolve("users.xml"), ClickHouseConfig.users(password));
      Thread.ofPlatform().name("ready").daemon().start(() -> sayPort(here.resolve(PORT_FILE)));
      Parent.failed("the engine ended" + run(Path.of(arguments[0])));
    } catch (DirectoryLock.DirectoryInUse e) {
      Parent.failed(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      Parent.failed(arguments[0] + " can't be loaded: " + e.getMessage());
    } finally {
      Libc.exitNow(1);
    }
  }

  /* Absolute: given a relative one, the engine looks for it below itself when it is to fsync the
  directory of a part. */
  private static String dataDirectory() {
    return Path.of(ClickHouseConfig.DATA).toAbsolutePath().toString();
  }

  /// Returns only when the engine ends by itself: with its error, where it does not log that alone.
  private static String run(Path library) {
    var arena = Arena.global();
    var engine = SymbolLookup.libraryLookup(library, arena);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Libc.exitNow(0), "exit"));
    var handlers = FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT);
    var commandLine =
        FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    var error = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    var linker = Linker.nativeLinker();
    var words =
        List.of(
            "clickhouse",
            "--config-file",
            "config.xml",
            "--path",
            dataDirectory(),
            "--query_id",
            "keepalive",
            "--query",
            STATEMENTS);
    var argv = arena.allocate(ValueLayout.ADDRESS, words.size() + 1L);
    for (var i = 0; i < words.size(); i++) {
      argv.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(words.get(i)));
    }
    try {
      linker
          .downcallHandle(engine.findOrThrow("chdb_set_signal_handlers_enabled"), handlers)
          .invokeExact(0);
      var result =
          (MemorySegment)
              linker
                  .downcallHandle(engine.findOrThrow("chdb_query_cmdline"), commandLine)
                  .invokeExact(words.size(), argv);
      var text =
          (MemorySegment)
              linker
                  .downcallHandle(engine.findOrThrow("chdb_result_error"), error)
                  .invokeExact(result);
      return text.address() == 0
          ? ""
          : ": " + text.reinterpret(Long.MAX_VALUE).getString(0).lines().findFirst().orElse("");
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sayPort(Path file) {
    try {
      while (true) {
        if (Files.exists(file)) {
          var text = Files.readString(file);
          if (text.endsWith("\n")) {
            Parent.ready(Integer.parseInt(text.strip()));
            return;
          }
        }
        Thread.sleep(PORT_POLL_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      Parent.failed("the port can't be read: " + e);
      Libc.exitNow(1);
    }
  }
}
