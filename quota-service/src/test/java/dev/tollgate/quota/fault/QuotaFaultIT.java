package dev.tollgate.quota.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.quota.TestPricing;
import dev.tollgate.quota.TestQuota;
import dev.tollgate.quota.fault.Share.Kind;
import dev.tollgate.quota.recover.TestLedger;
import dev.tollgate.quota.redis.LocalRedis;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import io.grpc.StatusRuntimeException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Three processes of the service whose clocks are an hour apart, one Redis, and a load, while all
/// of them are killed: afterwards every counter is what its callers wrote down.
@ExtendWith(StoresExtension.class)
class QuotaFaultIT {
  private static final int ROUNDS = 1;
  private static final int ROUNDS_FULL = 10;
  private static final int TENANTS = 4;
  private static final Duration BETWEEN_FAULTS = Duration.ofMillis(1_500);
  private static final long CALL_NANOS = 700_000;

  /// What breaks.
  private enum Fault {
    SERVICE_KILLED,
    REDIS_KILLED,
    REDIS_FLUSHED,
    REDIS_REPLACED
  }

  private final Stores stores;
  private int exact;
  private final TestPricing pricing = new TestPricing();
  private final LocalRedis redis =
      LocalRedis.start("--appendonly", "yes", "--appendfsync", "everysec");
  private final RedisClient client = RedisClient.create(RedisURI.create(redis.url()));
  private final TestLedger ledger;
  private final List<QuotaProcess> services = new ArrayList<>();
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final Map<String, Long> limits = new LinkedHashMap<>();
  private final Path folder = Path.of("target", "faults").toAbsolutePath();

  QuotaFaultIT(Stores stores) {
    this.stores = stores;
    ledger = new TestLedger(stores);
  }

  @AfterEach
  void close() {
    services.forEach(QuotaProcess::close);
    client.shutdown();
    redis.close();
    ledger.close();
    pricing.close();
  }

  @Test
  void everything_brokenUnderLoad_leavesWhatCallersWroteDown() throws Exception {
    Files.createDirectories(folder);
    var variables = TestQuota.variables(stores, pricing);
    variables.put("TOLLGATE_QUOTA_REDIS_URL", redis.url().toString());
    variables.remove("TOLLGATE_QUOTA_REDIS_PASSWORD");
    variables.put("TOLLGATE_QUOTA_REDIS_TIMEOUT", "PT0.5S");
    for (int hours = -1; hours <= 1; hours++) {
      services.add(
          new QuotaProcess(variables, Duration.ofHours(hours), folder, "quota" + (hours + 1)));
    }
    var rounds = Seeds.count(ROUNDS, ROUNDS_FULL);
    for (int round = 0; round < rounds; round++) {
      play(round);
    }
    assertThat(faults).containsOnlyKeys(Fault.values());
    assertThat(exact).as("tenants whose every call was compared").isPositive();
  }

  private void play(int round) throws Exception {
    var random = new Random(round);
    var from = Instant.now();
    var first = tenants(round, "a", random);
    try (var feed = new LedgerFeed(ledger, services, round)) {
      var load = new Load(services, feed, first, round);
      breakSome(random);
      inject(Fault.REDIS_FLUSHED, random);
      var flushed = System.nanoTime();
      var second = tenants(round, "b", random);
      load.spendFor(beside(second, first));
      breakSome(random);
      inject(Fault.REDIS_REPLACED, random);
      var replaced = System.nanoTime();
      var third = tenants(round, "c", random);
      load.spendFor(beside(third, second));
      breakSome(random);
      load.stop();
      LocalRedis.eventually("the ledger to be applied", feed::isDone);
      awaitQuiet();
      assertThat(load.count("failed: BUG")).isZero();
      assertThat(load.count("denied")).isPositive();
      assertThat(load.count("extended")).isPositive();
      assertThat(load.count("check repeated")).isPositive();
      say("round %d: %s; faults so far: %s", round, load.counts(), faults);
      audit(load, first, true);
      audit(load, second, true);
      audit(load, third, false);
      assertNoneGrantedSince(load, first, flushed);
      assertNoneGrantedSince(load, second, replaced);
      assertWindowsAreOfTheirTime(third, from);
    }
    limits.clear();
  }

  private static List<String> beside(List<String> fresh, List<String> old) {
    var all = new ArrayList<>(fresh);
    all.add(old.getFirst());
    return all;
  }

  private List<String> tenants(int round, String phase, Random random) {
    var tenants = new ArrayList<String>();
    for (int i = 0; i < TENANTS; i++) {
      var tenant = stores.tenant() + "-" + round + phase + i;
      var limit =
          CALL_NANOS * (20 + random.nextInt(i == 0 ? 40 : 600)) + random.nextInt((int) CALL_NANOS);
      limits.put(tenant, limit);
      create(tenant, Budgets.lifetime("money").addLimits(Budgets.nanos(limit)));
      create(
          tenant,
          Budgets.lifetime("tokens")
              .setWindow(
                  Window.newBuilder()
                      .setCalendar(Calendar.newBuilder().setUnit(CalendarUnit.CALENDAR_UNIT_HOUR)))
              .addLimits(Limit.newBuilder().setTokens(100_000 + random.nextInt(100_000))));
      create(
          tenant,
          Budgets.lifetime("calls")
              .addGroupBy("user")
              .addLimits(Limit.newBuilder().setRequests(100 + random.nextInt(500))));
      tenants.add(tenant);
    }
    return tenants;
  }

  private void create(String tenant, Budget.Builder budget) {
    LocalRedis.eventually(
        "a budget of " + tenant,
        () -> answered(() -> Budgets.create(services.getFirst().budgets(tenant), budget)));
  }

  private static boolean answered(Runnable call) {
    try {
      call.run();
      return true;
    } catch (StatusRuntimeException away) {
      return false;
    }
  }

  private void breakSome(Random random) {
    var some =
        new ArrayList<>(List.of(Fault.SERVICE_KILLED, Fault.REDIS_KILLED, Fault.SERVICE_KILLED));
    Collections.shuffle(some, random);
    for (var fault : some) {
      LockSupport.parkNanos(BETWEEN_FAULTS.toNanos());
      inject(fault, random);
    }
    LockSupport.parkNanos(BETWEEN_FAULTS.toNanos());
  }

  private void inject(Fault fault, Random random) {
    switch (fault) {
      case SERVICE_KILLED -> services.get(random.nextInt(services.size())).killAndRestart();
      case REDIS_KILLED -> {
        redis.kill();
        redis.restart();
      }
      case REDIS_FLUSHED -> redis.asked(commands -> commands.flushall());
      case REDIS_REPLACED -> {
        redis.kill();
        redis.restartEmpty();
      }
    }
    faults.merge(fault, 1, Integer::sum);
  }

  private void awaitQuiet() {
    var commands = client.connect().sync();
    for (var tenant : limits.keySet()) {
      LocalRedis.eventually(
          "the end of all holds of " + tenant,
          () ->
              commands.zcard("{" + tenant + "}:x") == 0
                  && commands.zcard("{" + tenant + "}:c") == 0);
    }
  }

  private void audit(Load load, List<String> tenants, boolean emptied) throws Exception {
    for (var tenant : tenants) {
      var lost = emptied || lives(tenant) > 1;
      exact += lost ? 0 : 1;
      var calls = load.book().stream().filter(call -> call.tenant.equals(tenant)).toList();
      var limit = limits.getOrDefault(tenant, 0L);
      var audit = new Audit(tenant, lost, calls, client, ledger.clickHouse);
      audit.write(folder.resolve(tenant + ".csv"));
      say(
          "%s%s: %d settled, %d charged by expiry, %d nothing; encumbered %,d nanos of %,d,"
              + " granted at most %,d; outcomes only the store knows: %d",
          tenant,
          lost ? " (store lost)" : "",
          audit.count(Kind.SETTLED),
          audit.count(Kind.CHARGED_EXPIRY),
          audit.count(Kind.NOTHING),
          audit.encumbered("money"),
          limit,
          audit.grantedAtMost(),
          audit.unknown().size());
      audit.check();
      assertThat(audit.grantedAtMost()).as(tenant).isLessThanOrEqualTo(limit);
      if (!lost) {
        assertThat(audit.encumbered("money")).isLessThanOrEqualTo(limit);
      }
      assertNothingHeld(tenant);
    }
  }

  /* A Redis that is killed may lose its last second, as it appends to its file while the last writing
  of it to disk still runs. The services notice, and begin another life. */
  private long lives(String tenant) {
    return ledger
        .clickHouse
        .query(
            "SELECT toInt64(uniqExact(JSONExtractString(content, 'epoch'))) AS lives"
                + " FROM control_epochs WHERE tenant_id = {tenant:String}",
            Map.of("tenant", tenant),
            row -> row.integer("lives"))
        .getFirst();
  }

  private void assertNothingHeld(String tenant) {
    for (var service : services) {
      for (var budget : List.of("money", "tokens")) {
        var standing = Budgets.standing(service.budgets(tenant), budget);
        assertThat(standing.getHeld().getTokens()).isZero();
        assertThat(standing.getHeld().getCost().getAmount()).isIn("", "0.000000000000");
      }
    }
  }

  /* A lost store's holds may last for ten minutes, so its strict budgets admit nothing before. */
  private static void assertNoneGrantedSince(Load load, List<String> tenants, long since) {
    assertThat(load.book())
        .filteredOn(call -> tenants.contains(call.tenant) && call.begun > since)
        .isNotEmpty()
        .noneMatch(Call::isGranted);
  }

  /* An instance whose clock is an hour off would count in another hour. */
  private void assertWindowsAreOfTheirTime(List<String> tenants, Instant from) {
    var first = from.truncatedTo(ChronoUnit.HOURS).toEpochMilli();
    var last = Instant.now().truncatedTo(ChronoUnit.HOURS).toEpochMilli();
    for (var tenant : tenants) {
      assertThat(new Audit(tenant, false, List.of(), client, ledger.clickHouse).windows("tokens"))
          .isNotEmpty()
          .allMatch(start -> start >= first && start <= last);
    }
  }

  private static void say(String format, Object... arguments) {
    System.out.printf("[quota faults] " + format + "%n", arguments);
  }
}
