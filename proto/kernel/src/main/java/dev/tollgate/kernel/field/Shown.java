package dev.tollgate.kernel.field;

/// A caller's value as an error message shows it: short, on one line, safe to log.
public final class Shown {
  private static final int LENGTH_MAX = 64;

  private Shown() {}

  /// In quotes, cut at 64 characters with the length said, control characters replaced.
  public static String text(String value) {
    var quoted = "\"" + clip(value) + "\"";
    return value.length() <= LENGTH_MAX
        ? quoted
        : quoted + "... (" + value.length() + " characters)";
  }

  /// At most 64 characters of it, control characters replaced by `?`.
  public static String clip(String value) {
    var end = Math.min(value.length(), LENGTH_MAX);
    if (end < value.length() && Character.isHighSurrogate(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(0, end).replaceAll("\\p{Cntrl}", "?");
  }
}
