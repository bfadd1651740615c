package dev.tollgate.embedded;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The few calls of the C library that a store's child process needs and Java does not offer.
@SuppressWarnings("restricted")
final class Libc {
  private static final FunctionDescriptor INT =
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final int STANDARD_INPUT = 0;
  private static final int READ_ONLY = 0;

  private Libc() {}

  /// Leaves the terminal's process group, so that a Ctrl-C there reaches the parent alone.
  static void leaveTerminal() {
    call("setsid", FunctionDescriptor.of(ValueLayout.JAVA_INT));
  }

  /// Lets other processes go first where processors are short: this thread, and those that it
  /// starts.
  static void yieldTo(int niceness) {
    call("nice", INT, niceness);
  }

  /// Ends the process at once: no hooks, no destructors of libraries.
  static void exitNow(int code) {
    call("_exit", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT), code);
  }

  /// Moves standard input to another descriptor, which it returns, and leaves nothing to read in
  /// its place.
  static int takeStandardInput() {
    try (var arena = Arena.ofConfined()) {
      var moved = (int) result("dup", INT, STANDARD_INPUT);
      var nothing =
          (int)
              result(
                  "open",
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                  arena.allocateFrom("/dev/null"),
                  READ_ONLY);
      var replaced =
          (int)
              result(
                  "dup2",
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                  nothing,
                  STANDARD_INPUT);
      if (moved < 0 || nothing < 0 || replaced < 0) {
        throw new IllegalStateException("standard input can't be replaced");
      }
      return moved;
    }
  }

  /// Blocks until the other end of the pipe is closed. What comes through it is dropped.
  static void awaitEnd(int descriptor) {
    var read =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG);
    try (var arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(1);
      long count;
      do {
        count = (long) result("read", read, descriptor, buffer, 1L);
      } while (count > 0);
    }
  }

  private static void call(String name, FunctionDescriptor descriptor, Object... arguments) {
    invoke(handle(name, descriptor), arguments);
  }

  private static Object result(String name, FunctionDescriptor descriptor, Object... arguments) {
    return invoke(handle(name, descriptor), arguments);
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  private static Object invoke(MethodHandle handle, Object... arguments) {
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
