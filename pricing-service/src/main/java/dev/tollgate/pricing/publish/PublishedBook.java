package dev.tollgate.pricing.publish;

import dev.tollgate.rating.PriceBook;
import java.time.Instant;

/// A version of a book that was published, with the very text that was stored.
///
/// @param tenant whose contract it is; empty for a book of the installation
/// @param publisher the public name of the credential that published it
public record PublishedBook(
    PriceBook book, String tenant, String content, Instant publishTime, String publisher) {

  public String id() {
    return book.id();
  }

  public long version() {
    return book.version();
  }

  /// Whether it belongs to the installation and not to a tenant.
  public boolean isOfInstallation() {
    return tenant.isEmpty();
  }
}
