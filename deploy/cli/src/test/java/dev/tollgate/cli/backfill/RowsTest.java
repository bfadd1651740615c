package dev.tollgate.cli.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
  @Test
  void csv_quotesAndLineEnds_areReadAsWritten() throws IOException {
    var rows =
        read(
            "id,text,n\r\n1,\"a, \"\"b\"\"\nc\",2\r\n\r\n2,,\r\n",
            row ->
                row.line() + "|" + row.text("id") + "|" + row.text("text") + "|" + row.text("n"));

    assertThat(rows).containsExactly("2|1|a, \"b\"\nc|2", "5|2||");
  }

  @Test
  void csv_rowWithOtherCells_isReportedAndTheNextIsRead() throws IOException {
    assertThat(read("a,b\n1\n1,2,3\n4,5", row -> row.text("a")))
        .containsExactly(
            "2: 1 cells (expected: 2, as in the first row)",
            "3: 3 cells (expected: 2, as in the first row)",
            "4");
  }

  @Test
  void csv_rowBeyondTheBound_isReportedAndTheNextIsRead() throws IOException {
    var huge = Reader.of("a,b\n\"" + "x".repeat(Lines.CHARS_MAX + 10) + "\",1\n2,3\n");

    assertThat(all(SourceFile.open(huge), row -> row.text("a")))
        .containsExactly("2: longer than " + Lines.CHARS_MAX + " characters", "2");
  }

  @Test
  void jsonLines_oneIsBroken_theOthersAreRead() throws IOException {
    assertThat(
            read("\uFEFF{\"a\": 1}\n\n{\"a\": \n[1]\n{\"a\": 2} x\n{\"a\": 3}", r -> r.text("a")))
        .containsExactly(
            "1",
            "3: not JSON at column 7 (expected: a JSON object)",
            "4: not an object (expected: a JSON object)",
            "5: not JSON at column 11 (expected: a JSON object)",
            "3");
  }

  @Test
  void jsonArray_plainOrAsData_isReadRowByRow() throws IOException {
    assertThat(read("[{\"a\": 1},\n 7,\n {\"a\": 2}]", row -> row.line() + "|" + row.text("a")))
        .containsExactly("1|1", "2: not an object (expected: a JSON object)", "3|2");
    assertThat(read(" {\"data\": [{\"a\": 1}], \"meta\": {\"page\": 1}}", row -> row.text("a")))
        .containsExactly("1");
  }

  @Test
  void jsonArray_broken_saysThatTheRestIsNotRead() throws IOException {
    assertThat(read("[{\"a\": 1}, {\"a\" 2}]", row -> row.text("a")))
        .containsExactly("1", "1: not JSON at column 17; nothing of the file is read from here on");
  }

  @Test
  void row_valuesOfEveryKind_areReadOrReported() throws IOException {
    var line =
        """
        {"iso": "2026-08-01T10:00:00.5Z", "plain": "2026-08-01 10:00:00", "zone": \
        "2026-08-01 12:00:00+02", "millis": 1785578400000, "no": "soon", "n": "12.0", "half": 1.5, \
        "inner": {"deep": {"x": "y"}}, "text": "{\\"x\\": 3}", "list": ["a", "b"], "e": "1e-7"}
        """;
    var row = ((Rows.Read.Row) SourceFile.open(new StringReader(line)).next().orElseThrow()).row();

    assertThat(row.time("iso").orElseThrow()).hasToString("2026-08-01T10:00:00.500Z");
    for (var name : List.of("plain", "zone", "millis")) {
      assertThat(row.time(name).orElseThrow()).as(name).hasToString("2026-08-01T10:00:00Z");
    }
    assertThat(row.time("no", "iso")).isEmpty();
    assertThat(row.count("missing", "n")).contains(12L);
    assertThat(row.count("half")).isEmpty();
    assertThat(row.text("inner.deep.x")).isEqualTo("y");
    assertThat(row.count("text.x")).contains(3L);
    assertThat(row.text("list")).isEqualTo("a,b");
    assertThat(row.amount("e").orElseThrow()).isEqualByComparingTo("0.0000001");
    assertThat(row.mistakes())
        .containsExactly(
            "no: \"soon\" (expected: a time like 2026-08-01T12:00:00Z, UTC where it names no zone)",
            "half: \"1.5\" (expected: a whole number from 0 to 1000000000000)");
  }

  private interface Shown {
    String of(SourceRow row);
  }

  private static List<String> read(String text, Shown shown) throws IOException {
    return all(SourceFile.open(new StringReader(text)), shown);
  }

  private static List<String> all(Rows rows, Shown shown) throws IOException {
    var all = new ArrayList<String>();
    for (var read = rows.next(); read.isPresent(); read = rows.next()) {
      all.add(
          switch (read.get()) {
            case Rows.Read.Row(var row) -> shown.of(row);
            case Rows.Read.Unreadable(var line, var why) -> line + ": " + why;
          });
    }
    return all;
  }
}
