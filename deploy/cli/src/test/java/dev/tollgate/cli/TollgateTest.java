package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TollgateTest {
  @Test
  void help_ofEveryCommand_explainsIt() {
    assertThat(Commands.run("--help").out()).contains("demo", "up", "price");
    assertThat(Commands.run("demo", "--help").out()).contains("--trace", "--json", "--keep");
    assertThat(Commands.run("price", "--help").out())
        .contains("--book", "--no-default", "--period", "--fx", "--currency", "--time");
    assertThat(Commands.run("up", "--help").out()).contains("--data", "--ports", "--redis");
  }

  @Test
  void command_unknown_isAUsageError() {
    var outcome = Commands.run("fly");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("fly");
  }

  @Test
  void demo_traceWithoutModel_isAUsageError() {
    var outcome = Commands.run("demo", "--trace", "x.csv");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("--trace and --model");
  }

  @Test
  void demo_traceThatIsNotThere_isOneLineWithTheRemedy() {
    var outcome = Commands.run("demo", "--trace", "none.csv", "--model", "m");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("tollgate: ").contains("none.csv", "--trace");
  }
}
