package dev.tollgate.pricing.publish;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Shelf;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which books a tenant may see: its contract, what that stands or stood on, and the default book.
/// Without a tenant: the installation's.
public final class Visibility {
  private static final int SHOWN_MAX = 64;

  private final PublishedBooks books;

  public Visibility(PublishedBooks books) {
    this.books = books;
  }

  /// The ids of the installation's books that the tenant may see and stand on.
  public Set<String> bases(String tenant) {
    var ids = new HashSet<>(Set.of(Shelf.DEFAULT));
    for (var each : books.all()) {
      if (each.tenant().equals(tenant) && !tenant.isEmpty()) {
        addChain(each.book().base(), ids);
      }
    }
    return ids;
  }

  private void addChain(String base, Set<String> ids) {
    for (var next = base; !next.isEmpty() && ids.add(next); ) {
      next = books.newest(next).map(book -> book.book().base()).orElse("");
    }
  }

  /// All that the tenant may see, in the order in which they came.
  public List<PublishedBook> all(String tenant) {
    var bases = bases(tenant);
    return books.all().stream().filter(each -> isVisible(each, tenant, bases)).toList();
  }

  private static boolean isVisible(PublishedBook book, String tenant, Set<String> bases) {
    return book.isOfInstallation()
        ? tenant.isEmpty() || bases.contains(book.id())
        : book.tenant().equals(tenant);
  }

  /// A version of a book, 0 for the newest; PRICE_BOOK_UNKNOWN where there is none that the tenant
  /// may see.
  public PublishedBook book(String tenant, String id, long version) {
    return books
        .version(id, version)
        .filter(each -> isVisible(each, tenant, bases(tenant)))
        .orElseThrow(() -> unknown(version == 0 ? id : id + "@" + version));
  }

  /// What prices the tenant's calls now.
  public PriceStack stack(String tenant) {
    return books.shelf().stack(tenant).orElseThrow(() -> unknown(Shelf.DEFAULT));
  }

  /// The books of these versions, in this order; PRICE_BOOK_UNKNOWN where there is none that the
  /// tenant may see.
  ///
  /// @param ref as `PriceStack.ref` names them
  public List<PriceBook> books(String tenant, String ref) {
    var refs = List.of(ref.split("\\+", -1));
    if (refs.size() > PriceStack.BOOKS_MAX) {
      throw unknown(ref);
    }
    var visible = all(tenant);
    return refs.stream().map(each -> book(visible, each)).toList();
  }

  private static PriceBook book(List<PublishedBook> visible, String ref) {
    return visible.stream()
        .map(PublishedBook::book)
        .filter(book -> book.ref().equals(ref))
        .findFirst()
        .orElseThrow(() -> unknown(ref));
  }

  /// The stack of these versions, as `books` finds them; empty is the newest.
  public PriceStack stack(String tenant, String ref) {
    if (ref.isEmpty()) {
      return stack(tenant);
    }
    var _ = books(tenant, ref);
    return books.shelf().byRef(ref).orElseThrow(() -> unknown(ref));
  }

  private static Failure unknown(String ref) {
    return Failure.of(
        Reason.PRICE_BOOK_UNKNOWN,
        "no price book " + (ref.length() > SHOWN_MAX ? ref.substring(0, SHOWN_MAX) + "..." : ref));
  }
}
