package dev.tollgate.query.org;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Under which parents children are in what a statement reads, epoch by epoch: between two epochs
/// nothing changes.
///
/// @param epochs where they begin, in seconds, ascending; the first is 0
/// @param parents by level, of the keys of children
public record Places(OrgView view, List<Long> epochs, Map<OrgLevel, Map<String, String>> parents) {
  /// As events state it.
  public static final Places NONE = asked(OrgView.AS_STATED);

  public Places {
    epochs = List.copyOf(epochs);
    var copy = new EnumMap<OrgLevel, Map<String, String>>(OrgLevel.class);
    parents.forEach((level, ofLevel) -> copy.put(level, Map.copyOf(ofLevel)));
    parents = Map.copyOf(copy);
  }

  /// Of a view, before the tree was read.
  public static Places asked(OrgView view) {
    return new Places(view, List.of(0L), Map.of());
  }

  /// What a child is called in an epoch.
  public static String key(long epoch, String child) {
    return epoch + " " + child;
  }

  public Map<String, String> parents(OrgLevel level) {
    return parents.getOrDefault(level, Map.of());
  }
}
