package dev.tollgate.quota.redis;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Which nodes there are, and how to connect to them.
interface Links {
  /// Of the node that serves the slot; empty where none does.
  Optional<String> address(int slot);

  /// Of all nodes that serve a slot.
  List<String> addresses();

  /// The slot is that node's from now on.
  void moved(int slot, String address);

  /// Something is wrong with a node: which ones there are may have changed.
  void suspect();

  /// Connects, and refuses a node that is set so that it would forget.
  ///
  /// @param lost called on the loop, once, when the connection is gone
  CompletionStage<Link> open(String address, Runnable lost);
}
