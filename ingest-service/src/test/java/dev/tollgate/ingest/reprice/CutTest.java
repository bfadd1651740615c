package dev.tollgate.ingest.reprice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.ledger.Entries.Hour;
import dev.tollgate.ingest.ledger.Entries.Slice;
import dev.tollgate.ingest.ledger.Selection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CutTest {
  private static final Instant DAY = Instant.parse("2026-08-01T00:00:00Z");

  @Test
  void cuts_sparseHours_areReadTogether() {
    assertThat(Cut.of(List.of(hour(0, 4), hour(5, 6), hour(9, 1)), 10))
        .containsExactly(new Cut(at(0), at(6), 10, 1), new Cut(at(9), at(10), 1, 1));
  }

  @Test
  void cuts_fullHour_isReadInParts() {
    assertThat(Cut.of(List.of(hour(0, 1), hour(1, 21), hour(2, 1)), 10))
        .containsExactly(
            new Cut(at(0), at(1), 1, 1), new Cut(at(1), at(2), 21, 3), new Cut(at(2), at(3), 1, 1));
    assertThat(Cut.of(List.of(), 10)).isEmpty();
  }

  @Test
  void slice_atTheEdges_staysWithinTheSelection() {
    var selection = new Selection(at(0).plusMillis(7), at(1).plusMillis(9), "", "");
    var cut = new Cut(at(0), at(2), 5, 1);

    assertThat(cut.slice(selection, 0, Instant.EPOCH))
        .isEqualTo(new Slice(selection.from(), selection.until(), 0, 1, false));
    assertThat(cut.slice(selection, 0, selection.from()).hasMoved()).isFalse();
    assertThat(cut.slice(selection, 0, selection.from().plusMillis(1)).hasMoved()).isTrue();
  }

  private static Hour hour(int number, long events) {
    return new Hour(at(number), events);
  }

  private static Instant at(int hour) {
    return DAY.plus(Duration.ofHours(hour));
  }
}
