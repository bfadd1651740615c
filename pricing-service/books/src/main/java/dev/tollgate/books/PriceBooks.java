package dev.tollgate.books;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.Watch;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Shelf;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The price books that pricing-service has published, in memory: the newest for new calls, older
/// ones for what was priced with them. They stay in use while pricing-service is away. Safe for
/// concurrent use.
public final class PriceBooks {
  private static final Logger LOG = LoggerFactory.getLogger(PriceBooks.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private volatile Shelf shelf = Shelf.EMPTY;

  /// Starts to take what pricing-service publishes, until the result is closed; does not wait for
  /// the first book.
  public AutoCloseable follow(Peer pricing) {
    return Watch.open(
        pricing.channel(),
        PricingServiceGrpc.getWatchPriceBooksMethod(),
        WatchPriceBooksRequest.getDefaultInstance(),
        this::accept);
  }

  /// Takes a book: a tenant's contract, or one of the installation where the tenant is empty.
  public synchronized void add(PriceBook book, String tenant) {
    shelf = shelf.with(book, tenant);
    LOG.info("price book {}", book.ref());
  }

  /// Whether a book has arrived.
  public boolean isReady() {
    return shelf.stack("").isPresent();
  }

  /// What a tenant's new calls are priced with; empty until the first book has come.
  public Optional<PriceStack> current(String tenant) {
    return shelf.stack(tenant);
  }

  /// The same; SERVICE_UNAVAILABLE before the first book has arrived.
  public PriceStack newest(String tenant) {
    return current(tenant).orElseThrow(PriceBooks::none);
  }

  /// The books of those names and versions; SERVICE_UNAVAILABLE where they have not arrived.
  public PriceStack get(String ref) {
    return shelf.byRef(ref).orElseThrow(PriceBooks::none);
  }

  private void accept(WatchPriceBooksResponse published) {
    try {
      add(PriceBook.parse(published.getContent().toByteArray()), published.getTenantId());
    } catch (PriceBookInvalid invalid) {
      LOG.error(
          "price book {}@{} can't be used; the one before stays",
          published.getPriceBookId(),
          published.getVersion(),
          invalid);
    }
  }

  private static Failure none() {
    return Failure.retryable(
        Reason.SERVICE_UNAVAILABLE, "the price book has not arrived from pricing", RETRY_AFTER);
  }
}
