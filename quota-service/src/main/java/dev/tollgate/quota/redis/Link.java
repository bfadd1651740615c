package dev.tollgate.quota.redis;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One connection to one node. Confined to its loop.
interface Link {
  /// What becomes of a call: the script's answer or why there is none, a [Trouble] or a defect.
  interface Outcome extends BiConsumer<byte @Nullable [], @Nullable Throwable> {}

  /// Sends, once; the outcome comes on the loop, always.
  ///
  /// @param asking tells a node that it is asked although the slot is not its own yet
  void send(Invocation invocation, boolean asking, Outcome outcome);

  /// Everything without an answer is LOST then.
  void close();
}
