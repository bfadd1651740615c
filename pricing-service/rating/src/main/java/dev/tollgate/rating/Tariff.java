package dev.tollgate.rating;

import dev.tollgate.rating.Charge.Applied;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The prices of one model in a stack of books, compiled for every service tier and region that any
/// of the books names for it.
final class Tariff {
  /*
   * Each price of each book becomes a row in every plan that it may hold in. Between two instants
   * at which a multiplier begins or ends the row's factor is the product of those that apply. The
   * list plans are made of the lowest book that knows the model, without discounts; where that is
   * the only book and has none, they are the plans themselves.
   */

  /// A book's entry for the model.
  ///
  /// @param depth of the book in its stack, 0 for the uppermost
  record Level(int depth, PriceBook book, Model model) {}

  private final Map<String, Map<String, Plan>> plans;
  private final Map<String, Map<String, Plan>> listPlans;
  private final List<Commitment> commitments;
  private final List<String> regions;

  /// @param levels uppermost first, at least one
  /// @param books of the whole stack, uppermost first
  Tariff(List<Level> levels, List<PriceBook> books) {
    var lowest = levels.getLast();
    var tiers = new TreeSet<String>(Set.of(""));
    var places = new TreeSet<String>(Set.of(""));
    for (var level : levels) {
      level
          .model()
          .prices()
          .forEach(price -> {
            tiers.add(price.serviceTier());
            places.add(price.region());
          });
    }
    for (var multiplier : books.stream().flatMap(book -> book.multipliers().stream()).toList()) {
      if (levels.stream().anyMatch(level -> concerns(multiplier, level.model()))) {
        tiers.add(multiplier.serviceTier());
        places.add(multiplier.region());
      }
    }
    this.regions = List.copyOf(places);
    this.plans = new HashMap<>();
    this.listPlans = new HashMap<>();
    var plain =
        levels.size() == 1
            && books.stream()
                .flatMap(book -> book.multipliers().stream())
                .noneMatch(
                    each -> each.isDiscount() || !lowest.book().multipliers().contains(each));
    for (var tier : tiers) {
      for (var place : places) {
        var plan = new Compiler(tier, place, books, false).plan(levels);
        plans.computeIfAbsent(tier, key -> new HashMap<>()).put(place, plan);
        var list = plain ? plan : new Compiler(tier, place, books, true).plan(List.of(lowest));
        listPlans.computeIfAbsent(tier, key -> new HashMap<>()).put(place, list);
      }
    }
    this.commitments =
        books.stream()
            .flatMap(book -> book.commitments().stream())
            .filter(each -> levels.stream().anyMatch(level -> each.covers(level.model())))
            .sorted(Commitment.DRAW_ORDER)
            .toList();
  }

  private static boolean concerns(Multiplier multiplier, Model model) {
    return model.prices().stream().anyMatch(price -> multiplier.concerns(model, price));
  }

  /// The prices for a service tier and region; null where no book lists the tier.
  @Nullable Plan plan(String serviceTier, String region) {
    return find(plans, serviceTier, region);
  }

  /// As `plan`, of list prices.
  @Nullable Plan listPlan(String serviceTier, String region) {
    return find(listPlans, serviceTier, region);
  }

  private static @Nullable Plan find(
      Map<String, Map<String, Plan>> plans, String serviceTier, String region) {
    var ofTier = plans.get(serviceTier);
    if (ofTier == null) {
      return null;
    }
    var ofRegion = ofTier.get(region);
    return ofRegion == null ? ofTier.get("") : ofRegion;
  }

  /// What is drawn by calls of the model, in the order of drawing.
  List<Commitment> commitments() {
    return commitments;
  }

  /// The regions that have a price of their own, and the empty one.
  List<String> regions() {
    return regions;
  }

  /// The service tier as books name it: standard is empty.
  static String tier(String serviceTier) {
    return serviceTier.equals("standard") ? "" : serviceTier;
  }

  /// Makes the plan of one service tier and region.
  private record Compiler(String tier, String region, List<PriceBook> books, boolean list) {
    Plan plan(List<Level> levels) {
      var rows = new ArrayList<Row>();
      for (var level : levels) {
        for (var price : level.model().prices()) {
          if ((price.serviceTier().equals(tier) || price.serviceTier().isEmpty())
              && (price.region().equals(region) || price.region().isEmpty())) {
            add(rows, level, price);
          }
        }
      }
      return new Plan(rows);
    }

    private void add(List<Row> rows, Level level, Price price) {
      var multipliers = multipliers(level, price);
      var instants =
          Stream.concat(
                  Stream.of(price.from(), price.to()),
                  multipliers.stream()
                      .flatMap(each -> Stream.of(each.from(), each.to()))
                      .filter(at -> at.isAfter(price.from()) && at.isBefore(price.to())))
              .distinct()
              .sorted()
              .toList();
      for (int i = 1; i < instants.size(); i++) {
        var from = instants.get(i - 1);
        var active = multipliers.stream().filter(each -> each.holdsAt(from)).toList();
        rows.add(row(level, price, active, from, instants.get(i)));
      }
    }

    private Row row(Level level, Price price, List<Multiplier> active, Instant from, Instant to) {
      var derived = !price.serviceTier().equals(tier);
      var applies = !derived || active.stream().anyMatch(each -> each.serviceTier().equals(tier));
      var factor =
          active.stream().map(Multiplier::factor).reduce(BigDecimal.ONE, BigDecimal::multiply);
      var ids = active.stream().map(Multiplier::id).sorted().toList();
      var applied = new Applied(price.id(), level.book().ref(), ids);
      return Row.of(price, level.depth(), derived, applies, from, to, factor, applied);
    }

    /// Those of the book itself and, except for list prices, of all above it.
    private List<Multiplier> multipliers(Level level, Price price) {
      return books.subList(list ? level.depth() : 0, level.depth() + 1).stream()
          .flatMap(book -> book.multipliers().stream())
          .filter(each -> !(list && each.isDiscount()))
          .filter(each -> each.holdsFor(tier, region) && each.concerns(level.model(), price))
          .toList();
    }
  }
}
