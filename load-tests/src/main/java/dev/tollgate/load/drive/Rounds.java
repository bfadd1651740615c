package dev.tollgate.load.drive;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// Rounds of all scenarios, without those during which the machine changed its speed.
///
/// @param <S> the scenarios
/// @param dropped how many did not count
public record Rounds<S>(List<Round<S>> kept, int dropped) {
  /// What one scenario reached in one round, and the processor time of the service and of its store
  /// that a call took.
  public record Rate(double perSecond, double serviceMicros, double storeMicros) {
    static final Rate NONE = new Rate(0, 0, 0);
  }

  /// One round: the floor right before and right after it, and what was measured.
  public record Round<S>(double floorBefore, double floorAfter, Map<S, Rate> rates) {
    public Round {
      rates = Map.copyOf(rates);
    }

    private double perSecond(S scenario) {
      return rates.getOrDefault(scenario, Rate.NONE).perSecond();
    }

    private double moved(double median) {
      return Math.max(Math.abs(floorBefore / median - 1), Math.abs(floorAfter / median - 1));
    }
  }

  /// Makes as many rounds as wanted, and for each that has to be dropped another, up to as many
  /// again. Where none counts, the calmest one does.
  ///
  /// @param tolerance how far the floor may lie from its median: 0.1 is 10 %
  /// @param measure is told the number of the round
  public static <S> Rounds<S> run(
      int wanted,
      double tolerance,
      DoubleSupplier floor,
      IntFunction<Map<S, Rate>> measure,
      Consumer<String> say) {
    var all = new ArrayList<Round<S>>();
    var kept = List.<Round<S>>of();
    var before = floor.getAsDouble();
    while (kept.size() < wanted && all.size() < 2 * wanted) {
      var rates = measure.apply(all.size() + 1);
      var after = floor.getAsDouble();
      all.add(new Round<>(before, after, rates));
      before = after;
      if (all.size() < wanted) {
        continue;
      }
      var median = median(all.stream().flatMapToDouble(Rounds::floors));
      kept = all.stream().filter(round -> round.moved(median) <= tolerance).toList();
      say.accept(
          "%d of %d rounds count: the floor moved by at most %.0f %% in them"
              .formatted(kept.size(), all.size(), 100 * tolerance));
      if (kept.isEmpty() && all.size() == 2 * wanted) {
        say.accept("The floor moved in every round: something else runs on this machine.");
        kept =
            all.stream().min(Comparator.comparingDouble(round -> round.moved(median))).stream()
                .toList();
      }
    }
    return new Rounds<>(kept, all.size() - kept.size());
  }

  private static DoubleStream floors(Round<?> round) {
    return DoubleStream.of(round.floorBefore(), round.floorAfter());
  }

  /// The median of some other figure of a scenario.
  public double median(S scenario, ToDoubleFunction<Rate> figure) {
    return median(
        kept.stream()
            .mapToDouble(
                round -> figure.applyAsDouble(round.rates().getOrDefault(scenario, Rate.NONE))));
  }

  /// The median of a scenario's calls per second.
  public double rate(S scenario) {
    return median(kept.stream().mapToDouble(round -> round.perSecond(scenario)));
  }

  /// The median of one scenario's rate as a part of another's, round by round.
  public double ratio(S part, S whole) {
    return median(
        kept.stream().mapToDouble(round -> round.perSecond(part) / round.perSecond(whole)));
  }

  public static double median(DoubleStream values) {
    var sorted = values.sorted().toArray();
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
