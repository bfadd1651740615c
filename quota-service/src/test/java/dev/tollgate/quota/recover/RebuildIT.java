package dev.tollgate.quota.recover;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Lists;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.HoldLimits;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.LogMark;
import dev.tollgate.quota.hold.RedisHeads;
import dev.tollgate.quota.hold.RedisHolds;
import dev.tollgate.quota.hold.TestRedis;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A Redis that comes back empty, made anew from a ClickHouse with many rows.
@NullMarked
@ExtendWith(StoresExtension.class)
class RebuildIT {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final String tenant;
  private final TestLedger rows;
  private final TestRedis redis;
  private final Heads heads;
  private final Holds holds;

  RebuildIT(Stores stores) {
    tenant = stores.tenant();
    rows = new TestLedger(stores);
    redis = new TestRedis(stores.redisUrl(), stores.redisPassword());
    var link = redis.connect();
    opened.addAll(List.of(rows, redis, link));
    heads = new RedisHeads(link);
    holds = RedisHolds.on(link, HoldLimits.DEFAULT, TimeSource.SYSTEM);
  }

  @AfterEach
  void close() throws Exception {
    for (var each : opened.reversed()) {
      each.close();
    }
  }

  private Recovery instance() {
    var recovery =
        new Recovery(
            heads,
            holds,
            new ClickHouseLedger(rows.clickHouse, ClickHouseLapses.open(rows.clickHouse)),
            new ControlEpochs(ControlTable.open(rows.clickHouse, "epochs")),
            LedgerSumsContract.TOKENS,
            Duration.ZERO,
            new SimpleMeterRegistry(),
            new Random());
    opened.add(recovery);
    return recovery;
  }

  @Test
  void rebuild_storeComesBackEmpty_isWhatTheLedgerHas() throws Exception {
    var calls = Seeds.count(100_000, 1_000_000);
    var users = calls / 100;
    fill(calls, users);
    var budget =
        new Budget(
            "users",
            "Users",
            Map.of(),
            List.of(Dimension.of("user").orElseThrow()),
            new Window.Lifetime(),
            List.of(Limit.cost("USD", 1_000_000), Limit.requests(1_000)),
            Instant.EPOCH);
    var policy = new Policy(1, List.of(budget), List.of(), CheckRules.DEFAULT, Map.of());
    var first = instance();
    var second = instance();
    first.changed(tenant, policy);
    second.changed(tenant, policy);
    first.publish(tenant);
    second.publish(tenant);
    compare(budget, users, calls);
    var epoch = heads.head(tenant).join().orElseThrow().epoch();

    redis.forget(tenant);
    var start = TimeSource.SYSTEM.nanoTime();
    first.publish(tenant);
    var millis = (TimeSource.SYSTEM.nanoTime() - start) / 1_000_000;
    System.out.printf("[rebuild] %d rows, %d counters: %d ms%n", calls, 2 * users, millis);

    compare(budget, users, calls);
    var head = heads.head(tenant).join().orElseThrow();
    assertThat(head.epoch()).isNotEqualTo(epoch);
    assertThat(head.strictFrom()).isAfter(holds.now().plusSeconds(500));
    assertThat(heads.positions(tenant).join().get("log-a")).isEqualTo(new LogMark(calls, calls));
  }

  private void compare(Budget budget, int users, int calls) {
    var counters = new ArrayList<Counter>();
    for (int user = 0; user < users; user++) {
      for (var limit : budget.limits()) {
        counters.add(budget.counter(limit, List.of("u" + user), Instant.EPOCH));
      }
    }
    var stands =
        Lists.partition(counters, 5_000).stream()
            .flatMap(part -> holds.stand(tenant, part).join().stream())
            .toList();
    for (int i = 0; i < stands.size(); i += 2) {
      assertThat(stands.get(i).encumbered()).isEqualTo(7L * calls / users);
      assertThat(stands.get(i + 1).encumbered()).isEqualTo(calls / users);
    }
  }

  /* Over the last thirty days. The tokens have the length of real ones, and open for nobody. */
  private void fill(int calls, int users) {
    rows.clickHouse.execute(
        """
        INSERT INTO usage_events (tenant_id, event_id, entry_kind, sign, event_time, checked_at,
          user, currency, charge_status, quota_nanos, reservation_id, log_id, log_position)
        SELECT {tenant:String}, toString(number), 'CHARGE', 1,
          now64(3) - toIntervalMillisecond(toInt64(number) * 2592000000 / {calls:Int64}) AS time,
          time, concat('u-', lower(hex(MD5(toString(number %% {users:Int64}))))), 'USD', 'PRICED', 7,
          concat(toString(number), repeat('A', 250)), 'log-a', number + 1
        FROM numbers({calls:UInt64})
        """
            .replace("%%", "%"),
        Map.of("tenant", tenant, "calls", calls, "users", users),
        Map.of());
    rows.clickHouse.execute(
        """
        INSERT INTO control_users (tenant_id, surrogate, name)
        SELECT {tenant:String}, concat('u-', lower(hex(MD5(toString(number))))),
          concat('u', toString(number))
        FROM numbers({users:UInt64})
        """,
        Map.of("tenant", tenant, "users", users),
        Map.of());
  }
}
