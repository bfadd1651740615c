package dev.tollgate.quota.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Which node of a cluster serves which slot. Safe for concurrent use.
final class ClusterMap implements AutoCloseable {
  /* Read anew every now and then, and soon after anything went wrong. What a node says by MOVED
  holds at once, until the next reading. */

  private static final Duration PERIOD = Duration.ofSeconds(15);
  private static final Duration SOON = Duration.ofMillis(100);

  private final RedisClusterClient client;
  private final Loop loop;
  private final AtomicReferenceArray<String> owners =
      new AtomicReferenceArray<>(SlotHash.SLOT_COUNT);
  private final AtomicBoolean soon = new AtomicBoolean();
  private volatile List<String> addresses = List.of();
  private volatile boolean closed;

  private ClusterMap(RedisClusterClient client, Loop loop) {
    this.client = client;
    this.loop = loop;
  }

  /// Reads it. Blocks.
  static ClusterMap open(
      ClientResources resources, ClusterClientOptions options, List<RedisURI> seeds, Loop loop) {
    var client = RedisClusterClient.create(resources, seeds);
    try {
      client.setOptions(options);
      client.refreshPartitions();
      var map = new ClusterMap(client, loop);
      map.take();
      loop.later(PERIOD, map::again);
      return map;
    } catch (RuntimeException e) {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
      throw e;
    }
  }

  Optional<String> address(int slot) {
    return Optional.ofNullable(owners.get(slot));
  }

  List<String> addresses() {
    return addresses;
  }

  void moved(int slot, String address) {
    owners.set(slot, address);
    suspect();
  }

  void suspect() {
    if (!closed && !soon.getAndSet(true)) {
      loop.later(
          SOON,
          () -> {
            soon.set(false);
            read();
          });
    }
  }

  private void again() {
    if (!closed) {
      read();
      loop.later(PERIOD, this::again);
    }
  }

  private void read() {
    if (!closed) {
      client.refreshPartitionsAsync().thenRun(this::take);
    }
  }

  private void take() {
    var partitions = client.getPartitions();
    for (int slot = 0; slot < SlotHash.SLOT_COUNT; slot++) {
      var node = partitions.getMasterBySlot(slot);
      owners.set(slot, node == null ? null : address(node));
    }
    addresses =
        partitions.stream()
            .filter(node -> node.getRole().isUpstream() && !node.getSlots().isEmpty())
            .map(ClusterMap::address)
            .toList();
  }

  private static String address(RedisClusterNode node) {
    return node.getUri().getHost() + ":" + node.getUri().getPort();
  }

  @Override
  public void close() {
    closed = true;
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
