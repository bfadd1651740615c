package dev.tollgate.embedded;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;

/// The launcher as its child sees it: says the password on standard input, hears one line on
/// standard output, and is gone when standard input ends.
final class Parent {
  static final String READY = "tollgate-ready ";
  static final String FAILED = "tollgate-failed ";

  /// The line that says the password; empty where the parent is gone already.
  static String password() throws IOException {
    // Unbuffered, so that nothing behind the line is taken. Not closed: its end is the signal.
    @SuppressWarnings("resource")
    var input = new FileInputStream(FileDescriptor.in);
    var line = new StringBuilder();
    for (var next = input.read(); next >= 0 && next != '\n'; next = input.read()) {
      line.append((char) next);
    }
    return line.toString();
  }

  static void ready(int port) {
    say(READY + port);
  }

  static void failed(String text) {
    say(FAILED + text.replace('\n', ' '));
  }

  /// Runs the action on a thread of its own once the parent is gone or asks to stop.
  static void onGone(int descriptor, Runnable action) {
    Thread.ofPlatform()
        .name("parent")
        .daemon()
        .start(() -> {
          Libc.awaitEnd(descriptor);
          action.run();
        });
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private Parent() {}
}
