package dev.tollgate.quota.budget;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What may be spent by the calls that a selector matches, per window.
///
/// @param groupBy a counter for each combination of their values
/// @param fallback whether it counts only calls that no other budget matches
/// @param limits all of which a call must fit
/// @param parentId of the budget that it is carved out of; empty for none
/// @param endTime from when on it counts nothing; [Instant#MAX] for ever
/// @param groupsMax how many groups may count in one window
public record Budget(
    String id,
    String displayName,
    Selector selector,
    List<Dimension> groupBy,
    boolean fallback,
    Window window,
    List<Limit> limits,
    Thresholds thresholds,
    Enforcement enforcement,
    StoreAway storeAway,
    HoldExpiry holdExpiry,
    Models models,
    Contact contact,
    String parentId,
    Instant endTime,
    long groupsMax,
    List<Adjustment> adjustments,
    Origin origin) {
  /// How many groups count where nothing else is said.
  public static final long GROUPS_DEFAULT = 100_000;

  private static final int GROUP_HASH_BYTES = 8;
  private static final Duration KEPT = Duration.ofDays(1);

  public Budget {
    groupBy = List.copyOf(groupBy);
    limits = List.copyOf(limits);
    adjustments = List.copyOf(adjustments);
  }

  /// A budget that says no more than it must.
  public Budget(
      String id,
      String displayName,
      Map<String, String> selector,
      List<Dimension> groupBy,
      Window window,
      List<Limit> limits,
      Instant createTime) {
    this(
        id,
        displayName,
        Selector.of(selector),
        groupBy,
        false,
        window,
        limits,
        Thresholds.DEFAULT,
        Enforcement.HARD,
        StoreAway.DENY,
        HoldExpiry.CHARGE_HOLD,
        Models.ANY,
        Contact.NONE,
        "",
        Instant.MAX,
        GROUPS_DEFAULT,
        List.of(),
        Origin.made(createTime, Map.of()));
  }

  public boolean isCarved() {
    return !parentId.isEmpty();
  }

  public boolean hasEnded(Instant at) {
    return !at.isBefore(endTime);
  }

  /// What its counters are named after: counting that began anew has counters of its own.
  public String counterId() {
    return origin.revision() == 0 ? id : id + "~" + origin.revision();
  }

  /// The values that a call has in the dimensions that it is grouped by.
  public List<String> group(Dimensions dimensions) {
    return groupBy.isEmpty()
        ? List.of()
        : groupBy.stream().map(dimension -> dimension.read(dimensions)).toList();
  }

  /// The counter in which a call of the instant counts, of one of the limits, for a group.
  public Counter counter(Limit limit, List<String> group, Instant instant) {
    return counter(limit, group, window.at(instant));
  }

  /// The other counters that count at the instant.
  public List<Counter> earlier(Limit limit, List<String> group, Instant instant) {
    var spans = window.earlier(instant);
    return spans.isEmpty()
        ? List.of()
        : spans.stream().map(span -> counter(limit, group, span)).toList();
  }

  private Counter counter(Limit limit, List<String> group, Window.Span span) {
    return new Counter(
        counterId(), limit.unit(), hash(group), span.startMillis(), span.endMillis());
  }

  /// What it takes off the budget that it is carved out of, in the limit's own unit: what it stated
  /// and what was added to it since the window began, though that has ended by now.
  long carves(Limit limit, Instant at) {
    var since = Instant.ofEpochMilli(window.sinceMillis(at));
    var sum = limit.amount();
    for (var each : adjustments) {
      if (limit.isOf(each.unit()) && each.amount() > 0 && each.touches(since, at)) {
        sum = Math.addExact(sum, each.amount());
      }
    }
    return sum;
  }

  /// The adjustments that still matter: those that have ended are dropped a day later, where the
  /// window is over too.
  List<Adjustment> adjustmentsAt(Instant now) {
    var since = Instant.ofEpochMilli(window.sinceMillis(now));
    return adjustments.stream()
        .filter(each -> each.endTime().isAfter(since) || each.endTime().isAfter(now.minus(KEPT)))
        .toList();
  }

  /// The limit that an adjustment is of.
  Optional<Limit> limitOf(Adjustment adjustment) {
    return limits.stream().filter(limit -> limit.isOf(adjustment.unit())).findFirst();
  }

  /// Whether one of the limits is of the same unit and currency.
  boolean hasLimitLike(Limit other) {
    return limits.stream().anyMatch(other::isLike);
  }

  /// Whether the other states the same, wherever it comes from.
  public boolean statesAs(Budget other) {
    return equals(other.with(adjustments, origin));
  }

  /// Whether what the other has counted is what this one counts.
  public boolean countsAs(Budget other) {
    return selector.equals(other.selector)
        && groupBy.equals(other.groupBy)
        && fallback == other.fallback
        && window.equals(other.window)
        && limits.stream()
            .allMatch(limit -> other.limits.stream().anyMatch(each -> each.countsAs(limit)));
  }

  /// The same with other adjustments and another origin.
  public Budget with(List<Adjustment> others, Origin other) {
    return with(enforcement, others, other);
  }

  /// The same with another enforcement.
  public Budget with(Enforcement other) {
    return with(other, adjustments, origin);
  }

  private Budget with(Enforcement mode, List<Adjustment> dated, Origin maker) {
    return new Budget(
        id,
        displayName,
        selector,
        groupBy,
        fallback,
        window,
        limits,
        thresholds,
        mode,
        storeAway,
        holdExpiry,
        models,
        contact,
        parentId,
        endTime,
        groupsMax,
        dated,
        maker);
  }

  private static String hash(List<String> group) {
    return group.isEmpty()
        ? Counter.NO_GROUP
        : Digests.brief(
            String.join("\0", group).getBytes(StandardCharsets.UTF_8), GROUP_HASH_BYTES);
  }
}
