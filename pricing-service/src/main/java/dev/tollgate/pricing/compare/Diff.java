package dev.tollgate.pricing.compare;

import dev.tollgate.rating.PriceBook;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What makes one version of a book into another: taking away what was before and adding what is
/// after gives the other's entries, and nothing else does with fewer.
///
/// @param changes in the order of entries
public record Diff(List<Change> changes) {
  /// By provider and model, whose names come before its prices; what is of none comes first.
  private static final Comparator<Entry> ORDER =
      Comparator.comparing(Entry::provider)
          .thenComparing(Entry::model)
          .thenComparing(entry -> entry instanceof Entry.OfPrice)
          .thenComparing(Entry::id);

  private record Key(Class<?> kind, String provider, String id) {
    static Key of(Entry entry) {
      /* The id of a price may move to another model; a model's name is unique in a provider. */
      var provider = entry instanceof Entry.OfModel ? entry.provider() : "";
      return new Key(entry.getClass(), provider, entry.id());
    }
  }

  public Diff {
    changes = List.copyOf(changes);
  }

  public static Diff between(PriceBook before, PriceBook after) {
    return between(Entry.of(before), Entry.of(after));
  }

  /// From nothing.
  public static Diff to(PriceBook after) {
    return between(List.of(), Entry.of(after));
  }

  private static Diff between(List<Entry> before, List<Entry> after) {
    var left = byKey(before);
    var changes = new ArrayList<Change>();
    byKey(after)
        .forEach((key, entry) -> {
          var old = left.remove(key);
          if (old == null) {
            changes.add(new Change.Added(entry));
          } else if (!old.equals(entry)) {
            changes.add(new Change.Changed(old, entry));
          }
        });
    left.values().forEach(entry -> changes.add(new Change.Removed(entry)));
    changes.sort(Comparator.comparing(Change::entry, ORDER));
    return new Diff(changes);
  }

  private static Map<Key, Entry> byKey(List<Entry> entries) {
    var byKey = new LinkedHashMap<Key, Entry>();
    entries.forEach(entry -> byKey.put(Key.of(entry), entry));
    return byKey;
  }

  /// How many changes are of a kind.
  public int count(Class<? extends Change> kind) {
    return (int) changes.stream().filter(kind::isInstance).count();
  }
}
