package dev.tollgate.pricing.ship;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.pricing.compare.Quarantine;
import dev.tollgate.pricing.compare.Suspect;
import dev.tollgate.pricing.draft.Drafts;
import dev.tollgate.pricing.publish.PublishedBooks;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.time.TimeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Publishes the book of the release where its prices never were before; what would be in
/// quarantine becomes a draft instead, for an operator to decide on.
public final class ShippedBook {
  private static final Logger LOG = LoggerFactory.getLogger(ShippedBook.class);
  private static final String ACTOR = "release";
  private static final int ATTEMPTS_MAX = 100;
  private static final int DIGITS = 12;

  private final PublishedBooks books;
  private final Drafts drafts;
  private final TimeSource time;

  public ShippedBook(PublishedBooks books, Drafts drafts, TimeSource time) {
    this.books = books;
    this.drafts = drafts;
    this.time = time;
  }

  /// Of several instances that start together one publishes. Blocks.
  public void publish(PriceBook shipped) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      try {
        books.refresh();
        if (!wasPublished(shipped)) {
          publishOrDraft(shipped);
        }
        return;
      } catch (Failure failure) {
        if (failure.reason() != Reason.WRITE_CONFLICT) {
          throw failure;
        }
        LOG.info("{} was published by another instance", shipped.id());
      }
    }
    throw Failure.of(Reason.WRITE_CONFLICT, "the shipped price book could not be published");
  }

  private boolean wasPublished(PriceBook shipped) {
    return books.all().stream()
        .anyMatch(each -> shipped.withVersion(each.version()).equals(each.book()));
  }

  private void publishOrDraft(PriceBook shipped) {
    var suspects =
        books
            .newest(shipped.id())
            .map(newest -> Quarantine.of(newest.book(), shipped, time.now()))
            .orElse(List.of());
    if (suspects.isEmpty()) {
      var last = books.lastVersion(PublishedBooks.INSTALLATION, shipped.id());
      var _ = books.publish(PublishedBooks.INSTALLATION, shipped, last, ACTOR);
    } else {
      draft(shipped, suspects);
    }
  }

  /* One draft for these prices, ever: an operator who deleted it does not want them. */
  private void draft(PriceBook shipped, List<Suspect> suspects) {
    var id = "shipped-" + digest(shipped);
    try {
      if (!drafts.knows(PublishedBooks.INSTALLATION, id)) {
        var _ = drafts.create(PublishedBooks.INSTALLATION, id, shipped, ACTOR);
      }
    } catch (Failure full) {
      if (full.reason() != Reason.LIMIT_REACHED) {
        throw full;
      }
      LOG.warn("No room for the draft {}: {}", id, full.getMessage());
    }
    LOG.warn(
        "The book of this release is not published, because {} of its values are in quarantine;"
            + " {} stays in force. Review the draft {}. The first: {}",
        suspects.size(),
        shipped.id(),
        id,
        suspects.getFirst().description());
  }

  private static String digest(PriceBook book) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(book.withVersion(1).print());
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
