package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Redis;
import dev.tollgate.quota.redis.Unpacker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The indexes of a tenant's reservations by expiry: those that are open, and those that lapsed.
final class RecordIndex {
  private static final int READ_MAX = 100;
  private static final int SCAN_MAX = 500;
  private static final String START = "0";

  private RecordIndex() {}

  /// Some of a scan, and where it goes on.
  record Page(List<ReservationId> ids, Optional<String> next) {}

  static CompletableFuture<List<ReservationId>> due(Redis redis, String tenant) {
    return run(redis, tenant, new Keys(tenant).openHolds(), "due", Integer.toString(READ_MAX))
        .thenApply(Page::ids);
  }

  static CompletableFuture<List<ReservationId>> unrecorded(Redis redis, String tenant) {
    return run(redis, tenant, new Keys(tenant).lapses(), "first", Integer.toString(READ_MAX))
        .thenApply(Page::ids);
  }

  static CompletableFuture<Page> open(Redis redis, String tenant, Optional<String> from) {
    var count = Integer.toString(SCAN_MAX);
    return run(redis, tenant, new Keys(tenant).openHolds(), "scan", count, from.orElse(START));
  }

  static CompletableFuture<Void> removeLapses(Redis redis, String tenant, List<ReservationId> ids) {
    var arguments = new ArrayList<String>();
    arguments.add("remove");
    ids.forEach(id -> arguments.add(id.text()));
    return run(redis, tenant, new Keys(tenant).lapses(), arguments.toArray(String[]::new))
        .thenAccept(any -> {});
  }

  private static CompletableFuture<Page> run(
      Redis redis, String tenant, byte[] key, String... arguments) {
    var bytes =
        Arrays.stream(arguments).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    return redis
        .run(HoldScripts.INDEX, tenant, List.of(key), bytes)
        .thenApply(answer -> page(new Unpacker(answer)));
  }

  private static Page page(Unpacker answer) {
    var ids = new ArrayList<ReservationId>();
    var length = answer.array();
    answer.skip();
    var cursor = answer.text();
    for (int left = length - 2; left > 0; left--) {
      ids.add(new ReservationId(answer.text()));
    }
    return new Page(ids, cursor.equals(START) ? Optional.empty() : Optional.of(cursor));
  }
}
