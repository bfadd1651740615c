package dev.tollgate.quota.hold;

import dev.tollgate.quota.hold.InMemoryRecord.State;
import dev.tollgate.quota.hold.OpenHolds.OpenHold;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;

/// The heads of the tenants in the model's store.
@NullMarked
final class InMemoryHeads implements Heads {
  private static final int PAGE = 3;

  private final InMemoryHolds holds;

  InMemoryHeads(InMemoryHolds holds) {
    this.holds = holds;
  }

  @Override
  public CompletableFuture<Optional<TenantHead>> head(String tenant) {
    synchronized (holds) {
      return done(holds.state(tenant).head());
    }
  }

  @Override
  public CompletableFuture<TenantHead> begin(
      String tenant, String epoch, long policyVersion, Instant strictFrom) {
    synchronized (holds) {
      var state = holds.state(tenant);
      var head = state.head().orElse(new TenantHead(epoch, policyVersion, 0, strictFrom));
      state.head = head;
      return done(head);
    }
  }

  @Override
  public CompletableFuture<Void> raise(String tenant, long policyVersion) {
    return change(
            tenant,
            head -> true,
            head ->
                new TenantHead(
                    head.epoch(),
                    Math.max(policyVersion, head.policyVersion()),
                    head.seededVersion(),
                    head.strictFrom()))
        .thenAccept(any -> {});
  }

  @Override
  public CompletableFuture<Boolean> seed(
      String tenant,
      String epoch,
      List<Seed> seeds,
      Map<String, Long> positions,
      List<SettledMark> settled) {
    synchronized (holds) {
      var state = holds.state(tenant);
      if (!state.epoch().equals(epoch)) {
        return done(false);
      }
      seeds.stream()
          .filter(seed -> !state.seeded.contains(seed.counter().budgetId()))
          .forEach(seed -> state.counters.put(seed.counter().name(), seed.amount()));
      positions.forEach((log, position) ->
          state.positions.merge(
              log,
              new LogMark(position, position),
              (known, told) -> known.position() < told.position() ? told : known));
      for (var mark : settled) {
        var record =
            InMemoryRecord.blank(mark.checkTime(), mark.expireTime(), State.SETTLED_BY_LEDGER);
        record.answer = mark.costNanos();
        state.records.putIfAbsent(mark.id().text(), record);
      }
      return done(true);
    }
  }

  @Override
  public CompletableFuture<Boolean> seeded(
      String tenant, String epoch, long version, Set<String> counterIds) {
    return change(
        tenant,
        head -> head.epoch().equals(epoch),
        head -> {
          holds.state(tenant).seeded.addAll(counterIds);
          return new TenantHead(
              head.epoch(),
              head.policyVersion(),
              Math.max(version, head.seededVersion()),
              head.strictFrom());
        });
  }

  @Override
  public CompletableFuture<Set<String>> seededCounterIds(String tenant) {
    synchronized (holds) {
      return done(Set.copyOf(holds.state(tenant).seeded));
    }
  }

  @Override
  public CompletableFuture<Map<String, LogMark>> positions(String tenant) {
    synchronized (holds) {
      return done(Map.copyOf(holds.state(tenant).positions));
    }
  }

  @Override
  public CompletableFuture<Beat> beat(String tenant, String instance, long number) {
    synchronized (holds) {
      var state = holds.state(tenant);
      var last = state.beats.getOrDefault(instance, 0L);
      state.beats.put(instance, number);
      return done(new Beat(state.head(), last));
    }
  }

  @Override
  public CompletableFuture<Boolean> lose(String tenant, String epoch) {
    synchronized (holds) {
      var state = holds.state(tenant);
      var its = state.head().isPresent() && state.epoch().equals(epoch);
      if (its) {
        state.head = null;
        state.seeded.clear();
      }
      return done(its);
    }
  }

  @Override
  public CompletableFuture<OpenHolds> open(String tenant, Optional<String> from) {
    synchronized (holds) {
      var state = holds.state(tenant);
      var ids =
          state.records.keySet().stream()
              .filter(id -> state.record(id).isOpen() && id.compareTo(from.orElse("")) > 0)
              .sorted()
              .toList();
      var page = ids.stream().limit(PAGE).map(id -> openHold(id, state.record(id))).toList();
      return done(
          new OpenHolds(
              page, ids.size() > PAGE ? Optional.of(ids.get(PAGE - 1)) : Optional.empty()));
    }
  }

  private static OpenHold openHold(String id, InMemoryRecord record) {
    return new OpenHold(
        new ReservationId(id), record.checkTime, record.expireTime, record.amounts(record.held));
  }

  private CompletableFuture<Boolean> change(
      String tenant, Predicate<TenantHead> condition, UnaryOperator<TenantHead> change) {
    synchronized (holds) {
      var state = holds.state(tenant);
      var changed = state.head().filter(condition).map(change);
      changed.ifPresent(head -> state.head = head);
      return done(changed.isPresent());
    }
  }

  private static <T> CompletableFuture<T> done(T answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
