package dev.tollgate.quota;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Authentication;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.server.EventLoops;
import dev.tollgate.kernel.server.Server;
import dev.tollgate.quota.access.Access;
import dev.tollgate.quota.backtest.BacktestBudgetsRpc;
import dev.tollgate.quota.backtest.ClickHouseHistory;
import dev.tollgate.quota.budget.BudgetRpc;
import dev.tollgate.quota.budget.Matches;
import dev.tollgate.quota.budget.Policies;
import dev.tollgate.quota.budget.RedisMatchBook;
import dev.tollgate.quota.check.Bases;
import dev.tollgate.quota.check.CheckQuotaRpc;
import dev.tollgate.quota.check.Checks;
import dev.tollgate.quota.check.Denials;
import dev.tollgate.quota.check.ExplainRpc;
import dev.tollgate.quota.check.Explanations;
import dev.tollgate.quota.check.InputBounds;
import dev.tollgate.quota.check.Readiness;
import dev.tollgate.quota.hold.HoldLimits;
import dev.tollgate.quota.hold.HoldScripts;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.RedisHeads;
import dev.tollgate.quota.hold.RedisHolds;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.learn.ClickHouseCosts;
import dev.tollgate.quota.learn.LearnedUsual;
import dev.tollgate.quota.recover.Counters;
import dev.tollgate.quota.redis.Redis;
import dev.tollgate.quota.settle.ApplySettlementsRpc;
import dev.tollgate.quota.settle.SettleRpc;
import dev.tollgate.time.TimeSource;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The quota service, wired and running.
public final class QuotaService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaService.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final EventLoops loops;
  private final Server server;
  private final PriceBooks books;

  private QuotaService(
      QuotaSettings settings,
      TimeSource time,
      RandomGenerator random,
      UnaryOperator<Holds> wrapping) {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try {
      loops = opened(EventLoops.start(settings.server().eventLoops()));
      var clickHouse = opened(ClickHouse.connect(settings.clickHouse()));
      var redis =
          opened(Redis.connect(settings.redis(), HoldScripts.ALL, time, meters, loops.group()));
      var heads = new RedisHeads(redis);
      var tokens = new Tokens(settings.tokenKey());
      var stored = wrapping.apply(RedisHolds.on(redis, HoldLimits.DEFAULT, time));
      var counters = opened(Counters.open(clickHouse, heads, stored, tokens, meters, random));
      var holds = counters.holds();
      Readiness readiness = (tenant, version) -> counters.recovery().ready(tenant);
      var costs = new ClickHouseCosts(clickHouse);
      var usual = opened(LearnedUsual.start(costs, holds::now, random));
      var policies =
          opened(
              Policies.follow(
                  ControlTable.open(clickHouse, "budgets"),
                  ControlTable.open(clickHouse, "check_rules"),
                  (tenant, policy) -> {
                    counters.changed(tenant, policy);
                    usual.changed(tenant, policy);
                  }));
      var authentication = opened(Authentication.start(settings.auth(), clickHouse, time, meters));
      var pricing = opened(Peer.connect(settings.pricing()));

      books = new PriceBooks();
      opened(books.follow(pricing));
      var matches = opened(Matches.start(new RedisMatchBook(redis)));
      var bases = new Bases(policies::of, policies::atLeast, books, usual);
      var denials = new Denials(settings.denialMemory());
      var checks = new Checks(bases, matches::note, holds, readiness, tokens, denials);
      var bounds = InputBounds.shipped();
      var history = new ClickHouseHistory(clickHouse);

      var quota =
          new QuotaRpc(
              new CheckQuotaRpc(checks, bounds, tokens, meters),
              new ExplainRpc(new Explanations(bases, holds), bounds),
              new SettleRpc(holds, readiness, books, tokens, denials, meters));
      server =
          opened(
              Server.start(
                  settings.server(),
                  loops,
                  authentication,
                  books::isReady,
                  meters,
                  time,
                  List.of(
                      quota,
                      new ApplySettlementsRpc(
                          bases, holds, heads, readiness, tokens, denials, meters),
                      new BudgetRpc(
                          policies,
                          counters.recovery()::publish,
                          matches,
                          BacktestBudgetsRpc.of(policies::of, history, costs, books, tokens, time),
                          holds,
                          time),
                      Access.wire(clickHouse, time, random))));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// Starts to serve. Blocks until the stores have answered; throws where one can't be used.
  public static QuotaService start(
      QuotaSettings settings, TimeSource time, RandomGenerator random) {
    return start(settings, time, random, UnaryOperator.identity());
  }

  /// As [#start], with what stands between the service and its holds.
  static QuotaService start(
      QuotaSettings settings,
      TimeSource time,
      RandomGenerator random,
      UnaryOperator<Holds> wrapping) {
    return new QuotaService(settings, time, random, wrapping);
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  /// Whether checks can be answered: a price book has arrived.
  public boolean isReady() {
    return books.isReady();
  }

  /// What it runs on: for others in the same process that shall run beside it.
  public EventLoops loops() {
    return loops;
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

  /// Stops accepting, lets calls in flight finish, and closes everything in the reverse order.
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the service did not close", e);
      }
    }
  }
}
