package dev.tollgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.control.Head;
import dev.tollgate.seed.Seeds;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class ControlTableIT {
  private static final int WRITERS = 4;

  private final ClickHouse clickHouse;

  ControlTableIT(Stores stores) {
    clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
  }

  @AfterEach
  void disconnect() {
    clickHouse.close();
  }

  @Test
  void append_versionAfterVersion_readsTheNewest() {
    var table = ControlTable.open(clickHouse, "things");
    var before = table.size();

    var first = table.append("acme", "one", 0, "{\"a\":\"it's\\n\"}", "key-1");
    var second = table.append("acme", "one", 1, "{\"a\":2}", "key-2");
    table.append("acme", "two", 0, "{}", "key-1");
    table.append("other", "one", 0, "{}", "key-1");

    assertThat(first.version()).isEqualTo(1);
    assertThat(first.content()).isEqualTo("{\"a\":\"it's\\n\"}");
    assertThat(table.read("acme", "one")).contains(second);
    assertThat(second.actor()).isEqualTo("key-2");
    assertThat(second.writeTime()).isAfterOrEqualTo(first.writeTime());
    assertThat(table.read("acme", "three")).isEmpty();
    assertThat(table.size()).isEqualTo(before + 4);
    assertThat(table.latest())
        .extracting(Entry::tenant, Entry::id, Entry::version)
        .containsExactly(
            tuple("acme", "one", 2L), tuple("acme", "two", 1L), tuple("other", "one", 1L));
    assertThat(table.latest("other")).extracting(Entry::id).containsExactly("one");
    assertThat(table.latest("acme", "one", "two", 10)).containsExactly(second);
    assertThat(table.latest("acme", "one", "z", 10))
        .extracting(Entry::id)
        .containsExactly("one", "two");
    assertThat(table.latest("acme", "a", "z", 1)).containsExactly(second);
    assertThat(table.latest("acme", "two!", "z", 10)).isEmpty();
    assertThat(table.latestFrom("p")).extracting(Entry::id).containsExactly("two");
    assertThat(table.latestFrom("one")).isEqualTo(table.latest());
    assertThat(table.heads())
        .containsExactly(
            new Head("acme", "one", 2), new Head("acme", "two", 1), new Head("other", "one", 1));
  }

  @Test
  void append_anotherVersionThanExpected_isAConflict() {
    var table = ControlTable.open(clickHouse, "conflicts");
    table.append("acme", "one", 0, "{}", "a");

    assertConflict(() -> table.append("acme", "one", 0, "{}", "b"));
    assertConflict(() -> table.append("acme", "one", 2, "{}", "b"));
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void append_writersRaceForOneVersion_exactlyOneWins() {
    var tables = new ArrayList<ControlTable>();
    for (int i = 0; i < WRITERS; i++) {
      tables.add(ControlTable.open(clickHouse, "races"));
    }
    try (var threads = Executors.newFixedThreadPool(WRITERS)) {
      Seeds.check(
          "control table race",
          60,
          1_000,
          (seed, random) -> {
            var expected = seed % 10;
            var id = "thing-" + seed / 10;
            var start = new CyclicBarrier(WRITERS);
            var attempts = new ArrayList<Callable<Boolean>>();
            for (var table : tables) {
              attempts.add(() -> wins(table, id, expected, start));
            }
            var winners = 0;
            for (var attempt : threads.invokeAll(attempts)) {
              winners += attempt.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
            assertThat(tables.getFirst().size()).isEqualTo(seed + 1);
            assertThat(tables.getFirst().read("acme", id).orElseThrow().version())
                .isEqualTo(expected + 1);
          });
    }
  }

  private static boolean wins(ControlTable table, String id, long expected, CyclicBarrier start)
      throws Exception {
    start.await();
    try {
      table.append("acme", id, expected, "{}", "writer");
      return true;
    } catch (Failure failure) {
      assertThat(failure.reason()).isEqualTo(Reason.WRITE_CONFLICT);
      return false;
    }
  }

  private static void assertConflict(Runnable write) {
    assertThatThrownBy(write::run)
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.WRITE_CONFLICT));
  }
}
