package dev.tollgate.cli.backfill;

import dev.tollgate.cli.standalone.Problem;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Whose export a file is.
public enum Format {
  /// Rows of LiteLLM's table `LiteLLM_SpendLogs`.
  LITELLM("request_id spend startTime"),
  /// Helicone's requests.
  HELICONE("request_created_at"),
  /// Langfuse's observations; generations and embeddings count.
  LANGFUSE("id startTime|start_time traceId|trace_id"),
  /// Our own columns.
  CSV("event_id event_time");

  /* The fields by which it is told, with their other names. */
  private final String marks;

  Format(String marks) {
    this.marks = marks;
  }

  Source source() {
    return switch (this) {
      case LITELLM -> new LiteLlm();
      case HELICONE -> new Helicone();
      case LANGFUSE -> new Langfuse();
      case CSV -> new OwnColumns();
    };
  }

  /// Its name, as events' ids and people have it.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The one of that name; empty for `auto`, which is told from a file's first row.
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
    return Arrays.stream(marks.split(" ", -1))
        .allMatch(mark -> Arrays.stream(mark.split("\\|", -1)).anyMatch(row.fields()::has));
  }
}
