package dev.tollgate.quota.redis;

import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.TimeUnit;

/// Hands the driver an event loop that is not its own: it never ends it.
record SharedLoop(EventLoopGroup loop) implements EventLoopGroupProvider {
  /* The type asked for is that of a group of loops; the driver needs no more of it than any group
  has, and one loop is a group too. */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends EventLoopGroup> T allocate(Class<T> type) {
    return (T) loop;
  }

  @Override
  public int threadPoolSize() {
    return 1;
  }

  @Override
  public Future<Boolean> release(
      EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
    return done();
  }

  @Override
  public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
    return done();
  }

  private static Future<Boolean> done() {
    return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
  }
}
