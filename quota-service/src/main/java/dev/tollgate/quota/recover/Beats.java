package dev.tollgate.quota.recover;

import dev.tollgate.quota.hold.Beat;
import dev.tollgate.quota.hold.Heads;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leaves a mark with every tenant's counters each second, and looks for the one before: where the
/// store has an older one, or nothing, it has lost what was written since, and that life is over.
final class Beats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Beats.class);
  private static final long PAUSE_MILLIS = 1_000;

  /* What the store said that it has, and in which life. */
  private record Kept(String epoch, long number) {}

  private final Heads heads;
  private final Supplier<Set<String>> tenants;
  private final Consumer<String> recovery;
  private final String instance;
  private final Map<String, Kept> kept = new HashMap<>();
  private long number;
  private boolean failing;
  private final ScheduledExecutorService beater =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("beats").factory());

  /// @param recovery is told of tenants whose counters have no life; must not block
  Beats(
      Heads heads,
      Supplier<Set<String>> tenants,
      Consumer<String> recovery,
      RandomGenerator random) {
    this.heads = heads;
    this.tenants = tenants;
    this.recovery = recovery;
    this.instance = HexFormat.of().toHexDigits(random.nextLong());
  }

  void start() {
    var _ =
        beater.scheduleWithFixedDelay(
            this::turn, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void turn() {
    try {
      beat();
      failing = false;
    } catch (CompletionException e) {
      if (!failing && !beater.isShutdown()) {
        LOG.warn("the store does not answer whether it has lost anything", e);
      }
      failing = true;
    }
  }

  /// Leaves one mark with every tenant. Blocks.
  void beat() {
    number++;
    var answers = new LinkedHashMap<String, CompletableFuture<Beat>>();
    for (var tenant : tenants.get()) {
      answers.put(tenant, heads.beat(tenant, instance, number));
    }
    answers.forEach((tenant, answer) -> look(tenant, answer.join()));
  }

  private void look(String tenant, Beat beat) {
    if (beat.head().isEmpty()) {
      kept.remove(tenant);
      recovery.accept(tenant);
      return;
    }
    var epoch = beat.head().get().epoch();
    var before = kept.get(tenant);
    if (before != null && before.epoch().equals(epoch) && beat.last() < before.number()) {
      LOG.warn("{}: the store lost what was written in the last second, or more", tenant);
      kept.remove(tenant);
      heads.lose(tenant, epoch).join();
      recovery.accept(tenant);
      return;
    }
    kept.put(tenant, new Kept(epoch, number));
  }

  @Override
  public void close() {
    beater.shutdownNow();
  }
}
