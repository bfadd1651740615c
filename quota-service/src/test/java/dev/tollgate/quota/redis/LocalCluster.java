package dev.tollgate.quota.redis;

import static dev.tollgate.quota.redis.LocalRedis.eventually;

import dev.tollgate.secret.Secret;
import io.lettuce.core.MigrateArgs;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A Redis Cluster of local processes: masters without replicas, each with its part of the slots.
public final class LocalCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<LocalRedis> masters = new ArrayList<>();

  private final List<LocalRedis> replicas = new ArrayList<>();

  private LocalCluster() {}

  /// Starts it and waits until all its nodes agree about it.
  public static LocalCluster start(int masters) {
    var cluster = new LocalCluster();
    try {
      for (int i = 0; i < masters; i++) {
        cluster.masters.add(node());
      }
      cluster.form();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private static LocalRedis node() {
    return LocalRedis.start(
        "--cluster-enabled",
        "yes",
        "--cluster-node-timeout",
        "2000",
        "--cluster-require-full-coverage",
        "no");
  }

  private void form() {
    var count = masters.size();
    for (int i = 0; i < count; i++) {
      var epoch = i + 1L;
      var slots = IntStream.range(SLOTS * i / count, SLOTS * (i + 1) / count).toArray();
      masters.get(i).asked(commands -> commands.clusterSetConfigEpoch(epoch));
      masters.get(i).asked(commands -> commands.clusterAddSlots(slots));
    }
    for (var master : masters) {
      masters.getFirst().asked(commands -> commands.clusterMeet("127.0.0.1", master.port()));
    }
    eventually(
        "the cluster",
        () ->
            masters.stream()
                .map(master -> master.asked(commands -> commands.clusterInfo()))
                .allMatch(info ->
                    info.contains("cluster_state:ok")
                        && info.contains("cluster_slots_ok:" + SLOTS)
                        && info.contains("cluster_known_nodes:" + count)));
  }

  /// A copy of a master, which is promoted when that is gone.
  LocalRedis addReplica(LocalRedis master) {
    var replica = node();
    replicas.add(replica);
    replica.asked(commands -> commands.clusterMeet("127.0.0.1", master.port()));
    var id = id(master);
    eventually(
        "the replica's place",
        () -> replica.asked(commands -> commands.clusterNodes()).contains(id));
    replica.asked(commands -> commands.clusterReplicate(id));
    eventually(
        "the replica",
        () ->
            replica
                .asked(commands -> commands.info("replication"))
                .contains("master_link_status:up"));
    var own = id(replica);
    eventually(
        "the others' knowing it",
        () ->
            masters.stream()
                .allMatch(other ->
                    other
                        .asked(commands -> commands.clusterNodes())
                        .lines()
                        .anyMatch(line -> line.startsWith(own) && line.contains("slave"))));
    return replica;
  }

  public List<LocalRedis> masters() {
    return masters;
  }

  /// Which master had the slot at the start.
  public int firstOwner(int slot) {
    return IntStream.range(0, masters.size())
        .filter(i -> slot < SLOTS * (i + 1) / masters.size())
        .findFirst()
        .orElseThrow();
  }

  public RedisSettings settings() {
    var hosts =
        masters.stream()
            .map(master -> "127.0.0.1:" + master.port())
            .collect(Collectors.joining(","));
    var single = RedisSettings.single(URI.create("redis-cluster://" + hosts), new Secret(""));
    return new RedisSettings(
        single.url(),
        Topology.CLUSTER,
        single.password(),
        single.timeout(),
        single.queueMax(),
        1,
        1,
        single.durability());
  }

  /// Begins to move a slot: its keys are at both ends from now on.
  public void beginToMove(int slot, LocalRedis from, LocalRedis to) {
    to.asked(commands -> commands.clusterSetSlotImporting(slot, id(from)));
    from.asked(commands -> commands.clusterSetSlotMigrating(slot, id(to)));
  }

  /// Moves the keys that are there now.
  public void moveKeys(int slot, LocalRedis from, LocalRedis to) {
    var keys = from.asked(commands -> commands.clusterGetKeysInSlot(slot, 1_000));
    if (!keys.isEmpty()) {
      from.asked(commands ->
          commands.migrate("127.0.0.1", to.port(), 0, 5_000, MigrateArgs.Builder.keys(keys)));
    }
  }

  /// Hands the slot over.
  public void endToMove(int slot, LocalRedis from, LocalRedis to) {
    to.asked(commands -> commands.clusterSetSlotNode(slot, id(to)));
    from.asked(commands -> commands.clusterSetSlotNode(slot, id(to)));
  }

  private static String id(LocalRedis master) {
    return master.asked(commands -> commands.clusterMyId());
  }

  @Override
  public void close() {
    replicas.forEach(LocalRedis::close);
    masters.forEach(LocalRedis::close);
  }
}
