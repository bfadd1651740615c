package dev.tollgate.pricing.compare;

import dev.tollgate.pricing.compare.Suspect.Cause;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Multiplier;
import dev.tollgate.rating.Price;
import dev.tollgate.rating.PriceBook;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds what of a draft a person has to look at: leaps, absurd values, and what has vanished.
public final class Quarantine {
  /*
   * Two books are asked for the same prices, as calls would ask: under each name of a model, for
   * each price of either book, at an instant and a size of input at which that price holds. So it
   * does not matter how entries are called or divided, only what calls would pay.
   */
  private static final BigDecimal TOKENS_MAX = BigDecimal.valueOf(1_000);

  private record Slot(String provider, String model, String bucket, String tier, String region) {}

  private final PriceBook before;
  private final PriceBook draft;
  private final Sample old;
  private final Sample next;
  private final Map<Object, Suspect> found = new LinkedHashMap<>();

  private Quarantine(PriceBook before, PriceBook draft, Instant now) {
    this.before = before;
    this.draft = draft;
    this.old = new Sample(before, now);
    this.next = new Sample(draft, now);
  }

  /// Of the first version of a book: there is nothing to compare it with.
  public static List<Suspect> of(PriceBook draft) {
    return List.copyOf(excessive(draft, Set.of()));
  }

  /// In the order in which they are found, which is the books'.
  ///
  /// @param now at which prices are compared that hold without a beginning or an end
  public static List<Suspect> of(PriceBook before, PriceBook draft, Instant now) {
    var quarantine = new Quarantine(before, draft, now);
    before.models().forEach(quarantine::compare);
    quarantine.compareMultipliers();
    var known =
        before.models().stream()
            .flatMap(model -> excessive(model, Set.of()))
            .collect(Collectors.toSet());
    excessive(draft, known).forEach(each -> quarantine.found.put(each, each));
    return List.copyOf(quarantine.found.values());
  }

  private static Collection<Suspect> excessive(PriceBook draft, Set<Suspect> known) {
    return draft.models().stream().flatMap(model -> excessive(model, known)).toList();
  }

  private static Stream<Suspect> excessive(Model model, Set<Suspect> known) {
    return model.prices().stream()
        .filter(price -> UnitValue.isOfTokens(price.bucket()))
        .filter(price -> UnitValue.of(price, BigDecimal.ONE).most().isAbove(TOKENS_MAX))
        .map(price ->
            suspect(
                Cause.EXCESSIVE,
                model,
                price,
                "",
                UnitValue.of(price, BigDecimal.ONE).most().text()))
        .filter(suspect -> !known.contains(suspect));
  }

  private static Suspect suspect(
      Cause cause, Model model, Price price, String before, String after) {
    return new Suspect(
        cause,
        model.provider(),
        model.name(),
        price.bucket().bucketName(),
        price.serviceTier(),
        price.region(),
        price.id(),
        before,
        after);
  }

  /* Another name than the first is of interest only where it leads elsewhere. */
  private void compare(Model model) {
    var seen = new HashSet<Model>();
    for (var name : names(model)) {
      var match = draft.match(model.provider(), name);
      if (match.isEmpty()) {
        var gone =
            new Suspect(Cause.VANISHED, model.provider(), name, "", "", "", model.name(), "", "");
        found.put(gone, gone);
      } else if (seen.add(match.get().model())) {
        Stream.concat(model.prices().stream(), match.get().model().prices().stream())
            .forEach(price -> compare(model, name, price));
      }
    }
  }

  /// Names of calls that the model is for: of its prefixes and patterns one each.
  private static List<String> names(Model model) {
    var names = new ArrayList<String>();
    names.add(model.name());
    names.addAll(model.aliases());
    names.addAll(model.prefixes());
    model
        .patterns()
        .forEach(pattern -> names.add(pattern.text().replace("*", "").replace('#', '0')));
    return names;
  }

  private void compare(Model model, String name, Price price) {
    var was = old.find(model.provider(), name, price);
    if (was.isEmpty()) {
      return;
    }
    var is = next.find(model.provider(), name, price);
    var named = new Model(model.provider(), name, List.of(), List.of(), List.of(), List.of());
    if (is.isEmpty() || (was.get().states(price) && !is.get().states(price))) {
      var key =
          new Slot(
              model.provider(),
              name,
              price.bucket().bucketName(),
              price.serviceTier(),
              price.region());
      found.putIfAbsent(
          key, suspect(Cause.VANISHED, named, price, was.get().value().most().text(), ""));
    } else if (was.get().value().leapsTo(is.get().value())) {
      var leap = leap(named, price, was.get(), is.get());
      found.put(leap, leap);
    }
  }

  private static Suspect leap(Model named, Price asked, Sample.Found was, Sample.Found is) {
    return new Suspect(
        Cause.LEAP,
        named.provider(),
        named.name(),
        asked.bucket().bucketName(),
        asked.serviceTier(),
        asked.region(),
        is.price().id(),
        was.text(is.value()),
        is.text(was.value()));
  }

  private void compareMultipliers() {
    var gone = new LinkedHashMap<String, Multiplier>();
    before.multipliers().forEach(each -> gone.put(each.id(), each));
    for (var each : draft.multipliers()) {
      var was = gone.remove(each.id());
      if (was != null) {
        compareFactors(each, was.factor(), each.factor());
      } else if (each.isDiscount()) {
        compareFactors(each, BigDecimal.ONE, each.factor());
      }
    }
    for (var each : gone.values()) {
      if (each.isDiscount()) {
        compareFactors(each, each.factor(), BigDecimal.ONE);
      } else {
        add(Cause.VANISHED, each, each.factor().toPlainString(), "");
      }
    }
  }

  private void compareFactors(Multiplier multiplier, BigDecimal was, BigDecimal is) {
    if (UnitValue.ofFactor(was).leapsTo(UnitValue.ofFactor(is))) {
      add(Cause.LEAP, multiplier, was.toPlainString(), is.toPlainString());
    }
  }

  private void add(Cause cause, Multiplier multiplier, String was, String is) {
    var suspect =
        new Suspect(
            cause,
            multiplier.provider(),
            "",
            "",
            multiplier.serviceTier(),
            multiplier.region(),
            multiplier.id(),
            was,
            is);
    found.put(suspect, suspect);
  }
}
