package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Unpacker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A reservation's record as the scripts keep it: see record.lua.
///
/// @param lapsed what stays of `held` where it expires
record HoldRecord(
    String state,
    Instant checkTime,
    Instant expireTime,
    HoldBody body,
    List<Long> held,
    List<Long> lapsed) {
  private static final String HELD = "H";
  private static final String CHARGED_BY_EXPIRY = "C";

  static HoldRecord parse(byte[] packed) {
    var in = new Unpacker(packed);
    in.array();
    var state = in.text();
    var checkTime = Instant.ofEpochMilli(in.integer());
    var expireTime = Instant.ofEpochMilli(in.integer());
    in.skip();
    var body = HoldBody.parse(in.bytes());
    var held = amounts(in);
    var lapsed = in.next() == Unpacker.Kind.BOOL ? held : amounts(in);
    return new HoldRecord(state, checkTime, expireTime, body, held, lapsed);
  }

  private static List<Long> amounts(Unpacker in) {
    var texts = new Unpacker(in.bytes());
    var amounts = new ArrayList<Long>();
    while (!texts.isAtEnd()) {
      amounts.add(texts.integer());
    }
    return amounts;
  }

  boolean isHeld() {
    return state.equals(HELD);
  }

  boolean isChargedByExpiry() {
    return state.equals(CHARGED_BY_EXPIRY);
  }

  List<Counter> counters() {
    return body.counters();
  }

  /// What it holds of the counter of that name.
  long held(String counterName) {
    for (int i = 0; i < counters().size(); i++) {
      if (counters().get(i).name().equals(counterName)) {
        return held.get(i);
      }
    }
    return 0;
  }

  /// Each counter with its amount of the list.
  List<Seed> seeds(List<Long> amounts) {
    var seeds = new ArrayList<Seed>();
    for (int i = 0; i < amounts.size(); i++) {
      seeds.add(new Seed(counters().get(i), amounts.get(i)));
    }
    return seeds;
  }
}
