package dev.tollgate.ingest.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.dedupe.RecentKeys.Seen;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.seed.Seeds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RecentKeysTest {
  /// Many chunks, shards that grow and shrink, keys whose places in the index collide.
  @Test
  void operations_ofAllKinds_agreeWithAMap() {
    Seeds.check("recent keys", 10, 300, (seed, random) -> compare(random));
  }

  private static void compare(RandomGenerator random) {
    var countMax = 1 + random.nextInt(40_000);
    var keys = new RecentKeys(countMax);
    var model = new LinkedHashMap<Fingerprint, Seen>();
    var history = Long.MIN_VALUE;
    var ever = new ArrayList<Fingerprint>();
    var colliding = random.nextBoolean();
    for (long now = 0; now < 60_000; now++) {
      var key =
          new Fingerprint(
              random.nextLong(), colliding ? random.nextLong(1 << 10) : random.nextLong());
      ever.add(key);
      var seen =
          new Seen(new Fingerprint(now, random.nextLong()), now, random.nextLong(now + 1), now);
      keys.put(key, seen);
      model.putIfAbsent(key, seen);
      if (random.nextInt(50) == 0) {
        var again = ever.get(random.nextInt(ever.size()));
        keys.put(again, seen);
        model.putIfAbsent(again, seen);
      }
      if (random.nextInt(20) == 0) {
        var before = now - random.nextLong(50_000);
        var committed = now - random.nextInt(1_000);
        keys.evict(before, committed);
        while (!model.isEmpty()) {
          var eldest = model.firstEntry().getValue();
          if ((eldest.receivedMillis() >= before && model.size() <= countMax)
              || eldest.position() > committed) {
            break;
          }
          history = Math.max(history, eldest.eventMillis());
          model.pollFirstEntry();
        }
      }
      var asked = ever.get(random.nextInt(ever.size()));
      assertThat(keys.get(asked)).isEqualTo(model.get(asked));
    }
    assertThat(keys.size()).isEqualTo(model.size());
    assertThat(keys.historyEndMillis()).isEqualTo(history);
    ever.forEach(key -> assertThat(keys.get(key)).isEqualTo(model.get(key)));
  }
}
