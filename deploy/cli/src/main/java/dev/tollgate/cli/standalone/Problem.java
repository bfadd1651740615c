package dev.tollgate.cli.standalone;

/// What keeps a command from doing its work, told to a person in one line together with the remedy.
public final class Problem extends RuntimeException {
  public Problem(String whatAndRemedy) {
    super(whatAndRemedy);
  }

  public Problem(String whatAndRemedy, Throwable cause) {
    super(whatAndRemedy, cause);
  }
}
