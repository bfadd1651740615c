package dev.tollgate.query.org;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One version of a tenant's org tree: what its links have been at all times.
///
/// @param version 0 where none was written yet
/// @param actor the public name of the key that wrote it
public record OrgTree(List<OrgLink> links, long version, Instant updateTime, String actor) {
  static final OrgTree NONE = new OrgTree(List.of(), 0, Instant.EPOCH, "");

  public OrgTree {
    links = List.copyOf(links);
  }

  /// Under whom a child is at a time; empty where that is nobody.
  public String parent(OrgLevel level, String child, Instant time) {
    return links.stream()
        .filter(link -> link.level() == level && link.child().equals(child))
        .filter(link -> !link.from().isAfter(time))
        .max(Comparator.comparing(OrgLink::from))
        .map(OrgLink::parent)
        .orElse("");
  }

  /// Where children are, in a view of what lies between two times.
  public Places places(OrgView view, Instant start, Instant end, Instant now) {
    var epochs = new ArrayList<Long>();
    epochs.add(0L);
    var parents = new EnumMap<OrgLevel, Map<String, String>>(OrgLevel.class);
    if (view == OrgView.AS_WAS) {
      add(parents, 0, start);
      links.stream()
          .map(OrgLink::from)
          .filter(from -> from.isAfter(start) && from.isBefore(end))
          .distinct()
          .sorted()
          .forEach(from -> {
            epochs.add(from.getEpochSecond());
            add(parents, from.getEpochSecond(), from);
          });
    } else {
      add(parents, 0, now);
    }
    return new Places(view, epochs, parents);
  }

  private void add(Map<OrgLevel, Map<String, String>> parents, long epoch, Instant time) {
    for (var level : OrgLevel.values()) {
      var ofLevel = parents.computeIfAbsent(level, _ -> new TreeMap<>());
      at(level, time)
          .forEach((child, link) -> {
            if (!link.parent().isEmpty()) {
              ofLevel.put(Places.key(epoch, child), link.parent());
            }
          });
    }
  }

  /* The link of each child that holds at a time. */
  private Map<String, OrgLink> at(OrgLevel level, Instant time) {
    var latest = new TreeMap<String, OrgLink>();
    links.stream()
        .filter(link -> link.level() == level && !link.from().isAfter(time))
        .forEach(link ->
            latest.merge(
                link.child(),
                link,
                (one, other) -> one.from().isAfter(other.from()) ? one : other));
    return latest;
  }
}
