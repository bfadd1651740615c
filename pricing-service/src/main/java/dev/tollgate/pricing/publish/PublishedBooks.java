package dev.tollgate.pricing.publish;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The versions of the default book, as far as this instance has read them from the store. Safe for
/// concurrent use.
public final class PublishedBooks {
  /// The control table that holds them; the tenant is empty for books of the installation.
  public static final String TABLE = "price_books";

  private static final Logger LOG = LoggerFactory.getLogger(PublishedBooks.class);
  private static final String INSTALLATION = "";
  private static final String ACTOR = "release";
  private static final int ATTEMPTS_MAX = 100;

  private final ControlTable table;
  private final String bookId;
  private volatile List<PublishedBook> versions = List.of();
  private long readVersion;

  private PublishedBooks(ControlTable table, String bookId) {
    this.table = table;
    this.bookId = bookId;
  }

  /// Reads what is published, and publishes the shipped book as the next version where its prices
  /// never were before. Of several instances that start together one does.
  public static PublishedBooks open(ControlTable table, PriceBook shipped) {
    var books = new PublishedBooks(table, shipped.id());
    books.readNew();
    for (int i = 0; i < ATTEMPTS_MAX && !books.has(shipped); i++) {
      books.publish(shipped);
      books.readNew();
    }
    if (!books.has(shipped)) {
      throw Failure.of(Reason.WRITE_CONFLICT, "the shipped price book could not be published");
    }
    return books;
  }

  private boolean has(PriceBook shipped) {
    return versions.stream()
        .map(PublishedBook::book)
        .anyMatch(book -> shipped.withVersion(book.version()).equals(book));
  }

  private void publish(PriceBook shipped) {
    var book = shipped.withVersion(readVersion + 1);
    try {
      var content = new String(book.print(), StandardCharsets.UTF_8);
      table.append(INSTALLATION, bookId, readVersion, content, ACTOR);
      LOG.info("Published {}: {} models", book.ref(), book.models().size());
    } catch (Failure failure) {
      if (failure.reason() != Reason.WRITE_CONFLICT) {
        throw failure;
      }
      LOG.info("{} was published by another instance", book.ref());
    }
  }

  /// Reads what was published since.
  public synchronized void refresh() {
    if (table.size() > readVersion) {
      readNew();
    }
  }

  private synchronized void readNew() {
    var all = new ArrayList<>(versions);
    for (var entry : table.since(INSTALLATION, bookId, readVersion)) {
      parse(entry).ifPresent(all::add);
      readVersion = entry.version();
    }
    versions = List.copyOf(all);
  }

  /* A newer release may have published what this one can't read. It goes on with what it can, and
  says so; the same release's quota and ingest could not rate with it either. */
  private static Optional<PublishedBook> parse(Entry entry) {
    try {
      var book = PriceBook.parse(entry.content().getBytes(StandardCharsets.UTF_8));
      return Optional.of(new PublishedBook(book, entry.content(), entry.writeTime()));
    } catch (PriceBookInvalid invalid) {
      LOG.error("{}@{} can't be read and is left out", entry.id(), entry.version(), invalid);
      return Optional.empty();
    }
  }

  /// Oldest first; at least one.
  public List<PublishedBook> versions() {
    return versions;
  }

  public PublishedBook newest() {
    return versions.getLast();
  }

  /// The given version.
  public Optional<PublishedBook> version(long version) {
    return versions.stream().filter(each -> each.book().version() == version).findFirst();
  }
}
