package dev.tollgate.ingest.otlp;

/// Texts of others, made to fit.
final class Texts {
  private Texts() {}

  /// At most `max` characters of it, with a blank in place of each control character.
  static String fit(String text, int max) {
    var fit = new StringBuilder();
    var count = 0;
    for (int i = 0; i < text.length() && count < max; count++) {
      var character = text.codePointAt(i);
      fit.appendCodePoint(Character.isISOControl(character) ? ' ' : character);
      i += Character.charCount(character);
    }
    return fit.toString();
  }

  /// Whether it has 1 to `max` characters, all of them printable ASCII and no blank.
  static boolean isToken(String text, int max) {
    return !text.isEmpty()
        && text.length() <= max
        && text.chars().allMatch(character -> character > ' ' && character < 0x7f);
  }
}
