package dev.tollgate.rating;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Price books that stand on each other, ready for rating: a tenant's contract on its
/// organisation's, and both on the default book. What an upper book doesn't price, the next below
/// does. Safe for concurrent use.
public final class PriceStack {
  /// Changes whenever the same books and call may give another charge.
  public static final String ENGINE_VERSION = "2";

  /// How many books a stack may have.
  public static final int BOOKS_MAX = 4;

  private static final int NAME_SHOWN_MAX = 64;

  private final List<PriceBook> books;
  private final String ref;
  private final String currency;
  private final Rater rater;

  /// Of a single book, by the model itself: its contents are large to compare.
  private final IdentityHashMap<Model, Tariff> single = new IdentityHashMap<>();

  /// Of several, by provider and the model's name in each: compiled when first asked for, and no
  /// more than the books have combinations of models.
  private final Map<List<String>, Tariff> combined = new ConcurrentHashMap<>();

  private PriceStack(List<PriceBook> books) {
    this.books = books;
    this.ref = books.stream().map(PriceBook::ref).collect(Collectors.joining("+"));
    this.currency = books.getFirst().currency();
    this.rater = new Rater(currency, ref);
    if (books.size() == 1) {
      var book = books.getFirst();
      for (var model : book.models()) {
        single.put(model, new Tariff(List.of(new Tariff.Level(0, book, model)), books));
      }
    }
  }

  /// The books, standing on each other.
  ///
  /// @param books uppermost first, at least one
  /// @throws Failure CURRENCY_MISMATCH where they count in different currencies
  public static PriceStack of(List<PriceBook> books) {
    for (var book : books) {
      if (!book.currency().equals(books.getFirst().currency())) {
        throw Failure.of(
            Reason.CURRENCY_MISMATCH,
            "book %s is in %s, and book %s on top of it in %s"
                .formatted(
                    book.ref(),
                    book.currency(),
                    books.getFirst().ref(),
                    books.getFirst().currency()));
      }
    }
    return new PriceStack(List.copyOf(books));
  }

  public static PriceStack of(PriceBook book) {
    return of(List.of(book));
  }

  /// Uppermost first.
  public List<PriceBook> books() {
    return books;
  }

  /// How answers and rows name it: `default@1`, or `acme@2+default@1`.
  public String ref() {
    return ref;
  }

  public String currency() {
    return currency;
  }

  /// What the call costs.
  ///
  /// @throws Failure AMOUNT_UNREPRESENTABLE where the cost is above 9.2 million units
  public Charge rate(Call call) {
    if (call.usage().isMissing()) {
      return rater.unknown(call, ChargeStatus.USAGE_MISSING);
    }
    var tariff = tariff(call.provider(), call.model());
    if (tariff == null) {
      return rater.unknown(call, ChargeStatus.UNPRICED_MODEL);
    }
    try {
      return rater.rate(call, tariff);
    } catch (ArithmeticException e) {
      throw Failure.of(
          Reason.AMOUNT_UNREPRESENTABLE, "the call costs more than 9223372 units of its currency");
    }
  }

  /// The most that a call within the bounds can cost.
  ///
  /// @throws Failure MODEL_UNKNOWN, BUCKET_UNPRICED, AMOUNT_UNREPRESENTABLE
  public Estimate ceiling(Ask ask) {
    var tariff = tariff(ask.provider(), ask.model());
    if (tariff == null) {
      throw Failure.of(
          Reason.MODEL_UNKNOWN,
          "no price for model %s of provider %s in %s"
              .formatted(clip(ask.model()), clip(ask.provider()), ref));
    }
    return Estimate.of(ask, tariff, currency, ref);
  }

  /// The most that a call within the bounds can cost if its model costs no more than the dearest
  /// that is priced: of its provider, or of all where the provider is not known. For calls of
  /// models without a price. Looks at every model.
  ///
  /// @throws Failure MODEL_UNKNOWN where nothing has a price for such a call,
  ///   AMOUNT_UNREPRESENTABLE
  public Estimate dearest(Ask ask) {
    var models = books.stream().flatMap(book -> book.models().stream()).toList();
    var ofProvider =
        models.stream().filter(model -> model.provider().equals(ask.provider())).toList();
    var tariffs =
        (ofProvider.isEmpty() ? models : ofProvider)
            .stream()
                .flatMap(model -> Stream.ofNullable(tariff(model.provider(), model.name())))
                .toList();
    return Estimate.dearest(ask, tariffs, currency, ref)
        .orElseThrow(() ->
            Failure.of(
                Reason.MODEL_UNKNOWN,
                "no price for model %s of provider %s, nor for any other that takes such a call, in %s"
                    .formatted(clip(ask.model()), clip(ask.provider()), ref)));
  }

  /// The price of a bucket at an instant for a call with so much input; empty where there is none.
  public Optional<Price> price(
      String provider,
      String model,
      String serviceTier,
      String region,
      Bucket bucket,
      Instant time,
      long inputTokens) {
    var tariff = tariff(provider, model);
    var plan = tariff == null ? null : tariff.plan(Tariff.tier(serviceTier), region);
    var row = plan == null ? null : plan.find(bucket, time, inputTokens);
    return Optional.ofNullable(row).map(Row::price);
  }

  /// What each book knows a model under this name as, by the book's reference; a book that does not
  /// know it is left out.
  public Map<String, Match> matches(String provider, String name) {
    var matches = new LinkedHashMap<String, Match>();
    var canonical = canonical(provider, name);
    for (var book : books) {
      book.match(provider, name)
          .or(() -> canonical == null ? Optional.empty() : book.match(provider, canonical))
          .ifPresent(match -> matches.put(book.ref(), match));
    }
    return matches;
  }

  private @Nullable Tariff tariff(String provider, String name) {
    if (books.size() == 1) {
      var model = books.getFirst().model(provider, name);
      return model == null ? null : single.get(model);
    }
    var canonical = canonical(provider, name);
    if (canonical == null) {
      return null;
    }
    var names = new String[books.size() + 1];
    names[0] = provider;
    for (int depth = 0; depth < books.size(); depth++) {
      var model = model(books.get(depth), provider, name, canonical);
      names[depth + 1] = model == null ? "" : model.name();
    }
    var known = combined.get(Arrays.asList(names));
    return known == null ? combine(List.of(names), name, canonical) : known;
  }

  private Tariff combine(List<String> names, String name, String canonical) {
    var levels = new ArrayList<Tariff.Level>();
    for (int depth = 0; depth < books.size(); depth++) {
      var book = books.get(depth);
      var model = model(book, names.getFirst(), name, canonical);
      if (model != null) {
        levels.add(new Tariff.Level(depth, book, model));
      }
    }
    return combined.computeIfAbsent(names, key -> new Tariff(levels, books));
  }

  private static @Nullable Model model(
      PriceBook book, String provider, String name, String canonical) {
    var model = book.model(provider, name);
    return model == null ? book.model(provider, canonical) : model;
  }

  /* The name in the lowest book that knows it: a contract that names only it holds for its aliases
  too. */
  private @Nullable String canonical(String provider, String name) {
    for (var book : books.reversed()) {
      var model = book.model(provider, name);
      if (model != null) {
        return model.name();
      }
    }
    return null;
  }

  /// A caller's name, cut where it is longer than names are.
  static String clip(String name) {
    return name.length() <= NAME_SHOWN_MAX ? name : name.substring(0, NAME_SHOWN_MAX) + "...";
  }

  @Override
  public String toString() {
    return ref;
  }
}
