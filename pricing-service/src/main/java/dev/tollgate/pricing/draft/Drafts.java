package dev.tollgate.pricing.draft;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.pricing.draft.Draft.State;
import dev.tollgate.rating.PriceBook;
import java.util.List;
import java.util.Optional;

/// Where drafts are kept, each with all that it ever was. Read from the store whenever asked:
/// people write drafts, and rarely. Blocks; safe for concurrent use, by any number of processes.
public final class Drafts {
  /// The control table that holds them; the tenant is empty for drafts of the installation.
  public static final String TABLE = "price_drafts";

  /// How many open drafts a tenant may have. Two that come at the same instant may make it one
  /// more.
  public static final int OPEN_MAX = 20;

  /// How often a draft may be written.
  static final long REVISIONS_MAX = 1_000;

  private final ControlTable table;

  public Drafts(ControlTable table) {
    this.table = table;
  }

  /// Stores a draft, or finds the same one there.
  public Draft create(String tenant, String id, PriceBook book, String actor) {
    var known = read(tenant, id);
    if (known.isPresent() && known.get().state() != State.DELETED) {
      if (known.get().says(book)) {
        return known.get();
      }
      throw Failure.of(
          Reason.DRAFT_EXISTS, "draft " + id + " exists already, with another content");
    }
    if (list(tenant).stream().filter(each -> each.state() == State.OPEN).count() >= OPEN_MAX) {
      throw Failure.of(
          Reason.LIMIT_REACHED, OPEN_MAX + " drafts are open: publish or delete one first");
    }
    var draft = Draft.of(tenant, id, book);
    return append(draft, known.map(Draft::revision).orElse(0L), actor);
  }

  /// Writes what became of the draft; WRITE_CONFLICT where it is another by now.
  Draft write(Draft draft, String actor) {
    return append(draft, draft.revision(), actor);
  }

  private Draft append(Draft draft, long revision, String actor) {
    if (revision >= REVISIONS_MAX && draft.state() == State.OPEN) {
      throw Failure.of(
          Reason.LIMIT_REACHED,
          "draft %s was written %d times: make another".formatted(draft.id(), REVISIONS_MAX));
    }
    return DraftForm.parse(
        table.append(draft.tenant(), draft.id(), revision, DraftForm.print(draft), actor));
  }

  /// The draft, open or published; DRAFT_UNKNOWN where there is none.
  public Draft get(String tenant, String id) {
    return read(tenant, id)
        .filter(draft -> draft.state() != State.DELETED)
        .orElseThrow(() -> Failure.of(Reason.DRAFT_UNKNOWN, "no draft " + id));
  }

  /// As `get`; ALREADY_PUBLISHED where it is not open.
  public Draft open(String tenant, String id) {
    var draft = get(tenant, id);
    if (draft.state() != State.OPEN) {
      throw alreadyPublished(draft);
    }
    return draft;
  }

  static Failure alreadyPublished(Draft draft) {
    return Failure.of(
        Reason.ALREADY_PUBLISHED,
        "draft %s became %s@%d".formatted(draft.id(), draft.bookId(), draft.publishedVersion()));
  }

  /// By id, open and published ones.
  public List<Draft> list(String tenant) {
    return table.latest(tenant).stream()
        .map(DraftForm::parse)
        .filter(draft -> draft.state() != State.DELETED)
        .toList();
  }

  /// Whether there ever was a draft of this id, deleted or not.
  public boolean knows(String tenant, String id) {
    return read(tenant, id).isPresent();
  }

  private Optional<Draft> read(String tenant, String id) {
    Optional<Entry> entry = table.read(tenant, id);
    return entry.map(DraftForm::parse);
  }
}
