package dev.tollgate.ingest;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.accept.Acceptance;
import dev.tollgate.ingest.accept.EventMeters;
import dev.tollgate.ingest.accept.IngestRpc;
import dev.tollgate.ingest.accept.Intake;
import dev.tollgate.ingest.accept.Stored;
import dev.tollgate.ingest.accept.UsageBatches;
import dev.tollgate.ingest.attribute.AttributionRpc;
import dev.tollgate.ingest.attribute.AttributionRules;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.dedupe.History;
import dev.tollgate.ingest.drift.DriftCheck;
import dev.tollgate.ingest.drift.LedgerRpc;
import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.fact.FactIntake;
import dev.tollgate.ingest.fact.FactMeters;
import dev.tollgate.ingest.fact.FactRpc;
import dev.tollgate.ingest.ledger.ClickHouseEntries;
import dev.tollgate.ingest.ledger.ClickHouseLedger;
import dev.tollgate.ingest.ledger.ClickHouseUsers;
import dev.tollgate.ingest.ledger.Rollups;
import dev.tollgate.ingest.log.LogDamaged;
import dev.tollgate.ingest.log.LogState;
import dev.tollgate.ingest.log.Passage;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.otlp.ExportLogsRpc;
import dev.tollgate.ingest.otlp.ExportTracesRpc;
import dev.tollgate.ingest.otlp.Receiver;
import dev.tollgate.ingest.reprice.LedgerAccess;
import dev.tollgate.ingest.reprice.Reprice;
import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.ingest.settle.QuotaClient;
import dev.tollgate.ingest.settle.Settler;
import dev.tollgate.ingest.share.Membership;
import dev.tollgate.ingest.share.Owners;
import dev.tollgate.ingest.user.SurrogateKey;
import dev.tollgate.ingest.user.Surrogates;
import dev.tollgate.ingest.user.UserRpc;
import dev.tollgate.ingest.write.DeadLetters;
import dev.tollgate.ingest.write.LedgerWriter;
import dev.tollgate.ingest.write.Pause;
import dev.tollgate.ingest.write.WriterMeters;
import dev.tollgate.ingest.write.WriterRpc;
import dev.tollgate.kernel.caller.Authentication;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.server.Server;
import dev.tollgate.time.TimeSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// ingest-service, wired and running.
public final class IngestService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);
  private static final String SHARD = "s0";
  private static final int INCARNATION_BYTES = 8;

  private final Deque<AutoCloseable> started;
  private final Server server;

  private IngestService(Deque<AutoCloseable> started, Server server) {
    this.started = started;
    this.server = server;
  }

  /// Reads the log from its beginning, then listens.
  ///
  /// @throws Failure STORE_UNAVAILABLE where ClickHouse can't be reached
  /// @throws LogDamaged where what was acknowledged can't be read
  public static IngestService start(
      IngestSettings settings, TimeSource time, RandomGenerator random) throws IOException {
    return start(settings, time, random, Passage.UNHEARD);
  }

  /// The same, heard by `passage`.
  static IngestService start(
      IngestSettings settings, TimeSource time, RandomGenerator random, Passage passage)
      throws IOException {
    var started = new ArrayDeque<AutoCloseable>();
    try {
      return new IngestService(started, wire(settings, time, random, passage, started));
    } catch (IOException | RuntimeException failure) {
      undo(started);
      throw failure;
    }
  }

  private static Server wire(
      IngestSettings settings,
      TimeSource time,
      RandomGenerator random,
      Passage passage,
      Deque<AutoCloseable> started)
      throws IOException {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    started.push(meters::close);
    var clickHouse = opened(started, ClickHouse.connect(settings.clickHouse()));
    Schema.apply(clickHouse);
    var ledger = new ClickHouseLedger(clickHouse);
    var quota = opened(started, Peer.connect(settings.quota()));
    var pricing = opened(started, Peer.connect(settings.pricing()));

    var state = new LogState();
    var dedupe = new Dedupe(settings.dedupeHorizon(), settings.dedupeKeysMax(), time);
    var log =
        opened(
            started,
            SegmentLog.open(
                settings.log(),
                Tables.columns(),
                time,
                () -> new SegmentLog.Birth(logId(random), ledger.historyEndMillis()),
                logged -> {
                  state.accept(logged);
                  dedupe.restore(logged);
                },
                passage));
    dedupe.historyEnds(log.historyEndMillis());
    var events = new EventMeters(meters, state.unstored().size());
    meters.gauge("ingest.log.bytes", log, SegmentLog::bytes);
    meters.gauge("ingest.log.age", log, l -> age(l.oldest(), time));
    meters.gauge("ingest.dedupe.keys", dedupe, Dedupe::size);

    // What the ledger does not have, a quota that lost its store since has only from here.
    var known = Math.min(state.settled(), state.committed());
    var settler = new Settler(log, known, new QuotaClient(quota), time);
    started.push(() -> settler.close(settings.drain()));
    settler.start();
    var stored = new Stored(state.committed());
    var upkeep = new Upkeep(log, dedupe, settler, events, stored, time, settings.dedupeHorizon());
    var letters = opened(started, DeadLetters.open(settings.log().dir(), time));
    var pause = new Pause(time);
    var writer =
        new LedgerWriter(
            log,
            state,
            ledger,
            settings.batch(),
            time,
            upkeep,
            letters,
            new WriterMeters(meters, letters, pause),
            pause);
    started.push(() -> writer.close(settings.drain()));
    writer.start();

    var drift =
        opened(
            started,
            DriftCheck.start(
                new Rollups(clickHouse), pause, meters, time, settings.rollupCheckEvery()));

    var books = new PriceBooks();
    opened(started, books.follow(pricing));
    var rules =
        opened(
            started, AttributionRules.follow(ControlTable.open(clickHouse, "attribution_rules")));
    var reprice =
        opened(
            started,
            Reprice.start(
                name -> ControlTable.open(clickHouse, name),
                new LedgerAccess(
                    new ClickHouseEntries(clickHouse),
                    log,
                    writer::storedThrough,
                    settings.repricingSliceEvents()),
                books::current,
                rules::newest,
                meters,
                time));
    var history = opened(started, new History(ledger));
    var owners = opened(started, Owners.of(settings.share()));
    var membership =
        Membership.update(settings.log().dir(), owners.targets(), ledger::historyEndMillis);
    dedupe.historyEnds(membership.historyEndMillis());
    var users = new ClickHouseUsers(clickHouse);
    var surrogateKey = SurrogateKey.open(ControlTable.open(clickHouse, "surrogate_key"), random);
    var surrogates = opened(started, Surrogates.follow(surrogateKey, users));
    var intake =
        new Intake(dedupe, history, books, rules, surrogates, log, stored, owners, events, time);
    var ingest = new IngestRpc(intake, time, settings.eventAheadMax());
    var receiver = new Receiver(new Acceptance(intake, time, settings.eventAheadMax()), meters);
    var factIntake =
        new FactIntake(
            dedupe, history, surrogates, log, owners, new FactMeters(meters, events), time);
    var facts = new FactRpc(factIntake, settings.eventAheadMax());
    var handedOver =
        new HandOverRpc(
            settings.share(),
            new UsageBatches(intake.alone(), time, settings.eventAheadMax()),
            new FactRpc(factIntake.alone(), settings.eventAheadMax()));
    var authentication =
        opened(started, Authentication.start(settings.auth(), clickHouse, time, meters));
    var server =
        opened(
            started,
            Server.start(
                settings.server(),
                authentication,
                books::isReady,
                meters,
                time,
                List.of(
                    ingest,
                    facts,
                    handedOver,
                    new AttributionRpc(rules),
                    new UserRpc(surrogates, users),
                    reprice.rpc(),
                    new WriterRpc(letters, pause, ledger, time),
                    new LedgerRpc(drift),
                    new ExportTracesRpc(receiver),
                    new ExportLogsRpc(receiver))));
    started.push(ingest::stop);
    return server;
  }

  public int grpcPort() {
    return server.grpcPort();
  }

  public int httpPort() {
    return server.httpPort();
  }

  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /// Takes nothing more, brings what came into the log, and from there as far as it gets within the
  /// bound; the rest goes on at the next start.
  @Override
  public synchronized void close() {
    undo(started);
  }

  private static void undo(Deque<AutoCloseable> started) {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception failure) {
        LOG.warn("did not close cleanly", failure);
      }
    }
  }

  private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> started, T resource) {
    started.push(resource);
    return resource;
  }

  /* In seconds. */
  private static double age(Instant since, TimeSource time) {
    return Duration.between(since, time.now()).toMillis() / 1_000.0;
  }

  private static String logId(RandomGenerator random) {
    var incarnation = new byte[INCARNATION_BYTES];
    random.nextBytes(incarnation);
    return SHARD + "-" + HexFormat.of().formatHex(incarnation);
  }
}
