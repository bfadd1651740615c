package dev.tollgate.pricing.publish;

import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Shelf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every published version of every book, as far as this instance has read them from the store.
/// Safe for concurrent use.
public final class PublishedBooks {
  /// The control table that holds them; the tenant is empty for books of the installation.
  public static final String TABLE = "price_books";

  /// Whose the books of the installation are.
  public static final String INSTALLATION = "";

  private static final Logger LOG = LoggerFactory.getLogger(PublishedBooks.class);

  private record Name(String tenant, String id) {}

  /// What was read, in the order of arrival, a base before what stands on it; and how it stacks.
  private record Read(List<PublishedBook> all, Map<String, PublishedBook> newest, Shelf shelf) {}

  private final ControlTable table;
  private final Map<Name, Long> lastVersions = new HashMap<>();
  private volatile Read read = new Read(List.of(), Map.of(), Shelf.EMPTY);
  private long sizeSeen = -1;

  private PublishedBooks(ControlTable table) {
    this.table = table;
  }

  /// Reads what is published. Blocks.
  public static PublishedBooks open(ControlTable table) {
    var books = new PublishedBooks(table);
    books.refresh();
    return books;
  }

  /// Reads what was published since. Blocks.
  public synchronized void refresh() {
    var size = table.size();
    if (size == sizeSeen) {
      return;
    }
    // Kept apart until all is read: the store may go away in between.
    var versions = new HashMap<Name, Long>();
    var fresh = new ArrayList<PublishedBook>();
    for (var head : table.heads()) {
      var name = new Name(head.tenant(), head.id());
      var last = lastVersions.getOrDefault(name, 0L);
      if (head.version() > last) {
        for (var entry : table.since(head.tenant(), head.id(), last)) {
          parse(entry).ifPresent(fresh::add);
          versions.put(name, entry.version());
        }
      }
    }
    add(fresh);
    lastVersions.putAll(versions);
    sizeSeen = size;
  }

  /* A newer release may have published what this one can't read. It goes on with what it can, and
  says so; the same release's quota and ingest could not rate with it either. */
  private static Optional<PublishedBook> parse(Entry entry) {
    try {
      var book = PriceBook.parse(entry.content().getBytes(StandardCharsets.UTF_8));
      return Optional.of(
          new PublishedBook(
              book, entry.tenant(), entry.content(), entry.writeTime(), entry.actor()));
    } catch (PriceBookInvalid invalid) {
      LOG.error("{}@{} can't be read and is left out", entry.id(), entry.version(), invalid);
      return Optional.empty();
    }
  }

  private void add(List<PublishedBook> fresh) {
    var all = new ArrayList<>(read.all);
    var newest = new HashMap<>(read.newest);
    fresh.sort(
        Comparator.comparing(PublishedBook::tenant).thenComparingLong(PublishedBook::version));
    var ours = fresh.stream().filter(each -> claims(each, newest)).toList();
    var shelf = read.shelf;
    var ordered =
        ours.stream().sorted(Comparator.comparingInt(each -> depth(each, newest))).toList();
    for (var each : ordered) {
      all.add(each);
      shelf = shelf.with(each.book(), each.tenant());
    }
    read = new Read(List.copyOf(all), Map.copyOf(newest), shelf);
  }

  /* Rules keep ids apart when books are published; should two owners get past them at the same
  instant, the book that was read first stays. */
  private static boolean claims(PublishedBook book, Map<String, PublishedBook> newest) {
    var known = newest.get(book.id());
    if (known != null && !known.tenant().equals(book.tenant())) {
      LOG.error("{} of tenant {} has the id of another book", book.book(), book.tenant());
      return false;
    }
    newest.put(book.id(), book);
    return true;
  }

  private static int depth(PublishedBook book, Map<String, PublishedBook> newest) {
    int depth = 0;
    for (var base = newest.get(book.book().base());
        base != null && depth < PriceStack.BOOKS_MAX;
        base = newest.get(base.book().base())) {
      depth++;
    }
    return depth;
  }

  /// Publishes the book as the version after the expected one, or WRITE_CONFLICT where there is
  /// another by now. Blocks.
  public PublishedBook publish(
      String tenant, PriceBook book, long expectedVersion, String publisher) {
    var next = book.withVersion(expectedVersion + 1);
    var content = new String(next.print(), StandardCharsets.UTF_8);
    var entry = table.append(tenant, book.id(), expectedVersion, content, publisher);
    LOG.info("Published {}: {} models", next.ref(), next.models().size());
    refresh();
    return new PublishedBook(next, tenant, content, entry.writeTime(), publisher);
  }

  /// The number of the newest version in the store, readable or not; 0 where there is none.
  public synchronized long lastVersion(String tenant, String id) {
    return lastVersions.getOrDefault(new Name(tenant, id), 0L);
  }

  /// In the order in which they came, which only grows at its end: a base before what stands on it,
  /// versions of a book ascending.
  public List<PublishedBook> all() {
    return read.all;
  }

  /// The newest version of each book, by id.
  public Map<String, PublishedBook> newest() {
    return read.newest;
  }

  public Optional<PublishedBook> newest(String id) {
    return Optional.ofNullable(read.newest.get(id));
  }

  /// The given version of a book; 0 is the newest.
  public Optional<PublishedBook> version(String id, long version) {
    return version == 0
        ? newest(id)
        : read.all.stream()
            .filter(each -> each.id().equals(id) && each.version() == version)
            .findFirst();
  }

  /// The books as they price calls.
  public Shelf shelf() {
    return read.shelf;
  }
}
