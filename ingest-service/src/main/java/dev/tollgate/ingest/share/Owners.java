package dev.tollgate.ingest.share;

import com.google.common.hash.Hashing;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Which instance decides about an id: always the same one, so that its memory of what came is all
/// that must be asked. Safe for concurrent use.
public final class Owners implements AutoCloseable {
  private final List<String> targets;
  private final List<Optional<Handover>> handovers;
  private final List<Peer> peers = new ArrayList<>();

  private Owners(List<String> targets) {
    this.targets = targets;
    this.handovers = new ArrayList<>();
  }

  /// There is no other instance.
  public static Owners alone() {
    return new Owners(List.of());
  }

  /// Does not wait for connections.
  public static Owners of(ShareSettings settings) {
    var owners = new Owners(settings.instances().stream().map(PeerSettings::target).toList());
    for (int i = 0; i < settings.instances().size(); i++) {
      owners.handovers.add(
          i == settings.self()
              ? Optional.empty()
              : Optional.of(owners.connect(settings.instances().get(i))));
    }
    return owners;
  }

  private Handover connect(PeerSettings settings) {
    var peer = Peer.connect(settings);
    peers.add(peer);
    return new Handover(peer, settings.target());
  }

  /// The other instance that decides about an id with this key; empty where this one does.
  Optional<Handover> other(Fingerprint key) {
    return handovers.get(Hashing.consistentHash(key.high(), handovers.size()));
  }

  /// Items of a request by who owns them, as places in it.
  public record Split(List<Integer> own, Map<Handover, List<Integer>> others) {}

  /// Splits the items at these places.
  ///
  /// @param key of the item at a place
  public Split split(IntStream places, IntFunction<Fingerprint> key) {
    if (handovers.size() < 2) {
      return new Split(places.boxed().toList(), Map.of());
    }
    var own = new ArrayList<Integer>();
    var others = new LinkedHashMap<Handover, List<Integer>>();
    places.forEach(place ->
        other(key.apply(place))
            .map(owner -> others.computeIfAbsent(owner, _ -> new ArrayList<>()))
            .orElse(own)
            .add(place));
    return new Split(own, others);
  }

  /// The instances, as they are called everywhere.
  public List<String> targets() {
    return targets;
  }

  @Override
  public void close() {
    peers.forEach(Peer::close);
  }
}
