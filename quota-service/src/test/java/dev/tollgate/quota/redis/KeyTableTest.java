package dev.tollgate.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.seed.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  @Test
  void keys_anyNumberAndOrder_areNumberedOnceEach() {
    var table = new KeyTable();
    Seeds.check(
        "key table",
        200,
        5_000,
        (seed, random) -> {
          var seen = new ArrayList<String>();
          for (int i = random.nextInt(1_000); i > 0; i--) {
            var key = "{t}:" + random.nextInt(600);
            if (!seen.contains(key)) {
              seen.add(key);
            }
            assertThat(table.number(bytes(key))).isEqualTo(seen.indexOf(key) + 1);
          }
          assertThat(table.take().stream().map(KeyTableTest::text)).isEqualTo(seen);
        });
  }

  /* Two strings with one hash code. */
  @Test
  void keys_ofEqualHash_areToldApart() {
    var table = new KeyTable();

    assertThat(table.number(bytes("Aa"))).isEqualTo(1);
    assertThat(table.number(bytes("BB"))).isEqualTo(2);
    assertThat(table.number(bytes("Aa"))).isEqualTo(1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
