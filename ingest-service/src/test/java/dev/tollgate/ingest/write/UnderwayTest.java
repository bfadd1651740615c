package dev.tollgate.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UnderwayTest {
  private final List<Long> committed = new ArrayList<>();
  private boolean logFails;

  private final Underway underway =
      new Underway(
          2,
          cut -> {
            if (logFails) {
              throw new IllegalStateException("the log can't be written");
            }
            committed.add(cut.last());
          });

  private BatchReader.Cut added(long last) {
    var cut = new BatchReader.Cut(last - 9, last, Map.of(), new TreeMap<>(), 0, 0);
    underway.add(cut);
    return cut;
  }

  @Test
  void stored_inAnyOrder_isCommittedInThatOfTheLog() throws Exception {
    var first = added(10);
    var second = added(20);

    underway.stored(second);
    assertThat(committed).isEmpty();
    assertThat(underway.awaitRoom(Duration.ZERO)).isFalse();

    underway.stored(first);
    assertThat(committed).containsExactly(10L, 20L);
    assertThat(underway.awaitNone(Duration.ZERO)).isTrue();
  }

  @Test
  void stored_commitFails_isCommittedWhenSaidAgainAndOnce() throws Exception {
    var cut = added(10);
    logFails = true;
    assertThatThrownBy(() -> underway.stored(cut)).isInstanceOf(IllegalStateException.class);
    assertThat(underway.isEmpty()).isFalse();

    logFails = false;
    underway.stored(cut);
    underway.stored(cut);

    assertThat(committed).containsExactly(10L);
    assertThat(underway.isEmpty()).isTrue();
  }

  @Test
  void awaitRoom_oneOfTwo_mayBeJoined() throws Exception {
    assertThat(underway.awaitRoom(Duration.ZERO)).isTrue();
    added(10);

    assertThat(underway.awaitRoom(Duration.ZERO)).isTrue();
    assertThat(underway.awaitNone(Duration.ZERO)).isFalse();
  }
}
