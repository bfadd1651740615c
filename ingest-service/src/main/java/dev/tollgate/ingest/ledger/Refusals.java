package dev.tollgate.ingest.ledger;

import com.clickhouse.client.api.ServerException;
import java.util.Map;
import java.util.Optional;

/// Which of ClickHouse's errors say that it will never take what was sent.
public final class Refusals {
  /* Only errors of the bytes themselves. Not of the schema (no such column, no such table): these
  concern every row, and the schema can be mended. Not of the server (limits, timeouts). */
  private static final Map<Integer, String> NEVER =
      Map.ofEntries(
          Map.entry(6, "CANNOT_PARSE_TEXT"),
          Map.entry(27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED"),
          Map.entry(32, "ATTEMPT_TO_READ_AFTER_EOF"),
          Map.entry(33, "CANNOT_READ_ALL_DATA"),
          Map.entry(38, "CANNOT_PARSE_DATE"),
          Map.entry(41, "CANNOT_PARSE_DATETIME"),
          Map.entry(69, "ARGUMENT_OUT_OF_BOUND"),
          Map.entry(72, "CANNOT_PARSE_NUMBER"),
          Map.entry(117, "INCORRECT_DATA"),
          Map.entry(128, "TOO_LARGE_ARRAY_SIZE"),
          Map.entry(131, "TOO_LARGE_STRING_SIZE"),
          Map.entry(321, "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE"),
          Map.entry(349, "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN"),
          Map.entry(407, "DECIMAL_OVERFLOW"),
          Map.entry(469, "VIOLATED_CONSTRAINT"),
          Map.entry(691, "UNKNOWN_ELEMENT_OF_ENUM"));

  /* How ClickHouse says where an insert was when it failed. */
  private static final String IN_A_VIEW = "while pushing to view";

  private Refusals() {}

  /// Nothing where the same insert may yet be taken.
  static Optional<Insertion> of(ServerException answered) {
    if (String.valueOf(answered.getMessage()).contains(IN_A_VIEW)) {
      return Optional.of(new Insertion.Unfinished(answered.getCode()));
    }
    return NEVER.containsKey(answered.getCode())
        ? Optional.of(new Insertion.Refused(answered.getCode()))
        : Optional.empty();
  }

  /// The error's name, which tells nothing of the content.
  public static String name(int code) {
    return NEVER.getOrDefault(code, "CODE_" + code);
  }
}
