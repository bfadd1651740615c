package dev.tollgate.kernel.clickhouse;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Values for `{name:Type}` in a statement, written as ClickHouse reads them: the value travels
/// beside the statement and can't become part of it.
final class Parameters {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter WHOLE_SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  /* The server takes no longer field of a form. */
  private static final int BYTES_MAX = 128 * 1024;

  private Parameters() {}

  /// A value as it goes over the wire. Not a String: the client would escape that again, by rules
  /// of its own.
  private record Written(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  static Map<String, Object> written(Map<String, Object> values) {
    var written = new HashMap<String, Object>();
    values.forEach((name, value) -> written.put(name, new Written(checked(name, top(value)))));
    return written;
  }

  private static String checked(String name, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          name + ": " + bytes + " bytes (expected: at most " + BYTES_MAX + ")");
    }
    return text;
  }

  /* A text on its own is read as a field of a tab-separated line; inside an array or a map it stands
  in quotes, and the array or map is read as it is. */
  private static String top(Object value) {
    return switch (value) {
      case String text -> escaped(text);
      case Instant instant -> time(instant);
      default -> nested(value);
    };
  }

  private static String nested(Object value) {
    return switch (value) {
      case String text -> quoted(text);
      case Boolean flag -> flag ? "1" : "0";
      case Integer number -> number.toString();
      case Long number -> number.toString();
      case BigInteger number -> number.toString();
      case BigDecimal number -> number.toPlainString();
      case Instant instant -> quoted(time(instant));
      case List<?> list ->
          list.stream().map(Parameters::nested).collect(Collectors.joining(",", "[", "]"));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> nested(entry.getKey()) + ":" + nested(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      default ->
          throw new IllegalArgumentException(
              value.getClass() + " (expected: text, number, flag, instant, list or map)");
    };
  }

  private static String time(Instant instant) {
    var whole = instant.equals(instant.truncatedTo(ChronoUnit.SECONDS));
    return (whole ? WHOLE_SECONDS : TIME).format(instant);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\0", "\\0");
  }
}
