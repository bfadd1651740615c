package dev.tollgate.kernel.env;

import java.util.List;

/// Settings with which a service can't start: every mistake, one per line. For people, so it has no
/// stack trace.
public final class SettingsInvalid extends RuntimeException {
  private final transient List<String> mistakes;

  public SettingsInvalid(List<String> mistakes) {
    super(String.join("\n", mistakes), null, false, false);
    this.mistakes = List.copyOf(mistakes);
  }

  public List<String> mistakes() {
    return mistakes;
  }
}
