package dev.tollgate.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.cli.standalone.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
  private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n";

  @TempDir Path folder;

  @Test
  void read_fractionsOfSevenDigits_keepsTheGapsExactly() throws IOException {
    var trace =
        read(
            HEADER
                + "2023-11-16 18:17:03.9799600,4808,10\r\n"
                + "2023-11-16 18:17:04.0319601,3180,8");

    assertThat(trace.rows())
        .containsExactly(
            new Trace.Row(Duration.ZERO, 4808, 10),
            new Trace.Row(Duration.ofNanos(52_000_100), 3180, 8));
  }

  @Test
  void read_sameContent_hasTheSameDigest() throws IOException {
    var text = HEADER + "2023-11-16 18:17:03,1,2\n";

    assertThat(read(text).digest()).isEqualTo(read(text).digest()).hasSize(64);
  }

  @Test
  void read_noFile_isAProblemThatNamesIt() {
    assertThatThrownBy(() -> Trace.read(folder.resolve("none.csv")))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("none.csv")
        .hasMessageContaining("--trace");
  }

  @Test
  void read_otherHeader_isAProblem() {
    assertProblem("time,in,out\n1,2,3\n", "first line");
  }

  @Test
  void read_noRows_isAProblem() {
    assertProblem(HEADER, "no rows");
  }

  @Test
  void read_badRows_areProblemsThatNameTheLine() {
    for (var row :
        new String[] {
          "yesterday,1,2",
          "2023-11-16 18:17:03,-1,2",
          "2023-11-16 18:17:03,1.5,2",
          "2023-11-16 18:17:03,1",
          "2023-11-16 18:17:03,1,2,3",
          "2023-11-16 18:17:03,1,99999999999999999999",
          "2023-11-16 18:17:01,1,2",
          ""
        }) {
      assertProblem(HEADER + "2023-11-16 18:17:02,1,2\n" + row + "\n", "line 3");
    }
  }

  private void assertProblem(String text, String expected) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(Problem.class).hasMessageContaining(expected);
  }

  private Trace read(String text) throws IOException {
    return Trace.read(Files.writeString(folder.resolve("trace.csv"), text));
  }
}
