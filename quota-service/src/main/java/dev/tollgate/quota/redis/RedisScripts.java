package dev.tollgate.quota.redis;

import java.util.ArrayList;
import java.util.List;

/// The scripts that a connection loads.
///
/// @param batch runs the verbs of a batch: `KEYS` are their distinct keys, `ARGV[i]` the i-th
///   verb's array of msgpack; answers msgpack, an array with one element per verb, `{'ERR',
///   message}` where that one failed by a defect
/// @param others those that [Redis#run] gets
public record RedisScripts(Script batch, List<Script> others) {
  public RedisScripts {
    others = List.copyOf(others);
  }

  List<Script> all() {
    var all = new ArrayList<>(others);
    all.add(batch);
    all.add(Solo.READ);
    all.add(Solo.CLOCK);
    return all;
  }
}
