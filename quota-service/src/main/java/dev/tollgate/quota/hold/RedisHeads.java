package dev.tollgate.quota.hold;

import com.google.common.collect.Lists;
import dev.tollgate.quota.hold.OpenHolds.OpenHold;
import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Redis;
import dev.tollgate.quota.redis.Unpacker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// The heads of tenants in Redis, a string each.
public final class RedisHeads implements Heads {
  /* Whether a change was made, and the head after it. */
  private record Change(boolean done, Optional<TenantHead> head) {}

  private static final int PART = 1_000;

  private final Redis redis;

  public RedisHeads(Redis redis) {
    this.redis = redis;
  }

  @Override
  public CompletableFuture<Optional<TenantHead>> head(String tenant) {
    return redis
        .get(tenant, List.of(new Keys(tenant).head()))
        .thenApply(values -> values.getFirst().map(RedisHeads::parse));
  }

  private static TenantHead parse(byte[] text) {
    var parts = new String(text, StandardCharsets.UTF_8).split("\\|", -1);
    return new TenantHead(
        parts[0],
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]),
        Instant.ofEpochMilli(Long.parseLong(parts[3])));
  }

  @Override
  public CompletableFuture<TenantHead> begin(
      String tenant, String epoch, long policyVersion, Instant strictFrom) {
    return change(
            tenant,
            "begin",
            epoch,
            Long.toString(policyVersion),
            Long.toString(strictFrom.toEpochMilli()))
        .thenApply(change -> change.head().orElseThrow());
  }

  @Override
  public CompletableFuture<Void> raise(String tenant, long policyVersion) {
    return change(tenant, "raise", Long.toString(policyVersion)).thenAccept(any -> {});
  }

  /* The version last: until then the budgets' counters are seeded, but none is granted on. */
  @Override
  public CompletableFuture<Boolean> seeded(
      String tenant, String epoch, long version, Set<String> counterIds) {
    var done = CompletableFuture.completedFuture(true);
    for (var part : Lists.partition(List.copyOf(counterIds), PART)) {
      var arguments = Stream.concat(Stream.of("seeded", epoch, "0"), part.stream());
      done =
          done.thenCompose(
              any -> change(tenant, arguments.toArray(String[]::new)).thenApply(Change::done));
    }
    return done.thenCompose(
        any -> change(tenant, "seeded", epoch, Long.toString(version)).thenApply(Change::done));
  }

  @Override
  public CompletableFuture<Set<String>> seededCounterIds(String tenant) {
    var verb = "ids".getBytes(StandardCharsets.UTF_8);
    return redis
        .run(HoldScripts.HEAD, tenant, keys(tenant), List.of(verb))
        .thenApply(packed -> {
          var answer = new Unpacker(packed);
          var count = answer.array();
          var ids = new HashSet<String>();
          for (int i = 0; i < count; i++) {
            ids.add(answer.text());
          }
          return ids;
        });
  }

  @Override
  public CompletableFuture<Map<String, LogMark>> positions(String tenant) {
    var verb = "logs".getBytes(StandardCharsets.UTF_8);
    return redis
        .run(HoldScripts.HEAD, tenant, keys(tenant), List.of(verb))
        .thenApply(packed -> {
          var answer = new Unpacker(packed);
          var marks = new HashMap<String, LogMark>();
          for (int i = answer.array(); i > 0; i -= 2) {
            marks.put(answer.text(), mark(answer.text()));
          }
          return marks;
        });
  }

  private static LogMark mark(String text) {
    var parts = text.split("\\|", -1);
    return new LogMark(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  @Override
  public CompletableFuture<Beat> beat(String tenant, String instance, long number) {
    var names = new Keys(tenant);
    return redis
        .run(
            HoldScripts.BEAT,
            tenant,
            List.of(names.head(), names.beat(instance)),
            List.of(Long.toString(number).getBytes(StandardCharsets.UTF_8)))
        .thenApply(packed -> {
          var answer = new Unpacker(packed);
          answer.array();
          return new Beat(answer.bytesIfAny().map(RedisHeads::parse), answer.integer());
        });
  }

  private static List<byte[]> keys(String tenant) {
    var names = new Keys(tenant);
    return List.of(names.head(), names.seeded(), names.positions());
  }

  @Override
  public CompletableFuture<Boolean> lose(String tenant, String epoch) {
    return change(tenant, "lose", epoch).thenApply(Change::done);
  }

  private CompletableFuture<Change> change(String tenant, String... arguments) {
    var bytes =
        Arrays.stream(arguments).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    return redis
        .run(HoldScripts.HEAD, tenant, keys(tenant), bytes)
        .thenApply(packed -> {
          var answer = new Unpacker(packed);
          answer.array();
          return new Change(answer.bool(), answer.bytesIfAny().map(RedisHeads::parse));
        });
  }

  @Override
  public CompletableFuture<Boolean> seed(
      String tenant,
      String epoch,
      List<Seed> seeds,
      Map<String, Long> positions,
      List<SettledMark> settled) {
    var names = new Keys(tenant);
    var keys = new KeyIndex();
    keys.of(names.head());
    keys.of(names.seeded());
    keys.of(names.positions());
    var out = new Packer().array(4).text(epoch);
    out.array(4 * seeds.size());
    for (var seed : seeds) {
      out.integer(keys.of(names.counter(seed.counter()))).integer(seed.amount());
      out.integer(Retention.counter(seed.counter())).text(seed.counter().budgetId());
    }
    out.array(2 * positions.size());
    positions.forEach((log, position) -> out.text(log).integer(position));
    out.array(5 * settled.size());
    for (var mark : settled) {
      out.integer(keys.of(names.record(mark.id())));
      out.integer(mark.checkTime().toEpochMilli()).integer(mark.expireTime().toEpochMilli());
      out.text(Long.toString(mark.costNanos())).integer(mark.keptUntil().toEpochMilli());
    }
    return redis
        .run(HoldScripts.SEED, tenant, keys.all(), List.of(out.take()))
        .thenApply(packed -> {
          var answer = new Unpacker(packed);
          answer.array();
          return answer.bool();
        });
  }

  @Override
  public CompletableFuture<OpenHolds> open(String tenant, Optional<String> from) {
    var names = new Keys(tenant);
    return RecordIndex.open(redis, tenant, from)
        .thenCompose(page ->
            redis
                .get(tenant, page.ids().stream().map(names::record).toList())
                .thenApply(lines -> openHolds(page, lines)));
  }

  private static OpenHolds openHolds(RecordIndex.Page page, List<Optional<byte[]>> lines) {
    var open = new ArrayList<OpenHold>();
    for (int i = 0; i < lines.size(); i++) {
      var id = page.ids().get(i);
      lines
          .get(i)
          .map(HoldRecord::parse)
          .filter(HoldRecord::isHeld)
          .ifPresent(record ->
              open.add(
                  new OpenHold(
                      id, record.checkTime(), record.expireTime(), record.seeds(record.held()))));
    }
    return new OpenHolds(open, page.next());
  }
}
