package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.failure.Failure;

/// Makes a price book of a collection of prices that others publish. Pure: equal bytes give equal
/// books and reports.
public final class Gathering {
  private Gathering() {}

  /// As below, in the format that the content shows.
  ///
  /// @throws Failure FIELD_INVALID where the bytes are neither
  public static Gathered gather(byte[] file, Known known) {
    var root = CollectionFile.read(file);
    if (root.isObject()) {
      return gather(Format.LITELLM, root, known);
    }
    if (root.isArray()) {
      return gather(Format.GENAI_PRICES, root, known);
    }
    throw Failure.invalid(
        "file", "is neither an object of models (LiteLLM) nor a list of providers (genai-prices)");
  }

  /// As below, with nothing known beside the bytes.
  public static Gathered gather(Format format, byte[] file) {
    return gather(format, file, Known.NOTHING);
  }

  /// Everything in the collection that a book can hold, and a report of the rest. Nothing is
  /// guessed: what contradicts itself, has no bucket or is no exact price is left out and named.
  ///
  /// @throws Failure FIELD_INVALID where the bytes are not JSON of that format, or too many
  public static Gathered gather(Format format, byte[] file, Known known) {
    return gather(format, CollectionFile.read(file), known);
  }

  private static Gathered gather(Format format, JsonNode root, Known known) {
    var origin = known.origin().isEmpty() ? format.origin() : known.origin();
    var binder = new Binder(format);
    switch (format) {
      case LITELLM -> new LiteLlm(binder, origin).read(root);
      case GENAI_PRICES -> new GenaiPrices(binder, origin, known.names()).read(root);
    }
    return binder.bind();
  }
}
