package dev.tollgate.ingest.share;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.secret.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnersTest {
  private static final int KEYS = 30_000;

  @Test
  void split_amongThree_givesEachAThirdAndEveryKeyToOne() {
    var random = new Random(1);
    var keys =
        IntStream.range(0, KEYS)
            .mapToObj(_ -> new Fingerprint(random.nextLong(), random.nextLong()))
            .toList();
    var owned = new ArrayList<Integer>();
    for (int self = 0; self < 3; self++) {
      try (var owners = Owners.of(new ShareSettings(instances(3), self))) {
        var split = owners.split(IntStream.range(0, KEYS), keys::get);
        assertThat(split.own().size()).isBetween(KEYS / 3 - KEYS / 30, KEYS / 3 + KEYS / 30);
        assertThat(split.others()).hasSize(2);
        owned.addAll(split.own());
      }
    }
    assertThat(owned).hasSize(KEYS).doesNotHaveDuplicates();
  }

  @Test
  void split_alone_keepsAllAndAsksForNoKey() {
    try (var owners = Owners.alone()) {
      var split =
          owners.split(
              IntStream.range(0, 3),
              place -> {
                throw new AssertionError("key of " + place);
              });
      assertThat(split.own()).containsExactly(0, 1, 2);
      assertThat(split.others()).isEmpty();
    }
  }

  private static List<PeerSettings> instances(int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new PeerSettings(
                "127.0.0.1:" + (40_000 + i), new Secret("key"), new PeerSettings.Trust.Plain()))
        .toList();
  }
}
