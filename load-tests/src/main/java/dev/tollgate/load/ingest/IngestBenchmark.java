package dev.tollgate.load.ingest;

import dev.tollgate.load.drive.Load;
import dev.tollgate.load.drive.Report;
import dev.tollgate.load.drive.Rounds;
import dev.tollgate.load.site.Connections;
import dev.tollgate.load.site.Site;
import dev.tollgate.load.site.Tenants;
import dev.tollgate.time.TimeSource;
import io.grpc.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/// The measurements of `bench ingest`, one after the other.
final class IngestBenchmark {
  /* Inserts of ClickHouse are less even than its readers are. */
  private static final double TOLERANCE = 0.2;
  private static final int PACED_IN_FLIGHT_MAX = 10_000;
  private static final int PROBE_ROWS = 50_000;
  private static final int PROBE_BATCH_ROWS = 10_000;

  /* Events are drawn with times as if they came so fast: what came long ago would be looked up. */
  private static final double DRAWN_PER_SECOND = 50_000;
  private static final double MIB = 1 << 20;

  /* Nobody listens there: an ingest-service that settles nothing. */
  private static final String NOWHERE = "127.0.0.1:1";

  private final IngestCommand.Options options;
  private final Site site;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Consumer<String> say;
  private final Load load;
  private final Stored stored;
  private final Ceiling ceiling;
  private final List<Tenants.Tenancy> tenancies;
  private final Place alone;
  private final Place settling;
  private final List<Long> heaps = new ArrayList<>();
  private final List<Long> residents = new ArrayList<>();
  private long sentTokens;

  IngestBenchmark(
      IngestCommand.Options options,
      Site site,
      TimeSource time,
      RandomGenerator random,
      Consumer<String> say)
      throws IOException {
    this.options = options;
    this.site = site;
    this.time = time;
    this.random = random;
    this.say = say;
    this.load = new Load(time);
    this.tenancies = Traffic.TENANTS.stream().map(site.tenants()::create).toList();
    this.alone = Place.open(site, "log-alone", tenancies, NOWHERE, site.clickHouseUrl(), time);
    this.settling =
        Place.open(site, "log", tenancies, site.quotaTarget(), site.clickHouseUrl(), time);
    var database = site.database();
    this.stored = new Stored(database, time);
    this.ceiling = new Ceiling(database, time);
  }

  Report run() throws IOException {
    var query = site.connect(site.startQuery().port(0));
    say.accept("Warming up ...");
    measure(0, options.scenarios());
    for (long sent = options.events(); sent < options.warmUpEvents(); sent += options.events()) {
      measure(0, wholeOnes());
    }
    heaps.clear();
    residents.clear();
    remember();
    var rounds =
        Rounds.run(
            options.rounds(),
            TOLERANCE,
            () -> raw(PROBE_ROWS, PROBE_BATCH_ROWS, 1),
            round -> measure(round, options.scenarios()),
            say);
    var figures = new LinkedHashMap<String, Object>();
    rates(figures, rounds);
    if (options.scenarios().contains(IngestScenario.SETTLED)) {
      halfLoad(figures, rounds.rate(IngestScenario.SETTLED) / 2, query);
    }
    memory(figures);
    figures.put("rounds", rounds.kept().size());
    figures.put("rounds_dropped", rounds.dropped());
    figures.put("cores", Runtime.getRuntime().availableProcessors());
    return new Report(figures, List.of());
  }

  /* A JVM compiles for a million events and more, which a service does once in its life. */
  private Set<IngestScenario> wholeOnes() {
    return options.scenarios().stream()
        .filter(IngestScenario::isWhole)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(IngestScenario.class)));
  }

  private Map<IngestScenario, Rounds.Rate> measure(int round, Set<IngestScenario> scenarios) {
    var rates = new EnumMap<IngestScenario, Rounds.Rate>(IngestScenario.class);
    for (var scenario : scenarios) {
      var process = scenario == IngestScenario.EVENTS ? alone.process() : settling.process();
      var messages = scenario.isWhole() ? drawn() : List.<Message>of();
      stored.clear();
      var service = process.time();
      var store = site.ledgerTime();
      var perSecond =
          switch (scenario) {
            case RAW_10K_1, RAW_10K_2, RAW_50K_1, RAW_50K_2 ->
                raw(options.events(), scenario.batchRows, scenario.writers);
            case EVENTS -> events(messages, alone.connections(), false);
            case SETTLED -> events(messages, settling.connections(), true);
          };
      var rate =
          new Rounds.Rate(
              perSecond,
              micros(process.time().minus(service)),
              micros(site.ledgerTime().minus(store)));
      rates.put(scenario, rate);
      say.accept(
          (round == 0 ? "warm-up" : "round " + round)
              + "  %-10s %10.0f /s".formatted(scenario, perSecond)
              + "  %7.1f us ingest-service  %7.1f us ClickHouse"
                  .formatted(rate.serviceMicros(), rate.storeMicros()));
      stored.verify(options.events());
    }
    remember();
    return rates;
  }

  private double micros(Duration spent) {
    return spent.toNanos() / 1e3 / options.events();
  }

  private double raw(int rows, int batchRows, int writers) {
    return ceiling.measure(traffic(DRAWN_PER_SECOND), rows, batchRows, writers);
  }

  private Traffic traffic(double perSecond) {
    return new Traffic(random, time.now(), perSecond);
  }

  private List<Message> drawn() {
    return Message.draw(traffic(DRAWN_PER_SECOND), options.events(), options.each());
  }

  /// Counts from the first message to the last row, and where it is settled to the last settlement.
  private double events(List<Message> messages, List<List<Channel>> connections, boolean settled) {
    try (var streams = new UsageStreams(messages.iterator()::next, connections)) {
      var start = time.nanoTime();
      var _ = load.repeat(streams, messages.size(), options.inFlight());
      stored.awaitRows(options.events());
      if (settled) {
        awaitSettled(messages, 0);
      }
      return options.events() * 1e9 / (time.nanoTime() - start);
    }
  }

  private void awaitSettled(List<Message> messages, long others) {
    sentTokens += others + messages.stream().mapToLong(Message::tokens).sum();
    settling.awaitSettled(sentTokens);
  }

  private void rates(Map<String, Object> figures, Rounds<IngestScenario> rounds) {
    var best =
        IngestScenario.RAW.stream().max(Comparator.comparingDouble(rounds::rate)).orElseThrow();
    rate(figures, rounds, "ceiling_rows_per_s", best);
    rate(figures, rounds, "events_per_s", IngestScenario.EVENTS);
    rate(figures, rounds, "events_per_s_settled", IngestScenario.SETTLED);
    ratio(figures, rounds, "ratio", IngestScenario.EVENTS, best);
    ratio(figures, rounds, "ratio_settled", IngestScenario.SETTLED, best);
    for (var scenario : options.scenarios()) {
      rate(figures, rounds, scenario + "_per_s", scenario);
      var clickHouse = rounds.median(scenario, Rounds.Rate::storeMicros);
      figures.put(scenario + "_clickhouse_cpu_us", rounded(clickHouse));
      if (scenario.isWhole()) {
        var ingest = rounds.median(scenario, Rounds.Rate::serviceMicros);
        figures.put(scenario + "_ingest_cpu_us", rounded(ingest));
      }
    }
  }

  private void rate(
      Map<String, Object> figures,
      Rounds<IngestScenario> rounds,
      String name,
      IngestScenario scenario) {
    if (options.scenarios().contains(scenario)) {
      figures.put(name, Math.round(rounds.rate(scenario)));
    }
  }

  private void ratio(
      Map<String, Object> figures,
      Rounds<IngestScenario> rounds,
      String name,
      IngestScenario part,
      IngestScenario whole) {
    if (options.scenarios().containsAll(List.of(part, whole))) {
      figures.put(name, rounded(rounds.ratio(part, whole)));
    }
  }

  private void halfLoad(Map<String, Object> figures, double perSecond, Connections query) {
    say.accept("Latencies at %.0f events/s ...".formatted(perSecond));
    stored.clear();
    var count = (int) (perSecond * options.paced().toNanos() / 1e9) + options.each();
    var drawn = Message.draw(traffic(perSecond), count, options.each()).iterator();
    var messages = new ArrayList<Message>();
    Histogram visible;
    Load.Measured acks;
    try (var streams =
            new UsageStreams(
                () -> {
                  messages.add(drawn.next());
                  return messages.getLast();
                },
                settling.connections());
        var probes =
            new Probes(
                settling.connections().getFirst().getFirst(),
                query.as(tenancies.getFirst().key(), "").getFirst(),
                time)) {
      probes.start();
      acks = load.pace(streams, perSecond / options.each(), PACED_IN_FLIGHT_MAX, options.paced());
      visible = probes.stop();
    }
    var events = messages.stream().mapToLong(Message::events).sum() + visible.getTotalCount();
    stored.awaitRows(events);
    awaitSettled(messages, visible.getTotalCount() * Probes.TOKENS);
    stored.verify(events);
    figures.put("half_load_events_per_s", Math.round(perSecond));
    figures.put("p50_ack_ms", rounded(acks.millis(50)));
    figures.put("p99_ack_ms", rounded(acks.millis(99)));
    figures.put("p999_ack_ms", rounded(acks.millis(99.9)));
    figures.put("visible_p50_ms", rounded(visible.getValueAtPercentile(50) / 1e6));
    figures.put("visible_p99_ms", rounded(visible.getValueAtPercentile(99) / 1e6));
    figures.put("visible_probes", visible.getTotalCount());
    remember();
  }

  private void remember() {
    heaps.add(settling.process().heapBytes());
    residents.add(settling.process().residentBytes());
    say.accept(
        "memory  %.1f MiB heap after collection, %.1f MiB resident"
            .formatted(heaps.getLast() / MIB, residents.getLast() / MIB));
  }

  private void memory(Map<String, Object> figures) {
    figures.put("heap_mib_first", rounded(heaps.getFirst() / MIB));
    figures.put("heap_mib_last", rounded(heaps.getLast() / MIB));
    figures.put("resident_mib_first", rounded(residents.getFirst() / MIB));
    figures.put("resident_mib_last", rounded(residents.getLast() / MIB));
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
