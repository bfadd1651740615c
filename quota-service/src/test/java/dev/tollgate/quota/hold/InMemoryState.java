package dev.tollgate.quota.hold;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// What one tenant has in the model's store.
@NullMarked
final class InMemoryState {
  private static final Duration SLOT = Duration.ofMinutes(10);

  final Map<String, Long> counters = new HashMap<>();
  final Map<String, InMemoryRecord> records = new HashMap<>();
  final Map<String, LogMark> positions = new HashMap<>();
  final Set<String> lapses = new HashSet<>();
  final Set<String> seeded = new HashSet<>();
  final Map<String, Long> beats = new HashMap<>();
  private final Map<String, Long> groups = new HashMap<>();
  private final Map<Long, Long> made = new HashMap<>();
  @Nullable TenantHead head;

  Optional<TenantHead> head() {
    return Optional.ofNullable(head);
  }

  InMemoryRecord record(String id) {
    return Objects.requireNonNull(records.get(id), id);
  }

  String epoch() {
    return head().map(TenantHead::epoch).orElse("");
  }

  /// Whether it is the one that goes on.
  boolean isLife(String epoch) {
    return head().filter(known -> known.epoch().equals(epoch)).isPresent();
  }

  /// Whether what a lost store forgot can be charged: it would be forgotten again.
  boolean isRebuilt() {
    return head().filter(known -> known.seededVersion() > 0).isPresent();
  }

  long policyVersion() {
    return head().map(TenantHead::policyVersion).orElse(0L);
  }

  /// Whether it may not be applied yet.
  boolean mustWait(LedgerEntry entry) {
    var settles = !(entry instanceof LedgerEntry.Bypass || entry instanceof LedgerEntry.Unknown);
    return (settles && !isRebuilt())
        || entry.debits().stream()
            .anyMatch(debit -> !isRebuilt() || !seeded.contains(debit.first().budgetId()));
  }

  /// Adds what a call spent. Says whether its group counts.
  boolean debit(Debit debit, Instant now) {
    var first = debit.first();
    var kept = Retention.counter(first);
    if (!counters.containsKey(first.name()) && kept != 0 && kept <= now.toEpochMilli()) {
      return true;
    }
    if (debit.groupsMax() > 0 && !counters.containsKey(first.name())) {
      if (groups(first) >= debit.groupsMax()) {
        return false;
      }
      groups.merge(groupsOf(first), 1L, Math::addExact);
    }
    debit.amounts().forEach((counter, amount) -> add(counter, amount));
    return true;
  }

  void add(Counter counter, long amount) {
    move(counter.name(), amount);
  }

  long value(Counter counter) {
    return counters.getOrDefault(counter.name(), 0L);
  }

  long encumbered(Claim claim) {
    return value(claim.counter()) + claim.earlier().stream().mapToLong(this::value).sum();
  }

  long groups(Counter counter) {
    return groups.getOrDefault(groupsOf(counter), 0L);
  }

  long openHolds() {
    return records.values().stream().filter(InMemoryRecord::isOpen).count();
  }

  long made(long nowMillis) {
    return made.getOrDefault(nowMillis / SLOT.toMillis(), 0L);
  }

  void count(long nowMillis, List<Claim> claims) {
    made.merge(nowMillis / SLOT.toMillis(), 1L, Math::addExact);
    for (var claim : claims) {
      if (claim.groupsMax() > 0 && !counters.containsKey(claim.counter().name())) {
        groups.merge(groupsOf(claim.counter()), 1L, Math::addExact);
      }
    }
  }

  /// Replaces what the record contributes to its counters.
  void contribute(InMemoryRecord record, Map<String, Long> now) {
    record.contributed.forEach((name, amount) -> move(name, -amount));
    now.forEach(this::move);
    record.contributed = new HashMap<>(now);
  }

  private void move(String name, long by) {
    counters.merge(name, by, Math::addExact);
  }

  private static String groupsOf(Counter counter) {
    return counter.budgetId() + ":" + counter.startMillis();
  }
}
