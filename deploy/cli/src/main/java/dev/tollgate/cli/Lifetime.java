package dev.tollgate.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/// What a command has started: undone once, in reverse, at the command's end or by Ctrl-C and
/// SIGTERM.
final class Lifetime implements AutoCloseable {
  /// As shells report a Ctrl-C.
  private static final int INTERRUPTED = 130;

  private final Deque<Runnable> undos = new ArrayDeque<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private boolean closed;
  private volatile boolean stopping;
  private volatile boolean serving;

  static Lifetime begin() {
    var lifetime = new Lifetime();
    Runtime.getRuntime().addShutdownHook(new Thread(lifetime::stop, "stop"));
    return lifetime;
  }

  /// What to do at the end, before all that was added earlier.
  synchronized void atEnd(Runnable undo) {
    undos.push(undo);
  }

  /// True once the process was told to stop: what fails then fails because of that.
  boolean isStopping() {
    return stopping;
  }

  /// Blocks until the process is told to stop, which is then a success.
  void serve() throws InterruptedException {
    serving = true;
    never.await();
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!undos.isEmpty()) {
      undos.pop().run();
    }
  }

  private void stop() {
    stopping = true;
    synchronized (this) {
      if (closed) {
        return;
      }
      close();
    }
    Runtime.getRuntime().halt(serving ? 0 : INTERRUPTED);
  }
}
