package dev.tollgate.quota.simulate;

import dev.tollgate.quota.hold.Applied;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Extended;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Lapse;
import dev.tollgate.quota.hold.LedgerEntry;
import dev.tollgate.quota.hold.Released;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Settled;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.hold.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Stands between the service and its store, keeps books of its own of what was answered, and stops
/// the world where a promise is broken.
///
/// - Admission: at a grant, what counts and the amount are within the limit.
/// - Conservation: every counter is what its reservations contribute, at every step.
/// - Bounded truth: a counter passes its limit only by what was settled above what stood for it.
/// - Leases: no hold is open after its expiry was swept.
final class Auditor implements Holds {
  private final World world;
  private final Holds holds;
  private final Holds truth;
  private final Map<String, Book> books = new TreeMap<>();
  private final Map<Counter, Long> encumbered = new HashMap<>();
  private final Map<Counter, Long> limits = new HashMap<>();
  private final Map<Counter, Long> overruns = new HashMap<>();
  private @Nullable Broken first;
  int granted;
  int refused;
  int lapsed;
  int settledLate;

  /// @param holds what is audited
  /// @param truth the store below it, to read counters from
  Auditor(World world, Holds holds, Holds truth) {
    this.world = world;
    this.holds = holds;
    this.truth = truth;
  }

  @Override
  public Instant now() {
    return holds.now();
  }

  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    return holds
        .reserve(wish)
        .thenApply(answer -> {
          if (answer instanceof Reserved.Granted grant && !grant.replayed()) {
            granted(wish, grant);
          } else if (answer instanceof Reserved.Refused) {
            refused++;
            world.note("refused " + wish.id().text());
          }
          compare();
          return answer;
        });
  }

  private void granted(Wish wish, Reserved.Granted grant) {
    granted++;
    var id = wish.id().text();
    world.note("granted " + id + " " + grant.expireTime());
    for (var claim : wish.claims()) {
      var before = encumbered(claim);
      if (claim.amount() > 0 && before + claim.amount() > claim.limit()) {
        throw broken(
            "admission",
            "%s: %d + %d > %d".formatted(claim, before, claim.amount(), claim.limit()));
      }
      limits.merge(claim.counter(), claim.limit(), Math::max);
    }
    var book = new Book(id, grant.checkTime(), grant.expireTime(), wish.claims());
    var known = books.put(id, book);
    if (known != null) {
      throw broken("once", id + " was granted before");
    }
    book.held.forEach(this::move);
  }

  private long encumbered(Claim claim) {
    var sum = encumbered.getOrDefault(claim.counter(), 0L);
    for (var slot : claim.earlier()) {
      sum += encumbered.getOrDefault(slot, 0L);
    }
    return sum;
  }

  @Override
  public CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    return holds
        .settle(reservation, actual)
        .thenApply(answer -> {
          if (answer instanceof Settled.Charged(var replayed, var nanos) && !replayed) {
            world.note("settled " + reservation.id().text() + " " + nanos);
            change(
                book(reservation),
                book -> {
                  late(book);
                  book.settle(actual, Book.State.SETTLED);
                });
          }
          compare();
          return answer;
        });
  }

  @Override
  public CompletableFuture<Released> release(Reservation reservation) {
    return holds
        .release(reservation)
        .thenApply(answer -> {
          if (answer == Released.GIVEN_BACK) {
            world.note("released " + reservation.id().text());
            change(book(reservation), Book::giveBack);
          }
          compare();
          return answer;
        });
  }

  @Override
  public CompletableFuture<Extended> extend(Reservation reservation, Duration duration) {
    return holds
        .extend(reservation, duration)
        .thenApply(answer -> {
          if (answer instanceof Extended.Until(var until)) {
            world.note("extended " + reservation.id().text() + " " + until);
            var book = book(reservation);
            if (until.isBefore(book.expireTime)) {
              throw broken("leases", book.id + " was shortened");
            }
            book.expireTime = until;
          }
          compare();
          return answer;
        });
  }

  @Override
  public CompletableFuture<Applied> apply(
      String tenant, String logId, long policyVersion, List<LedgerEntry> run) {
    return holds
        .apply(tenant, logId, policyVersion, run)
        .thenApply(answer -> {
          if (answer instanceof Applied.Done done) {
            for (int i = 0; i < run.size(); i++) {
              if (done.effects().get(i) == Applied.Effect.APPLIED) {
                applied(run.get(i));
              }
            }
          }
          compare();
          return answer;
        });
  }

  private void applied(LedgerEntry entry) {
    switch (entry) {
      case LedgerEntry.Actual(var position, var reservation, var spend, var debits) -> {
        world.note("ledger " + reservation.id().text() + " " + spend);
        change(
            book(reservation),
            book -> {
              late(book);
              book.settle(spend, Book.State.BY_LEDGER);
            });
      }
      case LedgerEntry.GiveBack(var position, var reservation) ->
          change(book(reservation), Book::giveBack);
      case LedgerEntry.Unpriced unpriced -> throw new IllegalStateException("not simulated");
      case LedgerEntry.Bypass(var position, var debits) -> {
        world.note("bypass " + debits);
        debits.forEach(debit -> debit.amounts().forEach(this::bypass));
      }
      case LedgerEntry.Unknown unknown -> throw new IllegalStateException("not simulated");
    }
  }

  private void bypass(Counter counter, long amount) {
    move(counter, amount);
    overruns.merge(counter, amount, Math::addExact);
  }

  private void late(Book book) {
    if (book.state == Book.State.LAPSED) {
      settledLate++;
    }
  }

  /* One call may end some of them only: in the order of their expiry. */
  @Override
  public CompletableFuture<Integer> expire(String tenant) {
    return holds
        .expire(tenant)
        .thenApply(count -> {
          books.values().stream()
              .filter(book -> book.state == Book.State.OPEN && !book.expireTime.isAfter(now()))
              .sorted(
                  Comparator.comparing((Book book) -> book.expireTime)
                      .thenComparing(book -> book.id))
              .limit(count)
              .toList()
              .forEach(book -> {
                lapsed++;
                world.note("lapsed " + book.id);
                change(book, Book::lapse);
              });
          if (count == 0) {
            noneIsOverdue();
          } else {
            compare();
          }
          return count;
        });
  }

  private void noneIsOverdue() {
    for (var book : books.values()) {
      if (book.state == Book.State.OPEN && !book.expireTime.isAfter(now())) {
        throw broken("leases", book.id + " is open after " + book.expireTime);
      }
    }
  }

  @Override
  public CompletableFuture<List<Lapse>> lapses(String tenant) {
    return holds.lapses(tenant);
  }

  @Override
  public CompletableFuture<Void> recorded(String tenant, List<ReservationId> ids) {
    return holds.recorded(tenant, ids);
  }

  @Override
  public CompletableFuture<List<Stand>> stand(String tenant, List<Counter> counters) {
    return holds.stand(tenant, counters);
  }

  private Book book(Reservation reservation) {
    var book = books.get(reservation.id().text());
    if (book == null || !book.checkTime.equals(reservation.checkTime())) {
      throw broken("once", reservation + " has an effect, and was never granted");
    }
    return book;
  }

  private interface Change {
    void make(Book book);
  }

  /* What it contributes above what it held is an overrun, or late usage of what was given back. */
  private void change(Book book, Change change) {
    var before = book.contributed;
    change.make(book);
    for (var counter : book.held.keySet()) {
      var was = before.getOrDefault(counter, 0L);
      var is = book.contributed.getOrDefault(counter, 0L);
      move(counter, is - was);
      if (is > was) {
        overruns.merge(counter, is - was, Math::addExact);
      }
    }
  }

  private void move(Counter counter, long by) {
    encumbered.merge(counter, by, Math::addExact);
  }

  /// Compares every counter with the books.
  private void compare() {
    var counters = List.copyOf(encumbered.keySet());
    if (counters.isEmpty()) {
      return;
    }
    var stands = truth.stand(Simulation.TENANT, counters).join();
    for (int i = 0; i < stands.size(); i++) {
      var counter = counters.get(i);
      var booked = encumbered.getOrDefault(counter, 0L);
      if (stands.get(i).encumbered() != booked) {
        throw broken(
            "conservation",
            "%s is %d, and its reservations come to %d"
                .formatted(counter, stands.get(i).encumbered(), booked));
      }
      if (booked > limits.getOrDefault(counter, 0L) + overruns.getOrDefault(counter, 0L)) {
        throw broken("bounded truth", counter + " stands at " + booked);
      }
    }
  }

  /* Whoever hears of it may go on: it is not forgotten. */
  private Broken broken(String promise, String how) {
    var broken = new Broken(promise, how);
    if (first == null) {
      first = broken;
    }
    return broken;
  }

  /// After everything has come to rest: nothing is held, and each counter is what was settled and
  /// what expiries charged.
  void rest() {
    if (first != null) {
      throw first;
    }
    noneIsOverdue();
    compare();
    var counters = List.copyOf(encumbered.keySet());
    for (var stand :
        counters.isEmpty() ? List.<Stand>of() : truth.stand(Simulation.TENANT, counters).join()) {
      if (stand.held() != 0) {
        throw broken("leases", stand + " at rest");
      }
    }
  }

  /// A promise that was broken.
  static final class Broken extends AssertionError {
    private static final long serialVersionUID = 1;

    Broken(String promise, String how) {
      super(promise + ": " + how);
    }
  }
}
