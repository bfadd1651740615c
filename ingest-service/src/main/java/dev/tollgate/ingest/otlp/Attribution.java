package dev.tollgate.ingest.otlp;

import dev.tollgate.ingest.otlp.Aliases.Field;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.common.v1.Dimensions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What a call is attributed to, as its record and what lies around it say.
final class Attribution {
  /*
   * What conventions say is a guess at what our dimensions mean: it never costs a call. It is cut to
   * size, and gives way to what the credential pins. What stands under `tollgate.` was meant for us:
   * it is taken as it is, and wrong values are refused, as everywhere.
   */
  private static final String PREFIX = Attributes.OURS;
  private static final int TAGS_MAX = 16;
  private static final Map<String, Field> CONVENTIONAL =
      Map.of(
          "agent", Field.AGENT,
          "workflow", Field.WORKFLOW,
          "session", Field.SESSION,
          "user", Field.USER,
          "environment", Field.ENVIRONMENT,
          "project", Field.PROJECT,
          "release", Field.RELEASE,
          "prompt_version", Field.PROMPT_VERSION,
          "request", Field.RESPONSE_ID);

  private final Trail trail;
  private final Set<String> pinned;
  private final Remarks remarks;
  private final Dimensions.Builder dimensions = Dimensions.newBuilder();

  private Attribution(Trail trail, Set<String> pinned, Remarks remarks) {
    this.trail = trail;
    this.pinned = pinned;
    this.remarks = remarks;
  }

  /// All dimensions.
  ///
  /// @param pinned the dimensions that the credential says itself
  /// @param remarks gets what the sender should know
  static Dimensions of(Trail trail, String operation, Set<String> pinned, Remarks remarks) {
    return new Attribution(trail, pinned, remarks).dimensions(operation);
  }

  private Dimensions dimensions(String operation) {
    CONVENTIONAL.forEach((name, field) -> guess(name, trail.text(field).orElse("")));
    guess("trace", trail.record().traceId());
    guess("operation", operation);
    var provider = Provider.of(trail);
    guess("provider", provider.name());
    guess("endpoint", provider.endpoint());
    guess("model", model(provider.name()));
    meant().forEach(this::mean);
    require("provider", "gen_ai.provider.name");
    require("model", "gen_ai.response.model or gen_ai.request.model");
    return dimensions.build();
  }

  private String model(String provider) {
    var names = trail.texts(Field.MODEL);
    if (names.isEmpty()) {
      return "";
    }
    return trail.aliases().requestedModelFirst().contains(provider)
        ? trail.record().attributes().text("gen_ai.request.model").orElse(names.getFirst())
        : names.getFirst();
  }

  private void guess(String name, String value) {
    if (!value.isEmpty() && !pinned.contains(name)) {
      Dimension.of(name)
          .orElseThrow()
          .write(dimensions, Texts.fit(value, Fields.DIMENSION_VALUE_MAX));
    }
  }

  /// What stands under our own prefix, by what follows it; the nearest counts.
  private Map<String, String> meant() {
    var meant = new TreeMap<String, String>();
    for (var attributes : trail.all()) {
      for (var name : attributes.ours()) {
        attributes
            .text(name)
            .ifPresent(value -> meant.putIfAbsent(name.substring(PREFIX.length()), value));
      }
    }
    return meant;
  }

  private void mean(String name, String value) {
    var dimension = Dimension.of(name);
    if (dimension.isEmpty()) {
      if (!isOther(name)) {
        remarks.add(() ->
            PREFIX
                + Shown.clip(name)
                + ": unknown (expected: a dimension like "
                + PREFIX
                + Dimension.nearest(name)
                + ", or "
                + PREFIX
                + "tags.<key>)");
      }
    } else if (dimension.get().isTag() && dimensions.getTagsCount() >= TAGS_MAX) {
      remarks.add(() -> PREFIX + Shown.clip(name) + ": left out (expected: at most 16 tags)");
    } else {
      dimension.get().write(dimensions, value);
    }
  }

  /// Whether the table reads it.
  private boolean isOther(String name) {
    return trail.aliases().fields().values().stream()
        .flatMap(place -> place.names().stream())
        .anyMatch(other -> other.name().equals(PREFIX + name));
  }

  /* Refusing the call would leave its tokens out of the ledger, where nobody would miss them. */
  private void require(String name, String attribute) {
    var dimension = Dimension.of(name).orElseThrow();
    if (dimension.read(dimensions.build()).isEmpty() && !pinned.contains(name)) {
      dimension.write(dimensions, "unknown");
      remarks.add(() ->
          name
              + ": missing, counted as unpriced (expected: "
              + attribute
              + ", or "
              + PREFIX
              + name
              + ")");
    }
  }
}
