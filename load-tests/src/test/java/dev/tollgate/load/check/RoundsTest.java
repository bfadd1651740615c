package dev.tollgate.load.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.load.drive.Rounds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private final List<String> said = new ArrayList<>();

  /// Rounds whose strict rate is their number, between these floors.
  private Rounds<Scenario> run(int wanted, Double... floors) {
    var next = new ArrayDeque<>(Arrays.asList(floors));
    return Rounds.run(
        wanted,
        0.1,
        next::remove,
        number ->
            Map.of(
                Scenario.STRICT, new Rounds.Rate(number, 0, 0),
                Scenario.NOOP, new Rounds.Rate(10, 0, 0)),
        said::add);
  }

  @Test
  void run_calmFloor_keepsAllAndReportsMedians() {
    var rounds = run(3, 100.0, 105.0, 95.0, 100.0);

    assertThat(rounds.dropped()).isZero();
    assertThat(rounds.rate(Scenario.STRICT)).isEqualTo(2);
    assertThat(rounds.ratio(Scenario.STRICT, Scenario.NOOP)).isEqualTo(0.2);
  }

  @Test
  void run_floorMovedInOneRound_dropsBothThatTouchItAndRepeats() {
    var rounds = run(3, 100.0, 60.0, 100.0, 100.0, 100.0, 100.0);

    assertThat(rounds.dropped()).isEqualTo(2);
    assertThat(rounds.kept()).hasSize(3);
    assertThat(rounds.rate(Scenario.STRICT)).isEqualTo(4);
  }

  @Test
  void run_floorNeverCalm_endsAndKeepsTheCalmestRound() {
    var rounds = run(2, 100.0, 200.0, 300.0, 420.0, 600.0);

    assertThat(rounds.kept()).hasSize(1);
    assertThat(rounds.dropped()).isEqualTo(3);
    assertThat(said).anyMatch(line -> line.contains("something else runs"));
  }
}
