package dev.tollgate.cli.price;

import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.failure.Failure;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.rating.FxTable;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Shelf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Reads price books and exchange rates from files of one's own.
public final class BookFiles {
  /// One more than a book may have: enough to be told that it is too large.
  private static final int BYTES_MAX = (16 << 20) + 1;

  private BookFiles() {}

  /// The books, standing on each other; on the shipped default book where there are none, or where
  /// one of them says that `default` is its base.
  ///
  /// @param files uppermost first
  /// @param noDefault whether the shipped book stays out whatever they say
  /// @throws Problem naming everything that is wrong with them
  public static PriceStack stack(List<Path> files, boolean noDefault) {
    var books = new ArrayList<PriceBook>();
    var wrong = new ArrayList<String>();
    for (var file : files) {
      try {
        books.add(PriceBook.parse(bytes(file)));
      } catch (PriceBookInvalid e) {
        wrong.add(problems("price book", file, e));
      }
    }
    if (!wrong.isEmpty()) {
      throw new Problem(String.join("\n", wrong));
    }
    var ids = books.stream().map(PriceBook::id).toList();
    if (ids.stream().distinct().count() < ids.size()) {
      throw new Problem("the books " + ids + " are to have an id each: leave all but one out");
    }
    var wantsDefault =
        books.isEmpty() || books.stream().anyMatch(book -> book.base().equals(Shelf.DEFAULT));
    if (wantsDefault && !noDefault && !ids.contains(Shelf.DEFAULT)) {
      books.add(DefaultBook.read());
    }
    checkBases(books, noDefault);
    if (books.size() > PriceStack.BOOKS_MAX) {
      throw new Problem("at most " + PriceStack.BOOKS_MAX + " books can stand on each other");
    }
    try {
      return PriceStack.of(books);
    } catch (Failure currencies) {
      throw new Problem(String.valueOf(currencies.getMessage()), currencies);
    }
  }

  /// A contract without the book that it stands on would leave prices out in silence.
  private static void checkBases(List<PriceBook> books, boolean noDefault) {
    for (var book : books) {
      var base = book.base();
      if (!base.isEmpty()
          && !(noDefault && base.equals(Shelf.DEFAULT))
          && books.stream().noneMatch(other -> other.id().equals(base))) {
        throw new Problem(
            "book " + book.id() + " stands on " + base + ": give that one too, with --book");
      }
    }
  }

  /// The rates in the file.
  ///
  /// @throws Problem naming everything that is wrong with it
  public static FxTable rates(Path file) {
    try {
      return FxTable.parse(bytes(file));
    } catch (PriceBookInvalid e) {
      throw new Problem(problems("table of exchange rates", file, e));
    }
  }

  private static String problems(String kind, Path file, PriceBookInvalid invalid) {
    var all = invalid.problems();
    var last = all.size() < PriceBookInvalid.PROBLEMS_MAX ? "" : "\n(there may be more)";
    return all.stream()
        .map(PriceBookInvalid.Problem::toString)
        .collect(Collectors.joining("\n", file + " is no valid " + kind + ":\n", last));
  }

  private static byte[] bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(BYTES_MAX);
    } catch (IOException e) {
      throw new Problem("can't read " + file + ": check that it is there and readable", e);
    }
  }
}
