package dev.tollgate.embedded;

import java.util.List;

/// A store that did not start: one line with the remedy, and the last lines of its log.
public final class StoreStartFailed extends RuntimeException {
  private final String summary;
  private final transient List<String> log;

  StoreStartFailed(String summary, List<String> log) {
    super(log.isEmpty() ? summary : summary + "\n  | " + String.join("\n  | ", log));
    this.summary = summary;
    this.log = List.copyOf(log);
  }

  /// One line: what is wrong, and what to do.
  public String summary() {
    return summary;
  }

  /// The last lines that the store's process wrote; may be empty.
  public List<String> log() {
    return log;
  }
}
