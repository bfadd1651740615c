package dev.tollgate.quota.budget;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/// Which budgets this instance's checks match: noted in memory, brought to the book every half
/// minute. Safe for concurrent use.
public final class Matches implements AutoCloseable {
  /* A check costs a look-up per matched budget, and a write per budget and second. */

  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final long STEP_MILLIS = 1_000;

  private final MatchBook book;
  private final Poll poll = new Poll("matches of budgets", EVERY, this::flush);
  private final ConcurrentMap<String, ConcurrentMap<String, AtomicLong>> seen =
      new ConcurrentHashMap<>();
  private final Map<String, Map<String, Long>> flushed = new HashMap<>();

  private Matches(MatchBook book) {
    this.book = book;
  }

  /// Is told that a check of that time counts under the budgets. Does not block.
  @FunctionalInterface
  public interface Note {
    void of(String tenant, List<Budget> budgets, long millis);
  }

  /// Starts to bring to the book what is noted.
  public static Matches start(MatchBook book) {
    var matches = new Matches(book);
    matches.poll.start();
    return matches;
  }

  /// A check of that time counts under the budgets. Does not block.
  public void note(String tenant, List<Budget> budgets, long millis) {
    if (budgets.isEmpty()) {
      return;
    }
    var known = seen.get(tenant);
    var ofTenant =
        known == null ? seen.computeIfAbsent(tenant, name -> new ConcurrentHashMap<>()) : known;
    for (var budget : budgets) {
      var last = ofTenant.get(budget.id());
      if (last == null) {
        ofTenant.computeIfAbsent(budget.id(), id -> new AtomicLong(millis));
      } else if (last.getOpaque() + STEP_MILLIS <= millis) {
        last.setOpaque(millis);
      }
    }
  }

  /// When checks matched the tenant's budgets last, on any instance, in milliseconds.
  public CompletableFuture<Map<String, Long>> last(String tenant) {
    return book.last(tenant)
        .thenApply(known -> {
          var all = new HashMap<>(known);
          seen.getOrDefault(tenant, new ConcurrentHashMap<>())
              .forEach((id, millis) -> all.merge(id, millis.getOpaque(), Math::max));
          return all;
        });
  }

  /// Brings to the book what it does not know. Blocks.
  synchronized void flush() {
    seen.forEach((tenant, budgets) -> {
      var known = flushed.computeIfAbsent(tenant, name -> new HashMap<>());
      var newer = new HashMap<String, Long>();
      budgets.forEach((id, last) -> {
        if (known.getOrDefault(id, 0L) < last.getOpaque()) {
          newer.put(id, last.getOpaque());
        }
      });
      if (!newer.isEmpty()) {
        book.note(tenant, newer).join();
        known.putAll(newer);
      }
    });
  }

  @Override
  public void close() {
    poll.close();
  }
}
