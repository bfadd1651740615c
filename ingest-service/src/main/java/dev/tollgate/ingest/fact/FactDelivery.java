package dev.tollgate.ingest.fact;

import com.google.protobuf.Message;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.dedupe.Claim;
import dev.tollgate.ingest.dedupe.Content;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.dedupe.Verdict;
import dev.tollgate.ingest.encode.Noted;
import dev.tollgate.ingest.ledger.Ledger.EventKey;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.user.Roster;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.FieldViolation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The facts of one request, on their way into the log. Blocks; see `accept.Delivery`, whose steps
/// these are.
final class FactDelivery<M extends Message> {
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// One fact: what came, what is wrong with it, what dedupe said of it, what counts under its id.
  private static final class Item<M> {
    final M sent;
    final Fingerprint content;
    final List<Violation> violations;
    @Nullable Verdict verdict;
    @Nullable Fingerprint counted;

    Item(M sent, Fingerprint content, List<Violation> violations) {
      this.sent = sent;
      this.content = content;
      this.violations = violations;
    }
  }

  private final FactIntake intake;
  private final FactForm<M> form;
  private final Caller caller;
  private final long receivedMillis;
  private final Roster roster;
  private final List<Item<M>> items = new ArrayList<>();

  /// Those whose claims are not ended yet.
  private final List<Item<M>> open = new ArrayList<>();

  FactDelivery(FactIntake intake, FactForm<M> form, Caller caller) {
    this.intake = intake;
    this.form = form;
    this.caller = caller;
    this.receivedMillis = intake.time().now().toEpochMilli();
    this.roster = intake.surrogates().roster(caller.tenant());
  }

  List<FactResult> take(List<M> facts) {
    facts.forEach(fact -> items.add(read(fact)));
    claim(items.stream().filter(item -> item.violations.isEmpty()).toList());
    try {
      askLedger();
      append();
    } finally {
      var failed =
          Failure.retryable(
              Reason.SERVICE_UNAVAILABLE, "another request with the same item failed", RETRY);
      open.forEach(item -> intake.dedupe().abandon(claim(item), failed));
    }
    items.forEach(this::awaitOther);
    return items.stream().map(this::result).toList();
  }

  private Item<M> read(M fact) {
    var fields = new Fields();
    form.check(fields, fact, caller, intake.time().now());
    return new Item<>(fact, Content.ofWhole(fact), fields.violations());
  }

  private void claim(List<Item<M>> valid) {
    var offers =
        valid.stream()
            .map(item ->
                new Dedupe.Offer(form.id(item.sent), item.content, form.eventMillis(item.sent)))
            .toList();
    var verdicts = intake.dedupe().claim(form.row().table(), caller.tenant(), offers);
    for (int i = 0; i < valid.size(); i++) {
      var item = valid.get(i);
      item.verdict = verdicts.get(i);
      switch (verdicts.get(i)) {
        case Verdict.Fresh _ -> open.add(item);
        case Verdict.Known known -> item.counted = known.counted().content();
        case Verdict.Follows _ -> {}
      }
    }
  }

  private void askLedger() {
    var doubtful = open.stream().filter(item -> claim(item).isDoubtful()).toList();
    if (doubtful.isEmpty()) {
      return;
    }
    var keys =
        doubtful.stream()
            .map(item -> new EventKey(form.id(item.sent), form.eventMillis(item.sent)))
            .toList();
    var found = awaited(intake.history().find(form.row().table(), caller.tenant(), keys));
    for (var item : doubtful) {
      var content = found.get(form.id(item.sent));
      if (content != null) {
        item.counted = content;
        open.remove(item);
        intake.dedupe().found(claim(item), content);
      }
    }
  }

  private void append() {
    if (open.isEmpty()) {
      return;
    }
    var facts = open.stream().map(this::entry).toList();
    var entries = roster.entries();
    entries.addAll(facts);
    var last = awaited(intake.log().append(entries));
    roster.logged();
    var position = last - open.size();
    for (var item : open) {
      intake.dedupe().accepted(claim(item), receivedMillis, ++position);
    }
    intake.meters().accepted(open.size());
    open.clear();
  }

  private Entry entry(Item<M> item) {
    var id = form.id(item.sent);
    var dimensions = roster.hidden(caller.pinned(form.dimensions(item.sent)));
    var kept = form.attributed(item.sent, dimensions);
    return new Entry.Fact(
        form.row().table(),
        caller.tenant(),
        id,
        item.content,
        receivedMillis,
        form.eventMillis(item.sent),
        form.row().encode(new Noted<>(caller.tenant(), id, kept, item.content, receivedMillis)));
  }

  private void awaitOther(Item<M> item) {
    if (item.verdict instanceof Verdict.Follows follows) {
      item.counted = awaited(follows.claim().decided()).content();
    }
  }

  private FactResult result(Item<M> item) {
    var result = FactResult.newBuilder().setId(shown(form.id(item.sent))).setStatus(status(item));
    for (var violation : item.violations) {
      result.addViolations(
          FieldViolation.newBuilder()
              .setField(violation.field())
              .setDescription(violation.description()));
    }
    return intake.meters().counted(form.row().table(), result.build());
  }

  private EventStatus status(Item<M> item) {
    if (!item.violations.isEmpty()) {
      return EventStatus.EVENT_STATUS_INVALID;
    }
    if (item.counted == null) {
      return EventStatus.EVENT_STATUS_ACCEPTED;
    }
    return item.content.equals(item.counted)
        ? EventStatus.EVENT_STATUS_DUPLICATE
        : EventStatus.EVENT_STATUS_CONFLICT;
  }

  private static String shown(String id) {
    return id.substring(0, Math.min(id.length(), FactFields.ID_MAX));
  }

  private static Claim claim(Item<?> item) {
    if (item.verdict instanceof Verdict.Fresh fresh) {
      return fresh.claim();
    }
    throw new IllegalStateException(item.verdict + " (expected: a claim of this request)");
  }

  private static <T> T awaited(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failure;
    }
  }
}
