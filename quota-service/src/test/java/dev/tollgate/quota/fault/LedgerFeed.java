package dev.tollgate.quota.fault;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.reservation.ReservationTime;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.recover.LedgerRow;
import dev.tollgate.quota.recover.TestLedger;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// As much of ingest as matters here: it stores what calls used, in the order of a log per tenant,
/// and has it applied, again where the quota has forgotten it.
final class LedgerFeed implements AutoCloseable {
  private static final int RUN_MAX = 500;
  private static final int REPEATED_MAX = 20;
  private static final long PAUSE_MILLIS = 200;
  private static final String LOG = "log-1";

  /* Positions are places in the list, from 1. */
  private static final class Log {
    final List<Call> calls = new ArrayList<>();
    int stored;
    long applied;
  }

  private final TestLedger ledger;
  private final List<? extends Instance> services;
  private final Random random;
  private final Map<String, Log> logs = new LinkedHashMap<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Void> broken = new CompletableFuture<>();

  LedgerFeed(TestLedger ledger, List<? extends Instance> services, long seed) {
    this.ledger = ledger;
    this.services = services;
    this.random = new Random(seed);
    var _ =
        thread.scheduleWithFixedDelay(
            this::turn, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// What a call used goes to the ledger, sooner or later.
  synchronized void report(Call call) {
    logs.computeIfAbsent(call.tenant, tenant -> new Log()).calls.add(call);
  }

  private void turn() {
    try {
      store();
      for (var tenant : tenants()) {
        apply(tenant);
      }
    } catch (Exception | Error e) {
      broken.completeExceptionally(e);
      throw new IllegalStateException(e);
    }
  }

  private synchronized List<String> tenants() {
    return List.copyOf(logs.keySet());
  }

  private void store() throws Exception {
    var rows = new ArrayList<LedgerRow>();
    var stored = new ArrayList<Call>();
    synchronized (this) {
      for (var log : logs.values()) {
        for (; log.stored < log.calls.size(); log.stored++) {
          var call = log.calls.get(log.stored);
          rows.add(row(call, log.stored + 1L));
          stored.add(call);
        }
      }
    }
    if (!rows.isEmpty()) {
      ledger.insert(rows);
      stored.forEach(call -> call.reported = true);
    }
  }

  private static LedgerRow row(Call call, long position) {
    return new LedgerRow(
        call.tenant,
        LOG,
        position,
        checkTime(call),
        call.dimensions(),
        call.token,
        false,
        "USD",
        call.used);
  }

  private static Instant checkTime(Call call) {
    return ReservationTime.of(call.token).orElseThrow();
  }

  private void apply(String tenant) {
    var request = ApplySettlementsRequest.newBuilder().setLogId(LOG);
    synchronized (this) {
      var log = logs.getOrDefault(tenant, new Log());
      var repeats = random.nextInt(10) == 0;
      var from = repeats ? Math.max(0, log.applied - random.nextInt(REPEATED_MAX)) : log.applied;
      for (var i = (int) from; i < log.stored && i < from + RUN_MAX; i++) {
        request.addSettlements(settlement(i + 1L, log.calls.get(i)));
      }
      request.setAppliedBefore(log.applied);
    }
    if (request.getSettlementsCount() == 0) {
      return;
    }
    try {
      var service = services.get(random.nextInt(services.size()));
      var answer = service.settlements(tenant).applySettlements(request.build());
      synchronized (this) {
        logs.getOrDefault(tenant, new Log()).applied = answer.getAppliedPosition();
      }
    } catch (StatusRuntimeException away) {
      // The same again in the next turn.
    }
  }

  private static Settlement settlement(long position, Call call) {
    Spend used = call.used;
    return Settlement.newBuilder()
        .setPosition(position)
        .setReservationId(call.token)
        .setDimensions(call.dimensions())
        .setCheckTime(Timestamps.fromMillis(checkTime(call).toEpochMilli()))
        .setActual(
            Actual.newBuilder()
                .setCurrencyCode("USD")
                .setCostNanos(used.costNanos())
                .setTokens(used.inputTokens() + used.outputTokens())
                .setOutputTokens(used.outputTokens()))
        .build();
  }

  /// Whether all that was reported is applied.
  synchronized boolean isDone() {
    if (broken.isDone()) {
      broken.join();
    }
    return logs.values().stream()
        .allMatch(log -> log.stored == log.calls.size() && log.applied == log.stored);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
