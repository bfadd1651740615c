package dev.tollgate.rating;

/// A pattern of model names: `*` stands for any run of characters, also none, and `#` for one
/// decimal digit; all else for itself.
public record Glob(String text) {
  private static final char ANY_RUN = '*';
  private static final char DIGIT = '#';

  /// Whether the pattern is a name in itself: it has no placeholder.
  public boolean isLiteral() {
    return text.indexOf(ANY_RUN) < 0 && text.indexOf(DIGIT) < 0;
  }

  /// Whether the name is one of the pattern's. Takes time proportional to name times pattern.
  public boolean matches(String name) {
    int at = 0;
    int in = 0;
    int lastRun = -1;
    int retry = 0;
    while (in < name.length()) {
      if (at < text.length() && text.charAt(at) == ANY_RUN) {
        lastRun = at++;
        retry = in;
      } else if (at < text.length() && fits(text.charAt(at), name.charAt(in))) {
        at++;
        in++;
      } else if (lastRun >= 0) {
        at = lastRun + 1;
        in = ++retry;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == ANY_RUN) {
      at++;
    }
    return at == text.length();
  }

  /// Whether there is a name that both patterns match.
  public boolean intersects(Glob other) {
    var reached = new boolean[text.length() + 1][other.text.length() + 1];
    reached[0][0] = true;
    for (int i = 0; i <= text.length(); i++) {
      for (int j = 0; j <= other.text.length(); j++) {
        if (reached[i][j]) {
          step(reached, i, j, other.text);
        }
      }
    }
    return reached[text.length()][other.text.length()];
  }

  /* A run is left without taking anything, or takes what the other side takes and stays. */
  private void step(boolean[][] reached, int i, int j, String other) {
    var mine = i < text.length();
    var theirs = j < other.length();
    var myRun = mine && text.charAt(i) == ANY_RUN;
    var theirRun = theirs && other.charAt(j) == ANY_RUN;
    if (myRun) {
      reached[i + 1][j] = true;
    }
    if (theirRun) {
      reached[i][j + 1] = true;
    }
    if (myRun && theirs && !theirRun) {
      reached[i][j + 1] = true;
    }
    if (theirRun && mine && !myRun) {
      reached[i + 1][j] = true;
    }
    if (mine && theirs && !myRun && !theirRun && share(text.charAt(i), other.charAt(j))) {
      reached[i + 1][j + 1] = true;
    }
  }

  private static boolean share(char one, char other) {
    return fits(one, other) || fits(other, one);
  }

  private static boolean fits(char pattern, char character) {
    return pattern == character || (pattern == DIGIT && character >= '0' && character <= '9');
  }

  @Override
  public String toString() {
    return text;
  }
}
