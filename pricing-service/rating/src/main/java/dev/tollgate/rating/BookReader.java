package dev.tollgate.rating;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reads a price book from JSON. A field that it does not know is a mistake: a book that says more
/// than this engine understands must not be rated as if it said less.
final class BookReader {
  /// The largest text that is read.
  static final int BYTES_MAX = 16 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxStringLength(10_000)
                          .maxNumberLength(32)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  static final String ID = "[a-z][a-z0-9-]{0,62}";
  private static final String NAME = "[!-~]([ -~]{0,254}[!-~])?";

  private final List<Problem> problems = new ArrayList<>();

  private BookReader() {}

  static PriceBook read(byte[] json) throws PriceBookInvalid {
    var reader = new BookReader();
    var book = reader.book(tree(json));
    BookRules.check(book, reader.problems);
    reader.check();
    return book;
  }

  static JsonNode tree(byte[] json) throws PriceBookInvalid {
    if (json.length > BYTES_MAX) {
      throw unreadable("%d bytes (expected: at most %d)".formatted(json.length, BYTES_MAX));
    }
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      throw unreadable(
          place == null
              ? "is not JSON: " + e.getOriginalMessage()
              : "is not JSON at line %d, column %d: %s"
                  .formatted(place.getLineNr(), place.getColumnNr(), e.getOriginalMessage()));
    } catch (IOException | NumberFormatException e) {
      // The latter comes of numbers such as 1e9999999999, whose exponent Jackson does not bound.
      throw unreadable("is not JSON: " + e.getMessage());
    }
  }

  private static PriceBookInvalid unreadable(String rule) {
    return new PriceBookInvalid(List.of(new Problem("book", "text", rule)));
  }

  private void check() throws PriceBookInvalid {
    if (!problems.isEmpty()) {
      throw new PriceBookInvalid(
          problems.subList(0, Math.min(problems.size(), PriceBookInvalid.PROBLEMS_MAX)));
    }
  }

  private PriceBook book(JsonNode node) throws PriceBookInvalid {
    var entry = new BookEntry("book", node, problems);
    var id = entry.text("id", ID, "a-z 0-9 -, starting with a letter");
    var version = entry.count("version", 1, 1L << 53);
    var currency = entry.text("currency", "[A-Z]{3}", "three capital letters");
    var base = entry.optionalText("base", ID, "the id of another book");
    if (!base.isEmpty() && base.equals(id)) {
      entry.reject("base", id + " (expected: another book than itself)");
    }
    var models = new ArrayList<Model>();
    for (var model : entry.list("models")) {
      models.add(model(model, models.size()));
      if (problems.size() >= PriceBookInvalid.PROBLEMS_MAX) {
        break;
      }
    }
    var terms = new TermsReader(problems);
    var multipliers = terms.multipliers(entry.optionalList("multipliers"));
    var commitments = terms.commitments(entry.optionalList("commitments"));
    entry.end();
    models.sort(BookPrinter.MODELS);
    check();
    return new PriceBook(
        id, version, base, currency, List.copyOf(models), multipliers, commitments);
  }

  private Model model(JsonNode node, int index) {
    var entry = new BookEntry("models[" + index + "]", node, problems);
    var provider = entry.text("provider", "[a-z0-9][a-z0-9._-]{0,62}", "a-z 0-9 . _ -");
    var name = entry.text("model", NAME, "1 to 256 printable ASCII characters");
    entry.rename(provider + "/" + name);
    var aliases = entry.texts("aliases", NAME, "1 to 256 printable ASCII characters");
    var prefixes = entry.texts("prefixes", NAME, "1 to 256 printable ASCII characters");
    var patterns = entry.globs("patterns");
    var prices = new ArrayList<Price>();
    for (var price : entry.list("prices")) {
      prices.add(price(price, entry.name() + " prices[" + prices.size() + "]"));
    }
    if (prices.isEmpty()) {
      entry.reject("prices", "is empty (expected: at least one price)");
    }
    entry.end();
    prices.sort(BookPrinter.PRICES);
    return new Model(
        provider,
        name,
        aliases.stream().sorted().toList(),
        prefixes.stream().sorted().toList(),
        patterns,
        List.copyOf(prices));
  }

  private Price price(JsonNode node, String place) {
    var entry = new BookEntry(place, node, problems);
    var id = entry.text("id", BookEntry.PRICE_ID, BookEntry.PRICE_ID_EXPECTED);
    entry.rename(id.isEmpty() ? place : id);
    var when = new WhenReader(entry.name(), problems);
    var price =
        new Price(
            id,
            entry.bucket("bucket"),
            entry.serviceTier(),
            entry.region(),
            when.contextTier(entry.object("context_tier")),
            when.schedule(entry.object("schedule")),
            when.volume(entry.object("volume")),
            when.allotment(entry.object("allotment")),
            entry.optionalFlag("net"),
            entry.count("unit_quantity", 1, 1_000_000_000_000L),
            entry.amount("amount"),
            entry.instant("from", Instant.MIN),
            entry.instant("to", Instant.MAX),
            entry.source());
    entry.checkInterval(price.from(), price.to());
    entry.end();
    return price;
  }

  /// An array without elements.
  static ArrayNode none() {
    return JsonNodeFactory.instance.arrayNode();
  }
}
