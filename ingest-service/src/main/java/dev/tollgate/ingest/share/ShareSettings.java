package dev.tollgate.ingest.share;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.kernel.peer.PeerSettings;
import java.util.List;

/// Which instances there are.
///
/// @param instances all of them, in the same order everywhere; empty where there is only this one
/// @param self which of them this one is
public record ShareSettings(List<PeerSettings> instances, int self) {
  public ShareSettings {
    instances = List.copyOf(instances);
  }

  /// Reads INSTANCES, `host:port` of each separated by commas, and INSTANCE, which is one of them.
  public static ShareSettings from(Env env) {
    var peers = PeerSettings.listFrom(env, "INSTANCES");
    if (peers.isEmpty()) {
      return new ShareSettings(List.of(), 0);
    }
    var targets = peers.stream().map(PeerSettings::target).toList();
    var own = env.text("INSTANCE", "");
    if (!targets.contains(own)) {
      env.reject("INSTANCE", own, "one of INSTANCES: " + String.join(", ", targets));
    }
    if (targets.stream().distinct().count() < targets.size()) {
      env.reject("INSTANCES", String.join(",", targets), "each instance once");
    }
    return new ShareSettings(peers, Math.max(0, targets.indexOf(own)));
  }
}
