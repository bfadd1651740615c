package dev.tollgate.pricing.publish;

import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Shelf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a book owes the other published books: an id of its own, and a base that it can stand on
/// together with all that stand on it.
public final class StackRules {
  private static final String BOOK = "book";

  private final PublishedBooks books;
  private final Visibility visibility;

  public StackRules(PublishedBooks books, Visibility visibility) {
    this.books = books;
    this.visibility = visibility;
  }

  /// What the book breaks; empty where it can be published.
  ///
  /// @param tenant whose contract it is; empty for a book of the installation
  /// @param anyBase whether it may stand on any book of the installation, as OPERATORs decide; else
  ///   on those that the tenant may see already
  public List<Problem> check(String tenant, PriceBook book, boolean anyBase) {
    var problems = new ArrayList<Problem>();
    checkId(tenant, book, problems);
    checkCurrency(book, problems);
    if (book.id().equals(Shelf.DEFAULT)) {
      if (!book.base().isEmpty()) {
        reject(problems, "base", book.base() + " (expected: none, as the lowest of all)");
      }
    } else {
      base(tenant, book, anyBase)
          .ifPresentOrElse(
              base -> checkStack(book, base, problems),
              () ->
                  reject(
                      problems,
                      "base",
                      (book.base().isEmpty() ? "is missing" : book.base())
                          + " (expected: default, or a book that the tenant was put on)"));
    }
    return problems;
  }

  private static void reject(List<Problem> problems, String field, String rule) {
    problems.add(new Problem(BOOK, field, rule));
  }

  private void checkId(String tenant, PriceBook book, List<Problem> problems) {
    if (!tenant.isEmpty() && !book.id().equals(tenant)) {
      reject(problems, "id", book.id() + " (expected: the tenant's, " + tenant + ")");
    } else if (books.newest(book.id()).filter(each -> !each.tenant().equals(tenant)).isPresent()) {
      reject(problems, "id", book.id() + " (expected: not the id of another owner's book)");
    }
  }

  private void checkCurrency(PriceBook book, List<Problem> problems) {
    books
        .newest(book.id())
        .map(PublishedBook::book)
        .filter(before -> !before.currency().equals(book.currency()))
        .ifPresent(before ->
            reject(
                problems,
                "currency",
                "%s (expected: %s, as %s)"
                    .formatted(book.currency(), before.currency(), before.ref())));
  }

  private Optional<PriceBook> base(String tenant, PriceBook book, boolean anyBase) {
    return books
        .newest(book.base())
        .filter(PublishedBook::isOfInstallation)
        .filter(base -> anyBase || tenant.isEmpty() || visibility.bases(tenant).contains(base.id()))
        .map(PublishedBook::book);
  }

  private void checkStack(PriceBook book, PriceBook base, List<Problem> problems) {
    if (!base.currency().equals(book.currency())) {
      reject(
          problems,
          "currency",
          "%s (expected: %s, as its base %s)"
              .formatted(book.currency(), base.currency(), base.ref()));
    }
    var below = chain(base);
    if (below.contains(book.id())) {
      reject(problems, "base", base.id() + " (expected: no book that stands on " + book.id() + ")");
    } else if (below.size() + 1 + above(book.id()) > PriceStack.BOOKS_MAX) {
      reject(
          problems,
          "base",
          "%s (expected: at most %d books in a stack)".formatted(base.id(), PriceStack.BOOKS_MAX));
    }
  }

  /// The ids of a book and those below it.
  private List<String> chain(PriceBook book) {
    var ids = new ArrayList<String>();
    for (var next = Optional.of(book);
        next.isPresent() && !ids.contains(next.get().id());
        next = books.newest(next.get().base()).map(PublishedBook::book)) {
      ids.add(next.get().id());
    }
    return ids;
  }

  /// How many books stand on top of each other above this one.
  private int above(String id) {
    return books.newest().values().stream()
        .mapToInt(each -> chain(each.book()).indexOf(id))
        .reduce(0, Math::max);
  }
}
