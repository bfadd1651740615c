package dev.tollgate.pricing.ship;

import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The book of list prices that this release ships.
public final class DefaultBook {
  private static final String RESOURCE = "/dev/tollgate/pricing/default-book.json";

  private DefaultBook() {}

  /// Its version says nothing: that is given when it is published.
  public static PriceBook read() {
    try {
      return PriceBook.parse(bytes());
    } catch (PriceBookInvalid invalid) {
      throw new IllegalStateException(RESOURCE, invalid);
    }
  }

  /// As it is published.
  public static byte[] bytes() {
    try (var in = DefaultBook.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
