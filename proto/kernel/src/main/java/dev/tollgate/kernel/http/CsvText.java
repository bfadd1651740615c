package dev.tollgate.kernel.http;

import java.util.regex.Pattern;

/// A text as a cell of CSV (RFC 4180) that no spreadsheet takes for a formula.
final class CsvText {
  private static final Pattern FORMULA = Pattern.compile("(?s)[=+\\-@\\t\\r].*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
  private static final Pattern NEEDS_QUOTES = Pattern.compile("(?s).*[,\"\\r\\n].*");

  private CsvText() {}

  static String of(String text) {
    var isFormula = FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches();
    var harmless = isFormula ? "'" + text : text;
    return NEEDS_QUOTES.matcher(harmless).matches()
        ? "\"" + harmless.replace("\"", "\"\"") + "\""
        : harmless;
  }
}
