package dev.tollgate.quota.redis;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// An event loop of Netty.
record NettyLoop(EventLoop events) implements Loop {
  @Override
  public boolean isCurrent() {
    return events.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    events.execute(task);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored")
  public void later(Duration delay, Runnable task) {
    events.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }
}
