package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.dedupe.Claim;
import dev.tollgate.ingest.dedupe.Counted;
import dev.tollgate.ingest.dedupe.Verdict;
import dev.tollgate.ingest.encode.Fact;
import dev.tollgate.ingest.encode.UsageRow;
import dev.tollgate.ingest.ledger.Ledger.EventKey;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.user.Roster;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.PriceStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The valid events of one request, on their way into the log.
final class Delivery {
  /*
   * claim every event → ask the ledger about the doubtful ones → price, encode, append as one →
   * fsynced: claims become recent keys → when the claims of others that are followed here are
   * decided too: a result for each event.
   *
   * Every claim is ended on every path: one that stayed would block its event for ever.
   */
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// What became of an event.
  ///
  /// @param position where the log has it; 0 where it does not, or the ledger had it before
  record Outcome(EventResult result, long position) {}

  /// One event: what came, what dedupe said of it, what else is found out.
  private static final class Item {
    final Arrival.Valid arrival;
    final Verdict verdict;

    /// What counts under its id already; null where nothing does, or that is not known yet.
    @Nullable Counted counted;

    /// Where the log has it by this delivery; 0 where it does not.
    long position;

    /// Why it can't count after all; empty where it can.
    List<Violation> violations = List.of();

    Item(Arrival.Valid arrival, Verdict verdict) {
      this.arrival = arrival;
      this.verdict = verdict;
      this.counted =
          switch (verdict) {
            case Verdict.Fresh _, Verdict.Follows _ -> null;
            case Verdict.Known known -> known.counted();
          };
    }
  }

  private final Intake intake;
  private final String tenant;
  private final PriceStack book;
  private final long receivedMillis;
  private final Roster roster;
  private final List<Item> items = new ArrayList<>();

  /// Claims that are not ended yet.
  private final List<Claim> open = new ArrayList<>();

  Delivery(Intake intake, String tenant, PriceStack book, long receivedMillis) {
    this.intake = intake;
    this.tenant = tenant;
    this.book = book;
    this.receivedMillis = receivedMillis;
    this.roster = intake.surrogates().roster(tenant);
  }

  /// Done when the accepted ones are durable; one outcome per event, in order.
  CompletableFuture<List<Outcome>> take(List<Arrival.Valid> arrivals) {
    var offers = arrivals.stream().map(Arrival.Valid::offer).toList();
    var verdicts = intake.dedupe().claim(Entry.USAGE_TABLE, tenant, offers);
    for (int i = 0; i < arrivals.size(); i++) {
      items.add(new Item(arrivals.get(i), verdicts.get(i)));
      if (verdicts.get(i) instanceof Verdict.Fresh fresh) {
        open.add(fresh.claim());
      }
    }
    return guarded(this::askLedger)
        .thenCompose(_ -> append())
        .whenComplete((_, failure) -> abandonOpen(failure))
        .thenCompose(_ -> othersDecided())
        .thenApply(_ -> items.stream().map(this::outcome).toList());
  }

  private CompletableFuture<Void> askLedger() {
    var doubtful = open.stream().filter(Claim::isDoubtful).toList();
    if (doubtful.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    var keys =
        doubtful.stream().map(claim -> new EventKey(claim.eventId(), claim.eventMillis())).toList();
    return intake.history().find(Entry.USAGE_TABLE, tenant, keys).thenAccept(this::endFound);
  }

  private void endFound(Map<String, Fingerprint> found) {
    for (var item : items) {
      var content = found.get(item.arrival.eventId());
      if (content != null && item.verdict instanceof Verdict.Fresh fresh) {
        item.counted = new Counted(content, 0);
        intake.dedupe().found(fresh.claim(), content);
        open.remove(fresh.claim());
      }
    }
  }

  private CompletableFuture<Void> append() {
    var usages = new ArrayList<Entry>();
    var counting = new ArrayList<Item>();
    var giveBacks = new ArrayList<Entry>();
    for (var item : items) {
      if (item.verdict instanceof Verdict.Fresh fresh && item.counted == null) {
        var usage = usage(item);
        if (usage == null) {
          end(fresh.claim(), notCounted());
        } else {
          usages.add(usage);
          counting.add(item);
        }
      } else if (repeats(item) && !item.arrival.event().getReservationId().isEmpty()) {
        giveBacks.add(new Entry.GiveBack(tenant, item.arrival.event().getReservationId()));
      }
    }
    usages.addAll(giveBacks);
    if (usages.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    var entries = roster.entries();
    entries.addAll(usages);
    return intake
        .log()
        .append(entries)
        .thenAccept(last -> {
          roster.logged();
          accepted(counting, last - usages.size());
        });
  }

  private void accepted(List<Item> counting, long before) {
    var position = before;
    for (var item : counting) {
      item.position = ++position;
      if (item.verdict instanceof Verdict.Fresh fresh) {
        intake.dedupe().accepted(fresh.claim(), receivedMillis, position);
      }
    }
    open.clear();
    intake.meters().accepted(counting.size());
  }

  private @Nullable Entry usage(Item item) {
    var event = item.arrival.event();
    var usage = item.arrival.usage();
    try {
      var charge = item.arrival.charge(book);
      var checked = CheckedAt.millis(event, receivedMillis);
      var fact =
          new Fact(
              tenant,
              event,
              roster.surrogate(event.getDimensions().getUser()),
              item.arrival.content(),
              usage,
              charge,
              receivedMillis,
              checked,
              item.arrival.filled(),
              item.arrival.isHistory());
      return new Entry.Usage(
          tenant,
          event.getEventId(),
          item.arrival.content(),
          receivedMillis,
          fact.eventMillis(),
          debit(item.arrival, charge, checked),
          UsageRow.encode(fact));
    } catch (Failure failure) {
      if (failure.reason() != Reason.AMOUNT_UNREPRESENTABLE) {
        throw failure;
      }
      item.violations = Results.beyondARow(failure);
      return null;
    }
  }

  /* Of history there is nothing to settle: with neither a reservation nor dimensions. */
  private static Entry.Debit debit(Arrival.Valid arrival, Charge charge, long checkedMillis) {
    var event = arrival.event();
    var usage = arrival.usage();
    var unpriced = charge.status().isUnknown();
    return new Entry.Debit(
        event.getReservationId(),
        unpriced,
        unpriced ? "" : charge.currency(),
        charge.cost().toNanosUp().value(),
        usage.totalTokens(),
        usage.outputTokens(),
        checkedMillis,
        arrival.isHistory() ? new byte[0] : event.getDimensions().toByteArray());
  }

  /// Whether what counts under the event's id, as far as is known by now, is just this event.
  private static boolean repeats(Item item) {
    return switch (item.verdict) {
      case Verdict.Fresh _, Verdict.Known _ -> counts(item);
      case Verdict.Follows follows -> item.arrival.content().equals(follows.claim().content());
    };
  }

  /// Whether what counts under the event's id is known, and just this event.
  private static boolean counts(Item item) {
    return item.counted != null && item.arrival.content().equals(item.counted.content());
  }

  private CompletableFuture<Void> othersDecided() {
    var decided = new ArrayList<CompletableFuture<?>>();
    for (var item : items) {
      if (item.verdict instanceof Verdict.Follows follows) {
        decided.add(follows.claim().decided().thenAccept(counted -> item.counted = counted));
      }
    }
    return CompletableFuture.allOf(decided.toArray(CompletableFuture[]::new));
  }

  private Outcome outcome(Item item) {
    var arrival = item.arrival;
    if (!item.violations.isEmpty()) {
      return outcome(Results.invalid(arrival.eventId(), item.violations), 0);
    }
    if (item.counted == null) {
      return outcome(Results.of(arrival, EventStatus.EVENT_STATUS_ACCEPTED), item.position);
    }
    return counts(item)
        ? outcome(Results.of(arrival, EventStatus.EVENT_STATUS_DUPLICATE), item.counted.position())
        : outcome(Results.of(arrival, EventStatus.EVENT_STATUS_CONFLICT), 0);
  }

  private Outcome outcome(EventResult result, long position) {
    return new Outcome(intake.meters().counted(result), position);
  }

  private void end(Claim claim, Throwable why) {
    intake.dedupe().abandon(claim, why);
    open.remove(claim);
  }

  private void abandonOpen(@Nullable Throwable failure) {
    if (failure != null) {
      List.copyOf(open).forEach(claim -> end(claim, notCounted()));
    }
  }

  private static Failure notCounted() {
    return Failure.retryable(
        Reason.SERVICE_UNAVAILABLE, "another request with the same event failed", RETRY);
  }

  private static CompletableFuture<Void> guarded(
      java.util.function.Supplier<CompletableFuture<Void>> step) {
    try {
      return step.get();
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }
}
