package dev.tollgate.ingest.accept;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoredTest {
  private final Stored stored = new Stored(10);

  @Test
  void reached_whatTheLedgerHad_isDoneAtOnce() {
    assertThat(stored.reached(0)).isCompleted();
    assertThat(stored.reached(10)).isCompleted();
    assertThat(stored.reached(11)).isNotDone();
  }

  @Test
  void reached_isDoneWhenTheLedgerGetsThereAndNotBefore() {
    var later = stored.reached(20);
    var sooner = stored.reached(12);

    stored.advance(12);
    assertThat(sooner).isCompleted();
    assertThat(later).isNotDone();
    stored.advance(25);
    assertThat(later).isCompleted();
    assertThat(stored.reached(25)).isCompleted();
  }

  @Test
  void forget_endsOneWaitOnly() {
    var one = stored.reached(20);
    var other = stored.reached(20);

    stored.forget(one);

    assertThat(one).isCancelled();
    assertThat(other).isNotDone();
    stored.advance(20);
    assertThat(other).isCompleted();
  }
}
