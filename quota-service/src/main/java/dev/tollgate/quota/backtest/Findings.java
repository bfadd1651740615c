package dev.tollgate.quota.backtest;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.check.Decision;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a replay has found so far: how many calls would have been denied, by which budgets, whose.
/// Not safe for concurrent use.
final class Findings {
  /// How many of those whom a budget hits are told.
  static final int HITS_TOLD = 20;

  private final int hitsMax;
  private final Map<String, OfBudget> budgets = new HashMap<>();
  private final Savings saved = new Savings();
  private long calls;
  private long denied;
  private long undecided;
  private int hits;

  /// @param hitsMax how many of those whom budgets hit are remembered at a time; above it, those
  ///   with the fewest denials are forgotten, so that what is told of others may be too little
  Findings(int hitsMax) {
    this.hitsMax = hitsMax;
  }

  void addDecided(PastCall call, Decision decision) {
    calls++;
    if (decision instanceof Decision.Denied no) {
      denied++;
      saved.add(call);
      budgetOf(no).ifPresent(budget -> deny(budget, call));
    }
  }

  /// A call that can't be decided.
  void addUndecided() {
    calls++;
    undecided++;
  }

  private static Optional<Budget> budgetOf(Decision.Denied denied) {
    return switch (denied) {
      case Decision.OverLimit over -> Optional.of(over.budget());
      case Decision.Ended ended -> Optional.of(ended.budget());
      case Decision.ModelNotAllowed not -> Optional.of(not.budget());
      case Decision.Frozen(var freeze) -> Optional.empty();
      case Decision.NoBudget() -> Optional.empty();
    };
  }

  private void deny(Budget budget, PastCall call) {
    var its = budgets.computeIfAbsent(budget.id(), id -> new OfBudget(budget, call.checkTime()));
    if (its.add(call) && ++hits > hitsMax) {
      var kept = Math.max(1, hitsMax / 2 / budgets.size());
      hits = budgets.values().stream().mapToInt(each -> each.keep(kept)).sum();
    }
  }

  long calls() {
    return calls;
  }

  long denied() {
    return denied;
  }

  long undecided() {
    return undecided;
  }

  Map<String, BigInteger> saved() {
    return saved.nanos();
  }

  /// The budgets that denied something, by what that saves, most first.
  List<OfBudget> budgets() {
    return budgets.values().stream()
        .sorted(
            Comparator.comparing((OfBudget each) -> each.saved.sum())
                .thenComparingLong(each -> each.denied)
                .reversed()
                .thenComparing(each -> each.budget.id()))
        .toList();
  }

  /// What one budget would have denied.
  static final class OfBudget {
    private final Budget budget;
    private final Instant firstTime;
    private final Savings saved = new Savings();
    private final Map<Who, Hit> hits = new HashMap<>();
    private long denied;

    private OfBudget(Budget budget, Instant firstTime) {
      this.budget = budget;
      this.firstTime = firstTime;
    }

    /* Whether that one is new here. */
    private boolean add(PastCall call) {
      denied++;
      saved.add(call);
      var before = hits.size();
      hits.computeIfAbsent(Who.of(call), who -> new Hit(who, call.checkTime())).denied++;
      return hits.size() > before;
    }

    private int keep(int most) {
      hits.values().retainAll(most(most));
      return hits.size();
    }

    private List<Hit> most(int most) {
      return hits.values().stream().sorted(Hit.MOST_FIRST).limit(most).toList();
    }

    Budget budget() {
      return budget;
    }

    long denied() {
      return denied;
    }

    Instant firstTime() {
      return firstTime;
    }

    Map<String, BigInteger> saved() {
      return saved.nanos();
    }

    /// Whom it hits most.
    List<Hit> hits() {
      return most(HITS_TOLD);
    }
  }

  /// Whose calls they were.
  record Who(String team, String project, String user, String feature) {
    static final Comparator<Who> ORDER =
        Comparator.comparing(Who::team)
            .thenComparing(Who::project)
            .thenComparing(Who::user)
            .thenComparing(Who::feature);

    static Who of(PastCall call) {
      var dimensions = call.dimensions();
      return new Who(
          dimensions.getTeam(),
          dimensions.getProject(),
          dimensions.getUser(),
          dimensions.getFeature());
    }
  }

  /// How often one of them is denied.
  static final class Hit {
    private static final Comparator<Hit> MOST_FIRST =
        Comparator.comparingLong((Hit hit) -> hit.denied)
            .reversed()
            .thenComparing(hit -> hit.who, Who.ORDER);

    private final Who who;
    private final Instant firstTime;
    private long denied;

    private Hit(Who who, Instant firstTime) {
      this.who = who;
      this.firstTime = firstTime;
    }

    Who who() {
      return who;
    }

    Instant firstTime() {
      return firstTime;
    }

    long denied() {
      return denied;
    }
  }

  /// Sums of what calls cost, per currency; those of unknown cost count as nothing.
  private static final class Savings {
    private final Map<String, BigInteger> nanos = new TreeMap<>();

    void add(PastCall call) {
      if (!call.unknownCost() && call.spend().costNanos() > 0) {
        nanos.merge(call.currency(), BigInteger.valueOf(call.spend().costNanos()), BigInteger::add);
      }
    }

    Map<String, BigInteger> nanos() {
      return nanos;
    }

    /* Only to put them in an order; mostly there is one currency. */
    BigInteger sum() {
      return nanos.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    }
  }
}
