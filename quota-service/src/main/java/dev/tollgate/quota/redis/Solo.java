package dev.tollgate.quota.redis;

import java.util.concurrent.atomic.AtomicInteger;

/// A script that travels by itself and waits for its answer.
final class Solo extends Pending<byte[]> {
  static final Script READ =
      new Script("read", "return cmsgpack.pack(redis.call('MGET', unpack(KEYS)))");
  static final Script CLOCK =
      new Script(
          "clock",
          "local t = redis.call('TIME')\n"
              + "return cmsgpack.pack({tonumber(t[1]), tonumber(t[2])})");

  private final Invocation invocation;

  Solo(Invocation invocation, int slot, long deadlineNanos, AtomicInteger waiting) {
    super(slot, deadlineNanos, waiting);
    this.invocation = invocation;
  }

  Invocation invocation() {
    return invocation;
  }
}
