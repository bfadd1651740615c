package dev.tollgate.client.meter;

/// A text of a provider, made to fit a usage event: an event that is INVALID for a long error code
/// would be usage that is not counted.
final class Brief {
  private static final int CHARACTERS_MAX = 64;

  private Brief() {}

  static String of(String text) {
    var brief = new StringBuilder();
    text.codePoints()
        .filter(point -> !Character.isISOControl(point) && !isLoneSurrogate(point))
        .takeWhile(point -> brief.length() + Character.charCount(point) <= CHARACTERS_MAX)
        .forEach(brief::appendCodePoint);
    return brief.toString();
  }

  private static boolean isLoneSurrogate(int point) {
    return Character.getType(point) == Character.SURROGATE;
  }
}
