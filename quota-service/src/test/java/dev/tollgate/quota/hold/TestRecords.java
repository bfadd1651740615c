package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Unpacker;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Records of reservations, read past the product's own verbs: by those who audit it.
public final class TestRecords {
  private static final int PART = 500;
  private static final int FIELDS_UP_TO_LAPSED = 7;

  private TestRecords() {}

  /// What a reservation adds to counters by its record.
  ///
  /// @param state as in record.lua
  /// @param amounts by budget; empty where the record names no counters
  public record Contribution(String state, Map<String, Long> amounts) {}

  /// Those of the requests that have a record, by the request's id.
  public static Map<String, Contribution> of(
      RedisClient client, String tenant, List<String> requestIds) {
    var names = new Keys(tenant);
    var found = new HashMap<String, Contribution>();
    try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
      for (int from = 0; from < requestIds.size(); from += PART) {
        var part = requestIds.subList(from, Math.min(from + PART, requestIds.size()));
        var keys =
            part.stream()
                .map(id -> names.record(ReservationId.of(tenant, id)))
                .toArray(byte[][]::new);
        var values = connection.sync().mget(keys);
        for (int i = 0; i < part.size(); i++) {
          if (values.get(i).hasValue()) {
            found.put(part.get(i), parse(values.get(i).getValue()));
          }
        }
      }
    }
    return found;
  }

  private static Contribution parse(byte[] packed) {
    var known = HoldRecord.parse(packed);
    var amounts =
        switch (known.state()) {
          case "H" -> known.held();
          case "C" -> known.lapsed();
          case "R" -> List.<Long>of();
          default -> charged(packed);
        };
    var byBudget = new HashMap<String, Long>();
    for (int i = 0; i < amounts.size() && i < known.counters().size(); i++) {
      byBudget.merge(known.counters().get(i).budgetId(), amounts.get(i), Long::sum);
    }
    return new Contribution(known.state(), byBudget);
  }

  private static List<Long> charged(byte[] packed) {
    var in = new Unpacker(packed);
    in.array();
    for (int i = 0; i < FIELDS_UP_TO_LAPSED; i++) {
      in.skip();
    }
    var amounts = new ArrayList<Long>();
    if (in.next() == Unpacker.Kind.TEXT) {
      var texts = new Unpacker(in.bytes());
      while (!texts.isAtEnd()) {
        amounts.add(texts.integer());
      }
    }
    return amounts;
  }
}
