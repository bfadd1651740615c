package dev.tollgate.cli.traffic;

import dev.tollgate.cli.standalone.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A recorded sequence of calls: when, how many tokens in, how many out.
///
/// @param digest of the file, SHA-256 in lower-case hexadecimal
public record Trace(String name, String digest, List<Row> rows) {
  private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
  private static final long TOKENS_MAX = 100_000_000;

  /// One call.
  ///
  /// @param sinceFirst from the first row to this one; never below zero
  public record Row(Duration sinceFirst, long inputTokens, long outputTokens) {}

  /// Reads a file of `TIMESTAMP,ContextTokens,GeneratedTokens`; fractions of seconds to the
  /// nanosecond, rows in the order of their times.
  public static Trace read(Path file) {
    try {
      var bytes = Files.readAllBytes(file);
      var lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return new Trace(file.getFileName().toString(), digest(bytes), rows(file, lines));
    } catch (IOException unreadable) {
      throw new Problem(
          "can't read the trace " + file + ": check the path after --trace", unreadable);
    }
  }

  private static List<Row> rows(Path file, List<String> lines) {
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      throw new Problem(file + ": the first line must be " + HEADER);
    }
    var rows = new ArrayList<Row>();
    LocalDateTime first = null;
    for (int i = 1; i < lines.size(); i++) {
      try {
        var fields = lines.get(i).split(",", -1);
        var time = LocalDateTime.parse(fields[0].replace(' ', 'T'));
        first = first == null ? time : first;
        rows.add(row(Duration.between(first, time), fields, rows));
      } catch (DateTimeParseException | IllegalArgumentException | IndexOutOfBoundsException bad) {
        throw new Problem(
            file
                + ", line "
                + (i + 1)
                + ": "
                + lines.get(i)
                + " (expected: "
                + HEADER
                + ", times ascending, tokens from 0 to "
                + TOKENS_MAX
                + ")",
            bad);
      }
    }
    if (rows.isEmpty()) {
      throw new Problem(file + " has no rows: give a trace with at least one");
    }
    return List.copyOf(rows);
  }

  private static Row row(Duration sinceFirst, String[] fields, List<Row> before) {
    var row = new Row(sinceFirst, tokens(fields[1]), tokens(fields[2]));
    var early = before.isEmpty() ? Duration.ZERO : before.getLast().sinceFirst();
    if (fields.length != 3 || sinceFirst.compareTo(early) < 0) {
      throw new IllegalArgumentException();
    }
    return row;
  }

  private static long tokens(String text) {
    var tokens = Long.parseLong(text);
    if (tokens < 0 || tokens > TOKENS_MAX) {
      throw new IllegalArgumentException();
    }
    return tokens;
  }

  static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
