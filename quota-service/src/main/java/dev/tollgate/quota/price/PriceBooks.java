package dev.tollgate.quota.price;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Shelf;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The price books that pricing-service has published, in memory: the newest for new calls, older
/// ones for holds that were priced with them. Safe for concurrent use.
public final class PriceBooks {
  private static final Logger LOG = LoggerFactory.getLogger(PriceBooks.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private volatile Shelf shelf = Shelf.EMPTY;

  /// Takes a published book; one that can't be read is logged and passed over.
  public void accept(WatchPriceBooksResponse published) {
    try {
      add(PriceBook.parse(published.getContent().toByteArray()), published.getTenantId());
    } catch (PriceBookInvalid e) {
      LOG.error(
          "price book {}@{} can't be read; the books before it stay in force",
          published.getPriceBookId(),
          published.getVersion(),
          e);
    }
  }

  /// Takes a book: a tenant's contract, or one of the installation where the tenant is empty.
  public synchronized void add(PriceBook book, String tenant) {
    shelf = shelf.with(book, tenant);
  }

  /// Whether a book has arrived.
  public boolean isReady() {
    return shelf.stack("").isPresent();
  }

  /// What a tenant's new calls are priced with; SERVICE_UNAVAILABLE before the first has arrived.
  public PriceStack newest(String tenant) {
    return shelf.stack(tenant).orElseThrow(PriceBooks::none);
  }

  /// The books of those names and versions; SERVICE_UNAVAILABLE where they have not arrived.
  public PriceStack get(String ref) {
    return shelf.byRef(ref).orElseThrow(PriceBooks::none);
  }

  private static Failure none() {
    return Failure.retryable(
        Reason.SERVICE_UNAVAILABLE, "the price book has not arrived from pricing", RETRY_AFTER);
  }
}
