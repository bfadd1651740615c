package dev.tollgate.pricing.draft;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.pricing.publish.PublishedBook;
import dev.tollgate.pricing.publish.PublishedBooks;
import dev.tollgate.rating.PriceBook;

/// How much of published books there may be: every instance of every service that prices holds
/// those in use in memory, and this one all.
///
/// @param books of the installation; a tenant has one contract
/// @param tenantBytes of all versions of a tenant's contract together
/// @param installationBytes of all versions of all books of the installation
public record Limits(
    PublishedBooks published, int books, long tenantBytes, long installationBytes) {
  /// What a version may have, in its canonical text; what reads it takes no more.
  static final int BOOK_BYTES_MAX = 16 << 20;

  private static final int BOOKS_MAX = 100;
  private static final long TENANT_BYTES_MAX = 32L << 20;
  private static final long INSTALLATION_BYTES_MAX = 512L << 20;

  public static Limits usual(PublishedBooks published) {
    return new Limits(published, BOOKS_MAX, TENANT_BYTES_MAX, INSTALLATION_BYTES_MAX);
  }

  /// Whether the book may come on top; LIMIT_REACHED where it may not.
  void check(String tenant, PriceBook book) {
    long bytes = book.print().length;
    if (bytes > BOOK_BYTES_MAX) {
      throw reached("%d bytes of one version".formatted(BOOK_BYTES_MAX));
    }
    var ours = published.all().stream().filter(each -> each.tenant().equals(tenant)).toList();
    if (tenant.isEmpty()
        && ours.stream().noneMatch(each -> each.id().equals(book.id()))
        && ours.stream().map(PublishedBook::id).distinct().count() >= books) {
      throw reached(books + " books");
    }
    for (var each : ours) {
      bytes += each.content().length();
    }
    var most = tenant.isEmpty() ? installationBytes : tenantBytes;
    if (bytes > most) {
      throw reached("%d bytes of all versions together".formatted(most));
    }
  }

  private static Failure reached(String what) {
    return Failure.of(Reason.LIMIT_REACHED, what + " are the most that there may be");
  }
}
