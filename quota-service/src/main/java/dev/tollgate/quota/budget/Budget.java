package dev.tollgate.quota.budget;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What may be spent by the calls that a selector matches, per window.
///
/// @param selector dimensions and the values that they must have, by name; empty matches every call
/// @param groupBy a counter for each combination of their values
/// @param limits all of which a call must fit
public record Budget(
    String id,
    String displayName,
    SequencedMap<String, String> selector,
    List<Dimension> groupBy,
    Window window,
    List<Limit> limits,
    Instant createTime) {
  private static final int GROUP_HASH_BYTES = 8;

  public Budget {
    selector = Collections.unmodifiableSequencedMap(new TreeMap<>(selector));
    groupBy = List.copyOf(groupBy);
    limits = List.copyOf(limits);
  }

  /// The values that a call has in the dimensions that it is grouped by.
  public List<String> group(Dimensions dimensions) {
    return groupBy.stream().map(dimension -> dimension.read(dimensions)).toList();
  }

  /// The counter of one of the limits for a group, in the window of the instant.
  public Counter counter(Limit limit, List<String> group, Instant instant) {
    var span = window.at(instant);
    return new Counter(id, limit.unit(), hash(group), span.startMillis(), span.endMillis());
  }

  /// Whether the other says the same, whenever it was made.
  public boolean sameAs(Budget other) {
    return equals(
        new Budget(
            other.id,
            other.displayName,
            other.selector,
            other.groupBy,
            other.window,
            other.limits,
            createTime));
  }

  private static String hash(List<String> group) {
    return group.isEmpty()
        ? Counter.NO_GROUP
        : Digests.brief(
            String.join("\0", group).getBytes(StandardCharsets.UTF_8), GROUP_HASH_BYTES);
  }
}
