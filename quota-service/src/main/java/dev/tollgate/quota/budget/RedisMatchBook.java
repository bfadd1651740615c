package dev.tollgate.quota.budget;

import dev.tollgate.quota.hold.HoldScripts;
import dev.tollgate.quota.redis.Redis;
import dev.tollgate.quota.redis.Unpacker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// When checks matched budgets last, in a hash per tenant in Redis. A Redis that is lost forgets
/// it: then budgets seem unmatched until a check matches them.
public final class RedisMatchBook implements MatchBook {
  private static final Duration KEPT = Duration.ofDays(40);
  private static final int AT_ONCE_MAX = 500;

  private final Redis redis;

  public RedisMatchBook(Redis redis) {
    this.redis = redis;
  }

  @Override
  public CompletableFuture<Void> note(String tenant, Map<String, Long> lastMillis) {
    var done = CompletableFuture.<Void>completedFuture(null);
    var arguments = new ArrayList<String>();
    for (var each : lastMillis.entrySet()) {
      arguments.add(each.getKey());
      arguments.add(Long.toString(each.getValue()));
      if (arguments.size() == 2 * AT_ONCE_MAX) {
        var part = List.copyOf(arguments);
        done = done.thenCompose(before -> run(tenant, part)).thenAccept(any -> {});
        arguments.clear();
      }
    }
    return arguments.isEmpty()
        ? done
        : done.thenCompose(before -> run(tenant, arguments)).thenAccept(any -> {});
  }

  @Override
  public CompletableFuture<Map<String, Long>> last(String tenant) {
    return run(tenant, List.of())
        .thenApply(packed -> {
          var answer = new Unpacker(packed);
          var last = new HashMap<String, Long>();
          for (int left = answer.array(); left > 0; left -= 2) {
            last.put(answer.text(), Long.parseLong(answer.text()));
          }
          return last;
        });
  }

  private CompletableFuture<byte[]> run(String tenant, List<String> pairs) {
    var arguments = new ArrayList<byte[]>();
    arguments.add(bytes(Long.toString(KEPT.toMillis())));
    pairs.forEach(text -> arguments.add(bytes(text)));
    return redis.run(HoldScripts.MATCHES, tenant, List.of(bytes("{" + tenant + "}:m")), arguments);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
