package dev.tollgate.ingest.price;

import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.Watch;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest default book that pricing-service has told of. Safe for concurrent use.
public final class PriceBooks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PriceBooks.class);
  private static final String DEFAULT_BOOK = "default";

  private final AtomicReference<@Nullable PriceBook> newest = new AtomicReference<>();
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

  /// Empty until the first has come. A book stays in use while pricing-service is away.
  public Optional<PriceBook> current() {
    return Optional.ofNullable(newest.get());
  }

  private void take(WatchPriceBooksResponse published) {
    if (!published.getPriceBookId().equals(DEFAULT_BOOK)) {
      return;
    }
    try {
      var book = PriceBook.parse(published.getContent().toByteArray());
      newest.accumulateAndGet(book, PriceBooks::newer);
      LOG.info("price book {}", book.ref());
    } catch (PriceBookInvalid invalid) {
      LOG.error(
          "price book {}@{} can't be used; the one before stays",
          published.getPriceBookId(),
          published.getVersion(),
          invalid);
    }
  }

  private static PriceBook newer(@Nullable PriceBook known, PriceBook published) {
    return known == null || published.version() > known.version() ? published : known;
  }

  @Override
  public void close() {
    watch.close();
  }
}
