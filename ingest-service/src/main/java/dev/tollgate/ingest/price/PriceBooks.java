package dev.tollgate.ingest.price;

import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.Watch;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Shelf;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The books that pricing-service has told of. Safe for concurrent use.
public final class PriceBooks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PriceBooks.class);

  private volatile Shelf shelf = Shelf.EMPTY;
  private final Watch<WatchPriceBooksRequest, WatchPriceBooksResponse> watch;

  private PriceBooks(Peer pricing) {
    this.watch =
        Watch.open(
            pricing.channel(),
            PricingServiceGrpc.getWatchPriceBooksMethod(),
            WatchPriceBooksRequest.getDefaultInstance(),
            this::take);
  }

  /// Starts to follow the books; does not wait for the first.
  public static PriceBooks watch(Peer pricing) {
    return new PriceBooks(pricing);
  }

  /// What a tenant's calls are rated with; empty until the first book has come. Books stay in use
  /// while pricing-service is away.
  public Optional<PriceStack> current(String tenant) {
    return shelf.stack(tenant);
  }

  public boolean isReady() {
    return shelf.stack("").isPresent();
  }

  private synchronized void take(WatchPriceBooksResponse published) {
    try {
      var book = PriceBook.parse(published.getContent().toByteArray());
      shelf = shelf.with(book, published.getTenantId());
      LOG.info("price book {}", book.ref());
    } catch (PriceBookInvalid invalid) {
      LOG.error(
          "price book {}@{} can't be used; the one before stays",
          published.getPriceBookId(),
          published.getVersion(),
          invalid);
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
