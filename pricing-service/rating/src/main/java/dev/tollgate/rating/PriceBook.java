package dev.tollgate.rating;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What units cost, and since when: an immutable list of models and their prices, compiled for
/// rating. Safe for concurrent use.
public final class PriceBook {
  /// Changes whenever the same book and call may give another charge.
  public static final String ENGINE_VERSION = "1";

  private static final int NAME_SHOWN_MAX = 64;
  private static final Bucket[] BUCKETS = Bucket.values();

  private record Known(Model model, Tariff tariff) {}

  private final String id;
  private final long version;
  private final String currency;
  private final List<Model> models;
  private final String ref;
  private final Map<String, Map<String, Known>> byProvider = new HashMap<>();

  /// Takes models that keep the rules of `BookRules`, in canonical order.
  PriceBook(String id, long version, String currency, List<Model> models) {
    this.id = id;
    this.version = version;
    this.currency = currency;
    this.models = models;
    this.ref = id + "@" + version;
    for (var model : models) {
      var names = byProvider.computeIfAbsent(model.provider(), provider -> new HashMap<>());
      var known = new Known(model, new Tariff(model));
      names.put(model.name(), known);
      model.aliases().forEach(alias -> names.put(alias, known));
    }
  }

  /// Reads a book from JSON, canonical or not.
  ///
  /// @throws PriceBookInvalid naming every mistake, up to a limit
  public static PriceBook parse(byte[] json) throws PriceBookInvalid {
    return BookReader.read(json);
  }

  /// The canonical JSON, UTF-8: equal books print the same bytes, and `parse` reads them back.
  public byte[] print() {
    return BookPrinter.print(this).getBytes(StandardCharsets.UTF_8);
  }

  public String id() {
    return id;
  }

  public long version() {
    return version;
  }

  /// How answers and rows name it: `default@1`.
  public String ref() {
    return ref;
  }

  public String currency() {
    return currency;
  }

  /// By provider, then name.
  public List<Model> models() {
    return models;
  }

  /// The same prices under another version.
  public PriceBook withVersion(long other) {
    return new PriceBook(id, other, currency, models);
  }

  /// The model that a provider bills under this name or alias.
  public Optional<Model> model(String provider, String name) {
    return Optional.ofNullable(known(provider, name)).map(Known::model);
  }

  /// What the call costs, exactly; a status where that is not known.
  ///
  /// @throws Failure AMOUNT_UNREPRESENTABLE where the cost is above 9.2 million units
  public Charge rate(Call call) {
    var usage = call.usage();
    if (usage.isMissing()) {
      return unknown(ChargeStatus.USAGE_MISSING, List.of());
    }
    var known = known(call.provider(), call.model());
    return known == null
        ? unknown(ChargeStatus.UNPRICED_MODEL, List.of())
        : rate(call, usage, known.tariff());
  }

  private Charge rate(Call call, Usage usage, Tariff tariff) {
    var tier = Tariff.tier(call.serviceTier());
    var inputTokens = usage.inputTokens();
    var lines = new ArrayList<Charge.Line>(4);
    var unpriced = new ArrayList<Bucket>(0);
    var free = true;
    var rounded = false;
    long cost = 0;
    for (var bucket : BUCKETS) {
      var quantity = usage.quantity(bucket);
      if (quantity == 0) {
        continue;
      }
      var row = tariff.find(bucket, tier, call.region(), call.time(), inputTokens);
      if (row == null) {
        unpriced.add(bucket);
        continue;
      }
      try {
        var picos = row.picos(quantity);
        cost = Math.addExact(cost, picos);
        lines.add(new Charge.Line(bucket, quantity, row.priceId(), new Picos(picos)));
      } catch (ArithmeticException e) {
        throw tooLarge(bucket, quantity, row);
      }
      free &= row.amountPicos() == 0;
      rounded |= row.rounds(quantity);
    }
    if (!unpriced.isEmpty()) {
      return unknown(ChargeStatus.UNPRICED_BUCKET, List.copyOf(unpriced));
    }
    var total = new Picos(cost);
    var status = free ? ChargeStatus.PRICED_ZERO : ChargeStatus.PRICED;
    return new Charge(status, currency, total, total, rounded, List.copyOf(lines), ref, List.of());
  }

  /// The most that a call within the bounds can cost.
  ///
  /// @throws Failure MODEL_UNKNOWN, BUCKET_UNPRICED, AMOUNT_UNREPRESENTABLE
  public Estimate ceiling(Ask ask) {
    var known = known(ask.provider(), ask.model());
    if (known == null) {
      throw Failure.of(
          Reason.MODEL_UNKNOWN,
          "no price for model %s of provider %s in %s"
              .formatted(clip(ask.model()), clip(ask.provider()), ref));
    }
    return Estimate.of(ask, known.tariff(), currency, ref);
  }

  /// A caller's name, cut where it is longer than names are.
  static String clip(String name) {
    return name.length() <= NAME_SHOWN_MAX ? name : name.substring(0, NAME_SHOWN_MAX) + "...";
  }

  private @Nullable Known known(String provider, String model) {
    var names = byProvider.get(provider);
    return names == null ? null : names.get(model);
  }

  private Charge unknown(ChargeStatus status, List<Bucket> unpriced) {
    return new Charge(status, currency, Picos.ZERO, Picos.ZERO, false, List.of(), ref, unpriced);
  }

  private static Failure tooLarge(Bucket bucket, long quantity, Tariff.Row row) {
    return Failure.of(
        Reason.AMOUNT_UNREPRESENTABLE,
        "%d %s at price %s costs more than 9223372 units of its currency"
            .formatted(quantity, bucket, row.priceId()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PriceBook book
        && ref.equals(book.ref)
        && currency.equals(book.currency)
        && models.equals(book.models);
  }

  @Override
  public int hashCode() {
    return ref.hashCode();
  }

  @Override
  public String toString() {
    return ref;
  }
}
