package dev.tollgate.cli.backfill;

import dev.tollgate.cli.standalone.Problem;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Whose export a file is.
public enum Format {
  /// Rows of LiteLLM's table `LiteLLM_SpendLogs`.
  LITELLM(new LiteLlm(), "request_id", "spend", "startTime"),
  /// Helicone's requests.
  HELICONE(new Helicone(), "request_created_at"),
  /// Langfuse's observations; generations and embeddings count.
  LANGFUSE(new Langfuse(), "id", "startTime|start_time", "traceId|trace_id"),
  /// Our own columns.
  CSV(new OwnColumns(), "event_id", "event_time");

  private final Source source;
  private final String[] marks;

  Format(Source source, String... marks) {
    this.source = source;
    this.marks = marks;
  }

  Source source() {
    return source;
  }

  /// Its name, as events' ids and people have it.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @param name empty for `auto`, which is told from a file's first row
  public static Optional<Format> of(String name) {
    if (name.equals("auto")) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(values())
            .filter(format -> format.label().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new Problem(
                    "--format "
                        + name
                        + ": unknown (expected: litellm, langfuse, helicone, csv or auto)")));
  }

  /// Which one a row looks like.
  static Optional<Format> like(SourceRow row) {
    return Arrays.stream(values()).filter(format -> format.isLike(row)).findFirst();
  }

  private boolean isLike(SourceRow row) {
    return Arrays.stream(marks)
        .allMatch(mark -> Arrays.stream(mark.split("\\|")).anyMatch(row.fields()::has));
  }
}
