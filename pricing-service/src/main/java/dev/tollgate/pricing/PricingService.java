package dev.tollgate.pricing;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.caller.Authentication;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.server.Server;
import dev.tollgate.pricing.draft.Desk;
import dev.tollgate.pricing.draft.Drafts;
import dev.tollgate.pricing.draft.Limits;
import dev.tollgate.pricing.publish.PublishedBooks;
import dev.tollgate.pricing.publish.StackRules;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.pricing.ship.ShippedBook;
import dev.tollgate.pricing.watch.WatchPriceBooksRpc;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running pricing service.
public final class PricingService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PricingService.class);

  private final ClickHouse clickHouse;
  private final Authentication authentication;
  private final ScheduledExecutorService poller;
  private final Server server;

  private PricingService(
      ClickHouse clickHouse,
      Authentication authentication,
      ScheduledExecutorService poller,
      Server server) {
    this.clickHouse = clickHouse;
    this.authentication = authentication;
    this.poller = poller;
    this.server = server;
  }

  /// Publishes the shipped book where it is new, and serves. `random` is not needed yet.
  public static PricingService start(
      PricingSettings settings, TimeSource time, RandomGenerator random) {
    LOG.info("Settings: {}", new TreeMap<>(settings.effective()));
    var clickHouse = ClickHouse.connect(settings.clickHouse());
    try {
      return start(settings, time, clickHouse);
    } catch (RuntimeException | Error failed) {
      clickHouse.close();
      throw failed;
    }
  }

  private static PricingService start(
      PricingSettings settings, TimeSource time, ClickHouse clickHouse) {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var books = PublishedBooks.open(ControlTable.open(clickHouse, PublishedBooks.TABLE));
    var drafts = new Drafts(ControlTable.open(clickHouse, Drafts.TABLE));
    new ShippedBook(books, drafts, time).publish(DefaultBook.read());
    var visibility = new Visibility(books);
    var rules = new StackRules(books, visibility);
    var desk = new Desk(drafts, books, rules, Limits.usual(books), time);
    var watch = new WatchPriceBooksRpc(books, time);
    var authentication = Authentication.start(settings.auth(), clickHouse, time, meters);
    var poller =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("price-books").factory());
    var readNanos = new AtomicLong(time.nanoTime());
    TimeGauge.builder(
            "pricing.books.age", () -> time.nanoTime() - readNanos.get(), TimeUnit.NANOSECONDS)
        .register(meters);
    var pollMillis = settings.poll().toMillis();
    try {
      var _ =
          poller.scheduleWithFixedDelay(
              () -> {
                if (refresh(books)) {
                  readNanos.set(time.nanoTime());
                }
                watch.send();
              },
              pollMillis,
              pollMillis,
              TimeUnit.MILLISECONDS);
      var server =
          Server.start(
              settings.server(),
              authentication,
              () -> true,
              meters,
              time,
              List.of(new PricingRpc(visibility, desk, watch, time)));
      return new PricingService(clickHouse, authentication, poller, server);
    } catch (RuntimeException | Error failed) {
      poller.shutdownNow();
      authentication.close();
      throw failed;
    }
  }

  /* Runs for ever, so nothing may escape. Books that are known stay in force meanwhile. */
  private static boolean refresh(PublishedBooks books) {
    try {
      books.refresh();
      return true;
    } catch (Failure away) {
      LOG.warn("The store of price books can't be read: {}", away.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Price books can't be followed", e);
    }
    return false;
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

  /// Lets calls in flight finish, then disconnects.
  @Override
  public void close() {
    server.close();
    poller.shutdownNow();
    authentication.close();
    clickHouse.close();
  }
}
