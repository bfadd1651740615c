package dev.tollgate.quota.price;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The price books that pricing-service has published, in memory: the newest for new calls, older
/// ones for holds that were priced with them. Safe for concurrent use.
public final class PriceBooks {
  private static final Logger LOG = LoggerFactory.getLogger(PriceBooks.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private record Known(Map<String, PriceBook> byRef, @Nullable PriceBook newest) {}

  private volatile Known known = new Known(Map.of(), null);

  /// Takes a published book; one that can't be read is logged and passed over.
  public synchronized void accept(WatchPriceBooksResponse published) {
    try {
      add(PriceBook.parse(published.getContent().toByteArray()));
    } catch (PriceBookInvalid e) {
      LOG.error(
          "price book {}@{} can't be read; the books before it stay in force",
          published.getPriceBookId(),
          published.getVersion(),
          e);
    }
  }

  /// Takes a book.
  public synchronized void add(PriceBook book) {
    var byRef = new HashMap<>(known.byRef());
    byRef.put(book.ref(), book);
    var newest = known.newest();
    known =
        new Known(
            Map.copyOf(byRef),
            newest == null || book.version() >= newest.version() ? book : newest);
  }

  /// Whether a book has arrived.
  public boolean isReady() {
    return known.newest() != null;
  }

  /// The book that new calls are priced with; SERVICE_UNAVAILABLE before the first has arrived.
  public PriceBook newest() {
    return Optional.ofNullable(known.newest()).orElseThrow(PriceBooks::none);
  }

  /// The book of that name and version; SERVICE_UNAVAILABLE where it has not arrived.
  public PriceBook get(String ref) {
    return Optional.ofNullable(known.byRef().get(ref)).orElseThrow(PriceBooks::none);
  }

  private static Failure none() {
    return Failure.retryable(
        Reason.SERVICE_UNAVAILABLE, "the price book has not arrived from pricing", RETRY_AFTER);
  }
}
