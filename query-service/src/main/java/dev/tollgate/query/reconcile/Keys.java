package dev.tollgate.query.reconcile;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The API keys that reports name, against the ledger's. Not safe for concurrent use.
final class Keys {
  /// @param currency empty where neither side has a cost
  record Key(String provider, String name, String currency) {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::provider).thenComparing(Key::name).thenComparing(Key::currency);
  }

  /// What is known of a key in a currency, in picos.
  ///
  /// @param knowsTheirCost whether any report says costs of what it used
  record Sum(
      long theirTokens,
      BigInteger theirCost,
      boolean knowsTheirCost,
      long ourTokens,
      BigInteger ourCost) {
    Sum plus(Sum more) {
      return new Sum(
          Math.addExact(theirTokens, more.theirTokens),
          theirCost.add(more.theirCost),
          knowsTheirCost || more.knowsTheirCost,
          Math.addExact(ourTokens, more.ourTokens),
          ourCost.add(more.ourCost));
    }
  }

  private final Map<Key, Sum> sums = new TreeMap<>(Key.ORDER);
  private final Set<List<String>> seen = new HashSet<>();

  private Keys() {}

  static Keys of(Comparison comparison) {
    var keys = new Keys();
    var named = new HashSet<List<String>>();
    for (var line : comparison.lines()) {
      keys.addTheirs(comparison.theirs(), line);
      var provider = line.cell().provider();
      comparison
          .theirs()
          .tokens(line.cell())
          .keySet()
          .forEach(key -> named.add(List.of(provider, key)));
    }
    for (var ours : comparison.compared()) {
      var id = List.of(ours.cell().provider(), ours.apiKey());
      if (named.contains(id) && !ours.apiKey().isEmpty()) {
        keys.seen.add(id);
        keys.add(
            ours.cell(),
            ours.apiKey(),
            ours.currency(),
            new Sum(0, BigInteger.ZERO, false, ours.tokens(), ours.cost()));
      }
    }
    return keys;
  }

  /* Tokens of a cell with several currencies are of none of them. */
  private void addTheirs(Theirs theirs, Comparison.Line line) {
    var whole = line.theirTokens();
    if (whole.isEmpty()) {
      return;
    }
    theirs
        .tokens(line.cell())
        .forEach((key, tokens) -> {
          if (!key.isEmpty()) {
            var cost =
                line.theirCost()
                    .filter(any -> whole.getAsLong() > 0)
                    .map(each -> Gaps.part(each, tokens, whole.getAsLong()));
            add(
                line.cell(),
                key,
                line.currency(),
                new Sum(
                    tokens, cost.orElse(BigInteger.ZERO), cost.isPresent(), 0, BigInteger.ZERO));
          }
        });
  }

  private void add(Cell cell, String key, String currency, Sum sum) {
    sums.merge(new Key(cell.provider(), key, currency), sum, Sum::plus);
  }

  Map<Key, Sum> sums() {
    return sums;
  }

  /// Whether the ledger has events of it on days that are compared.
  boolean isSeen(Key key) {
    return seen.contains(List.of(key.provider(), key.name()));
  }
}
