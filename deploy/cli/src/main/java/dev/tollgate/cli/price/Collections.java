package dev.tollgate.cli.price;

import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.failure.Failure;
import dev.tollgate.pricing.gather.Comparison;
import dev.tollgate.pricing.gather.Disagreement;
import dev.tollgate.pricing.gather.Gathered;
import dev.tollgate.pricing.gather.Gathering;
import dev.tollgate.pricing.gather.Known;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.rating.PriceBook;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Others' collections of prices, read from files and compared with each other and with the default
/// book.
public final class Collections {
  private static final int BYTES_MAX = (16 << 20) + 1;

  private final List<Gathered> gathered = new ArrayList<>();

  /// Reads one more.
  ///
  /// @throws Problem where the file can't be read or is no such collection
  public void read(Path file, String origin) {
    try {
      var named = origin.isEmpty() ? String.valueOf(file.getFileName()) : origin;
      gathered.add(Gathering.gather(bytes(file), new Known(named, List.of())));
    } catch (Failure invalid) {
      throw new Problem(file + ": " + invalid.getMessage(), invalid);
    }
  }

  /// The bytes of a file, up to just more than is taken.
  ///
  /// @throws Problem where it can't be read
  public static byte[] bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(BYTES_MAX);
    } catch (IOException e) {
      throw new Problem("can't read " + file + ": check that it is there and readable", e);
    }
  }

  /// Says of each what was taken and what was refused, then where they and the default book differ.
  ///
  /// @param at the instant whose prices are compared
  /// @param all list every refusal and disagreement, not only how many there are
  public void print(PrintWriter out, Instant at, boolean all) {
    for (var each : gathered) {
      var report = each.report();
      out.println(report);
      report
          .countByRule()
          .forEach((rule, count) -> out.printf("  %6d  %s: %s%n", count, rule.name(), rule));
      if (all) {
        report.refused().forEach(refusal -> out.println("  refused " + refusal));
      }
    }
    var found = Comparison.of(books(), at);
    out.printf(
        "Disagreements with each other and with the default book: %d, by 10 times or more: %d%n",
        found.size(), found.stream().filter(each -> each.differsBy(10)).count());
    found.stream().filter(each -> all || each.differsBy(10)).forEach(each -> print(out, each));
  }

  private static void print(PrintWriter out, Disagreement each) {
    out.printf(
        "  %s/%s %s%s%s%s %s%n",
        each.provider(),
        each.model(),
        each.bucket(),
        each.serviceTier().isEmpty() ? "" : " " + each.serviceTier(),
        each.region().isEmpty() ? "" : " " + each.region(),
        each.aboveTokens() == 0 ? "" : " from " + each.aboveTokens() + " tokens",
        each.amounts());
  }

  /* Of two files of one kind the later has the higher version. */
  private List<PriceBook> books() {
    var books = new ArrayList<PriceBook>();
    for (int i = 0; i < gathered.size(); i++) {
      books.add(gathered.get(i).book().withVersion(i + 1));
    }
    books.add(DefaultBook.read());
    return books;
  }

  /// Writes the book of the only collection.
  ///
  /// @throws Problem where it can't be written
  public void write(Path file) {
    try {
      Files.write(file, gathered.getFirst().book().print());
    } catch (IOException e) {
      throw new Problem("can't write " + file + ": check that its folder is there", e);
    }
  }
}
