package dev.tollgate.load.check;

import com.google.protobuf.Empty;
import dev.tollgate.load.drive.Load;
import dev.tollgate.load.drive.Operation;
import dev.tollgate.load.drive.Report;
import dev.tollgate.load.drive.Rounds;
import dev.tollgate.load.drive.Unary;
import dev.tollgate.load.site.Noop;
import dev.tollgate.load.site.Site;
import dev.tollgate.load.site.Tenants;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.time.TimeSource;
import io.grpc.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// The measurements of `bench check-quota`, one after the other.
final class CheckBenchmark {
  private static final double TOLERANCE = 0.1;
  private static final int BUCKETS = 10_000;
  private static final int BUCKETS_IN_FLIGHT = 64;
  private static final int PACED_IN_FLIGHT_MAX = 10_000;
  private static final long CAP_TOKENS = 10 * (Calls.INPUT_TOKENS + Calls.OUTPUT_TOKENS_MAX);
  private static final int WARM_UPS = 2;
  private static final int FLOOR_VERBS_IN_FLIGHT = 128;

  private final CheckQuotaCommand.Options options;
  private final Site site;
  private final TimeSource time;
  private final Consumer<String> say;
  private final Load load;
  private final AtomicLong calls = new AtomicLong();
  private final List<Cap> caps = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<Scenario, Operation> others = new EnumMap<>(Scenario.class);
  private long denied;
  private double budgetsSeconds;

  CheckBenchmark(
      CheckQuotaCommand.Options options, Site site, TimeSource time, Consumer<String> say) {
    this.options = options;
    this.site = site;
    this.time = time;
    this.say = say;
    this.load = new Load(time);
  }

  Report run() throws IOException {
    try (var floor = new Floor(site.redis());
        var buckets = new Buckets(site.redis())) {
      var plain = site.tenants().create("plain");
      prepare(buckets);
      say.accept("Warming up ...");
      learn(floor, plain);
      for (int i = 0; i < WARM_UPS; i++) {
        measure(0, plain, floor, buckets);
      }
      var rounds =
          Rounds.run(
              options.rounds(),
              TOLERANCE,
              () -> probe(floor),
              number -> measure(number, plain, floor, buckets),
              say);
      return report(rounds, plain, floor);
    }
  }

  private void prepare(Buckets buckets) {
    others.put(
        Scenario.NOOP,
        new Unary<>(site.noop().channels(), Noop.METHOD, Empty.getDefaultInstance()));
    var key = site.tenants().create("noop").key();
    others.put(
        Scenario.NOOP_INTERCEPTED,
        new Unary<>(
            site.intercepted().as(key, ""),
            QuotaServiceGrpc.getReleaseMethod(),
            ReleaseRequest.getDefaultInstance()));
    others.put(Scenario.BUCKET4J, buckets.over(BUCKETS));
    others.put(Scenario.BUCKET4J_HOT, buckets.over(1));
    if (options.scenarios().contains(Scenario.TENANTS)) {
      var many = site.tenants().create("many-", options.tenants());
      var kinds = Collections.nCopies(many.size(), Tenants.call());
      others.put(
          Scenario.TENANTS,
          strict(kinds, many.stream().map(Tenants.Tenancy::connections).toList()));
    }
    if (options.scenarios().contains(Scenario.TEAMS)) {
      var tenancy = site.tenants().create("teams");
      var kinds = site.tenants().createTeams(tenancy, options.teams());
      others.put(Scenario.TEAMS, strict(kinds, same(tenancy, kinds.size())));
    }
    if (options.scenarios().contains(Scenario.BUDGETS)) {
      var tenancy = site.tenants().create("budgets");
      var start = time.nanoTime();
      site.tenants().createOthers(tenancy, options.budgets());
      budgetsSeconds = (time.nanoTime() - start) / 1e9;
      say.accept("Created %d budgets in %.1f s".formatted(options.budgets(), budgetsSeconds));
      others.put(Scenario.BUDGETS, strict(List.of(Tenants.call()), same(tenancy, 1)));
    }
  }

  private Operation strict(List<CheckQuotaRequest> kinds, List<List<Channel>> connections) {
    return new StrictUnary(new Calls(kinds, Optional.empty(), calls), connections, true);
  }

  private static List<List<Channel>> same(Tenants.Tenancy tenancy, int kinds) {
    return Collections.nCopies(kinds, tenancy.connections());
  }

  private Calls capped(Tenants.Tenancy plain) {
    var feature = "capped-" + caps.size();
    site.tenants().createCap(plain, feature, CAP_TOKENS);
    var cap = new Cap(feature, (long) (CAP_TOKENS * options.believedLimit()));
    caps.add(cap);
    return new Calls(List.of(Tenants.call()), Optional.of(cap), calls);
  }

  /* What the product sends is learned anew for each round: it has times in it. */
  private void learn(Floor floor, Tenants.Tenancy plain) throws IOException {
    var traffic = strict(List.of(Tenants.call()), same(plain, 1));
    floor.learn(
        plain.id(), () -> load.saturate(traffic, options.inFlight(), Duration.ofMillis(200)));
  }

  private double probe(Floor floor) {
    return floor(floor, options.measurement().dividedBy(5));
  }

  private double floor(Floor floor, Duration duration) {
    var inFlight = Math.max(2, (int) (FLOOR_VERBS_IN_FLIGHT / floor.verbsPerScript()));
    return load.saturate(floor, inFlight, duration).perSecond();
  }

  private Map<Scenario, Rounds.Rate> measure(
      int round, Tenants.Tenancy plain, Floor floor, Buckets buckets) {
    var rates = new EnumMap<Scenario, Rounds.Rate>(Scenario.class);
    for (var scenario : options.scenarios()) {
      var service = site.serviceTime();
      var store = site.storeTime();
      var perSecond = measure(scenario, plain, floor);
      var answers = perSecond * options.measurement().toNanos() / 1e9;
      var rate =
          new Rounds.Rate(
              perSecond,
              site.serviceTime().minus(service).toNanos() / 1e3 / answers,
              site.storeTime().minus(store).toNanos() / 1e3 / answers);
      rates.put(scenario, rate);
      say.accept(
          (round == 0 ? "warm-up" : "round " + round)
              + "  %-17s %10.0f /s".formatted(scenario, perSecond)
              + "  %7.1f us quota-service  %7.1f us Redis"
                  .formatted(rate.serviceMicros(), rate.storeMicros()));
    }
    floor.verify();
    buckets.clear();
    floor.forget();
    try {
      learn(floor, plain);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return rates;
  }

  private double measure(Scenario scenario, Tenants.Tenancy plain, Floor floor) {
    return switch (scenario) {
      case STRICT ->
          refusing(scenario, new StrictUnary(capped(plain), same(plain, 1), true)).perSecond();
      case STREAM -> {
        try (var stream = new StrictStream(capped(plain), plain.connections())) {
          yield refusing(scenario, stream).perSecond();
        }
      }
      case REDIS_FLOOR -> floor(floor, options.measurement());
      case BUCKET4J, BUCKET4J_HOT ->
          load.saturate(other(scenario), BUCKETS_IN_FLIGHT, options.measurement()).perSecond();
      case NOOP, NOOP_INTERCEPTED, TENANTS, TEAMS, BUDGETS ->
          load.saturate(other(scenario), options.inFlight(), options.measurement()).perSecond();
    };
  }

  private Operation other(Scenario scenario) {
    var operation = others.get(scenario);
    if (operation == null) {
      throw new IllegalStateException(scenario + " was not prepared");
    }
    return operation;
  }

  private Load.Measured refusing(Scenario scenario, Operation operation) {
    var measured = load.saturate(operation, options.inFlight(), options.measurement());
    denied += measured.denied();
    if (measured.denied() == 0) {
      problems.add(
          scenario + ": no call was denied, so that the limit was not tried (--seconds, longer?)");
    }
    return measured;
  }

  private Report report(Rounds<Scenario> rounds, Tenants.Tenancy plain, Floor floor) {
    var figures = new LinkedHashMap<String, Object>();
    for (var scenario : options.scenarios()) {
      if (scenario.compareTo(Scenario.TENANTS) < 0) {
        figures.put(scenario + "_rps", Math.round(rounds.rate(scenario)));
      }
    }
    ratio(figures, rounds, "noop_intercepted_ratio", Scenario.NOOP_INTERCEPTED, Scenario.NOOP);
    ratio(figures, rounds, "strict_ratio", Scenario.STRICT, Scenario.NOOP);
    ratio(figures, rounds, "stream_ratio", Scenario.STREAM, Scenario.NOOP);
    ratio(figures, rounds, "floor_ratio", Scenario.STRICT, Scenario.REDIS_FLOOR);
    ratio(figures, rounds, named("tenants", options.tenants()), Scenario.TENANTS, Scenario.STRICT);
    ratio(figures, rounds, named("teams", options.teams()), Scenario.TEAMS, Scenario.STRICT);
    ratio(figures, rounds, named("budgets", options.budgets()), Scenario.BUDGETS, Scenario.STRICT);
    if (options.scenarios().contains(Scenario.NOOP)
        && options.scenarios().contains(Scenario.STRICT)) {
      latencies(figures, rounds.rate(Scenario.STRICT) / 2, plain);
    }
    var most = caps.stream().mapToDouble(Cap::mostOverLimit).max().orElse(0);
    if (most > 1) {
      problems.add("A limit was passed: %.4f of it was granted at once".formatted(most));
    }
    figures.put("admitted_over_limit", rounded(most));
    for (var scenario : options.scenarios()) {
      figures.put(
          scenario + "_service_cpu_us",
          rounded(rounds.median(scenario, Rounds.Rate::serviceMicros)));
      figures.put(
          scenario + "_redis_cpu_us", rounded(rounds.median(scenario, Rounds.Rate::storeMicros)));
    }
    figures.put("denied", denied);
    figures.put("verbs_per_script", rounded(floor.verbsPerScript()));
    figures.put("budgets_created_seconds", rounded(budgetsSeconds));
    figures.put("rounds", rounds.kept().size());
    figures.put("rounds_dropped", rounds.dropped());
    figures.put("redis", floor.version() + (options.appendOnly() ? ", append-only file" : ""));
    figures.put("cores", Runtime.getRuntime().availableProcessors());
    return new Report(figures, problems);
  }

  private void ratio(
      Map<String, Object> figures,
      Rounds<Scenario> rounds,
      String name,
      Scenario part,
      Scenario whole) {
    if (options.scenarios().contains(part) && options.scenarios().contains(whole)) {
      figures.put(name, rounded(rounds.ratio(part, whole)));
    }
  }

  private static String named(String what, int count) {
    return what + "_" + count + "_ratio";
  }

  /* Both at the same rate of calls: half of what strict checks with their settlements reached. What
  the compilers must unlearn of full load, they unlearn before it is measured. */
  private void latencies(Map<String, Object> figures, double perSecond, Tenants.Tenancy plain) {
    say.accept("Latencies at %.0f calls/s ...".formatted(perSecond));
    var strict = new StrictUnary(capped(plain), same(plain, 1), true);
    var checks = paced(strict, perSecond / 2);
    var noop = paced(other(Scenario.NOOP), perSecond);
    var lone = load.saturate(strict, 1, options.measurement());
    var loneNoop = load.saturate(other(Scenario.NOOP), 1, options.measurement());
    figures.put("half_load_rps", Math.round(perSecond));
    figures.put("strict_p50_ms", rounded(checks.millis(50)));
    figures.put("strict_p99_ms", rounded(checks.millis(99)));
    figures.put("strict_p999_ms", rounded(checks.millis(99.9)));
    figures.put("noop_p50_ms", rounded(noop.millis(50)));
    figures.put("noop_p99_ms", rounded(noop.millis(99)));
    figures.put("noop_p999_ms", rounded(noop.millis(99.9)));
    figures.put("strict_p99_added_ms", rounded(checks.millis(99) - noop.millis(99)));
    figures.put(
        "lone_p50_us", TimeUnit.NANOSECONDS.toMicros(lone.latencies().getValueAtPercentile(50)));
    figures.put(
        "noop_lone_p50_us",
        TimeUnit.NANOSECONDS.toMicros(loneNoop.latencies().getValueAtPercentile(50)));
  }

  private Load.Measured paced(Operation operation, double perSecond) {
    var _ = load.pace(operation, perSecond, PACED_IN_FLIGHT_MAX, options.measurement());
    var duration = options.measurement().multipliedBy(2);
    return load.pace(operation, perSecond, PACED_IN_FLIGHT_MAX, duration);
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
