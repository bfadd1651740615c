package dev.tollgate.pricing.draft;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.pricing.compare.Suspect;
import dev.tollgate.pricing.draft.Draft.Release;
import dev.tollgate.pricing.draft.Draft.State;
import dev.tollgate.pricing.publish.PublishedBook;
import dev.tollgate.pricing.publish.PublishedBooks;
import dev.tollgate.pricing.publish.StackRules;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import dev.tollgate.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where drafts become published versions. Everything is judged by the newest that the store has.
/// Blocks; safe for concurrent use.
public final class Desk {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
  private static final int NAMED_MAX = 5;

  private final Drafts drafts;
  private final PublishedBooks books;
  private final StackRules rules;
  private final Limits limits;
  private final TimeSource time;

  public Desk(
      Drafts drafts, PublishedBooks books, StackRules rules, Limits limits, TimeSource time) {
    this.drafts = drafts;
    this.books = books;
    this.rules = rules;
    this.limits = limits;
    this.time = time;
  }

  public Draft create(Author author, String id, PriceBook book) {
    books.refresh();
    check(author, book);
    return drafts.create(author.tenant(), id, book, author.name());
  }

  public Draft update(Author author, String id, String etag, PriceBook book) {
    var draft = current(author, id, etag);
    if (!book.id().equals(draft.bookId())) {
      throw Failure.invalid(
          "content", "book: id: " + book.id() + " (expected: " + draft.bookId() + ")");
    }
    check(author, book);
    return drafts.write(draft.with(book), author.name());
  }

  private void check(Author author, PriceBook book) {
    var problems = rules.check(author.tenant(), book, author.isOperator());
    if (!problems.isEmpty()) {
      throw Failure.invalid(
          problems.stream().map(problem -> new Violation("content", problem.toString())).toList());
    }
    limits.check(author.tenant(), book);
  }

  public Draft get(Author author, String id) {
    books.refresh();
    return drafts.get(author.tenant(), id);
  }

  /// By id.
  public List<Draft> list(Author author) {
    books.refresh();
    return drafts.list(author.tenant());
  }

  public void delete(Author author, String id, String etag) {
    var _ = drafts.write(current(author, id, etag).deleted(), author.name());
  }

  public Review review(Author author, String id) {
    books.refresh();
    return review(author, drafts.open(author.tenant(), id));
  }

  private Review review(Author author, Draft draft) {
    var problems = rules.check(author.tenant(), draft.book(), author.isOperator());
    return Review.of(draft, compared(draft), problems, time.now());
  }

  private Optional<PublishedBook> compared(Draft draft) {
    return books
        .newest(draft.bookId())
        .filter(published -> published.tenant().equals(draft.tenant()));
  }

  /// All items or none; those that are released already stay as they are.
  public Draft release(Author author, String id, String etag, List<String> items, String note) {
    var draft = current(author, id, etag);
    var suspects =
        review(author, draft).suspects().stream().map(Suspect::itemId).collect(Collectors.toSet());
    var unknown = new ArrayList<Violation>();
    for (int i = 0; i < items.size(); i++) {
      if (!suspects.contains(items.get(i))) {
        unknown.add(
            new Violation(
                "item_ids[" + i + "]",
                items.get(i) + " (expected: an item in quarantine of this draft)"));
      }
    }
    if (!unknown.isEmpty()) {
      throw Failure.invalid(unknown);
    }
    var now = time.now();
    var more =
        items.stream()
            .distinct()
            .filter(item -> !draft.isReleased(item))
            .map(item -> new Release(item, author.name(), now, note))
            .toList();
    return more.isEmpty() ? draft : drafts.write(draft.withReleases(more), author.name());
  }

  /// The version that the draft becomes, or became with this very etag.
  public PublishedBook publish(Author author, String id, String etag) {
    books.refresh();
    var known = drafts.get(author.tenant(), id);
    if (known.state() == State.PUBLISHED) {
      return again(known, etag);
    }
    var draft = current(author, id, etag);
    var review = review(author, draft);
    requireFit(review.problems());
    requireReleased(review.unreleased());
    limits.check(author.tenant(), review.book());
    var published = publish(author, review);
    record(draft.published(etag, published.version()), author);
    return published;
  }

  private PublishedBook again(Draft draft, String etag) {
    return books
        .version(draft.bookId(), draft.publishedVersion())
        .filter(version -> draft.publishedEtag().equals(etag))
        .orElseThrow(() -> Drafts.alreadyPublished(draft));
  }

  /* A draft that says what is published already was published by a call that went no further: it
  makes no second version. */
  private PublishedBook publish(Author author, Review review) {
    return compared(review.draft())
        .filter(published -> review.draft().says(published.book()))
        .orElseGet(() ->
            books.publish(
                author.tenant(),
                review.book(),
                books.lastVersion(author.tenant(), review.book().id()),
                author.name()));
  }

  /* The version is published, whatever becomes of the draft's record. */
  private void record(Draft published, Author author) {
    try {
      var _ = drafts.write(published, author.name());
    } catch (Failure failure) {
      LOG.warn(
          "Draft {} became {}@{}, which could not be recorded with it",
          published.id(),
          published.bookId(),
          published.publishedVersion(),
          failure);
    }
  }

  private static void requireFit(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw Failure.of(
          Reason.PRICE_BOOK_INVALID,
          problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
    }
  }

  private static void requireReleased(List<Suspect> unreleased) {
    if (!unreleased.isEmpty()) {
      var named =
          unreleased.stream()
              .limit(NAMED_MAX)
              .map(suspect -> suspect.itemId() + " " + suspect.description())
              .collect(Collectors.joining("; "));
      var more = unreleased.size() - NAMED_MAX;
      throw Failure.of(
          Reason.PRICES_QUARANTINED,
          "in quarantine: " + named + (more > 0 ? "; and " + more + " more" : ""));
    }
  }

  /// The etag that changes of the draft must name.
  public String etag(Draft draft) {
    return draft.state() == State.PUBLISHED
        ? draft.publishedEtag()
        : draft.etag(comparedVersion(draft));
  }

  /// The newest version of its book, readable or not; once it is published, the one before.
  public long comparedVersion(Draft draft) {
    return draft.state() == State.PUBLISHED
        ? draft.publishedVersion() - 1
        : books.lastVersion(draft.tenant(), draft.bookId());
  }

  private Draft current(Author author, String id, String etag) {
    books.refresh();
    var draft = drafts.open(author.tenant(), id);
    if (!etag.equals(etag(draft))) {
      throw Failure.of(
          Reason.WRITE_CONFLICT,
          "draft %s, or what is published of its book, is another by now; read it and try again"
              .formatted(id));
    }
    return draft;
  }
}
