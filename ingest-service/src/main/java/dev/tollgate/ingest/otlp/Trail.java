package dev.tollgate.ingest.otlp;

import dev.tollgate.ingest.otlp.Aliases.Field;
import dev.tollgate.ingest.otlp.Aliases.From;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Whose attributes speak for one record: its own, then those of what it lies in, then those of its
/// resource.
record Trail(Observed record, List<Observed> ancestors, Aliases aliases) {
  /// The first text that the table finds for the field; empty where there is none.
  Optional<String> text(Field field) {
    return texts(field).stream().findFirst();
  }

  /// All texts that the table finds for the field, the preferred one first.
  List<String> texts(Field field) {
    return aliases.place(field).from().stream()
        .flatMap(from -> on(from).stream())
        .flatMap(attributes ->
            aliases.place(field).names().stream()
                .filter(name -> name.counts(attributes))
                .flatMap(name -> attributes.text(name.name()).stream()))
        .toList();
  }

  boolean isTrue(Field field) {
    return text(field).orElse("").equalsIgnoreCase("true");
  }

  /// From the nearest to the farthest.
  List<Attributes> all() {
    return Arrays.stream(From.values()).flatMap(from -> on(from).stream()).toList();
  }

  private List<Attributes> on(From from) {
    return switch (from) {
      case RECORD -> List.of(record.attributes());
      case ANCESTORS -> ancestors.stream().map(Observed::attributes).toList();
      case RESOURCE -> List.of(record.resource());
    };
  }
}
