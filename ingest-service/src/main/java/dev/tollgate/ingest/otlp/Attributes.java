package dev.tollgate.ingest.otlp;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a span, a log record or a resource says of itself, by name.
final class Attributes {
  /// What the names of attributes begin with that are meant for us.
  static final String OURS = "tollgate.";

  /* Every call below a span looks at them: an export must not make that dear. */
  private static final int OURS_MAX = 64;

  static final Attributes NONE = new Attributes(Map.of());

  private final Map<String, AnyValue> byName;
  private final List<String> ours;

  private Attributes(Map<String, AnyValue> byName) {
    this.byName = byName;
    this.ours =
        byName.keySet().stream().filter(name -> name.startsWith(OURS)).limit(OURS_MAX).toList();
  }

  /// Where a name comes twice, which must not be, the first one counts.
  static Attributes of(List<KeyValue> pairs) {
    var byName = new LinkedHashMap<String, AnyValue>();
    pairs.forEach(pair -> byName.putIfAbsent(pair.getKey(), pair.getValue()));
    return new Attributes(byName);
  }

  /// The same, and those of the others whose names are not among them.
  Attributes orElse(Attributes others) {
    var both = new LinkedHashMap<>(byName);
    others.byName.forEach(both::putIfAbsent);
    return new Attributes(both);
  }

  int size() {
    return byName.size();
  }

  /// The first names that begin with `tollgate.`, at most 64.
  List<String> ours() {
    return ours;
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  /// The value as text, of a list the first element's; empty where there is none, or where it has
  /// no text.
  Optional<String> text(String name) {
    var value = byName.get(name);
    return value == null ? Optional.empty() : text(value);
  }

  private static Optional<String> text(AnyValue value) {
    var text =
        switch (value.getValueCase()) {
          case STRING_VALUE -> value.getStringValue();
          case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
          case INT_VALUE -> Long.toString(value.getIntValue());
          case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
          case ARRAY_VALUE ->
              value.getArrayValue().getValuesCount() == 0
                      || value.getArrayValue().getValues(0).hasArrayValue()
                  ? ""
                  : text(value.getArrayValue().getValues(0)).orElse("");
          default -> "";
        };
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /// The value as an exact number, also where a text or a double holds it; empty where there is
  /// none.
  ///
  /// @throws ArithmeticException where it is no number
  Optional<BigDecimal> number(String name) {
    var value = byName.get(name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return switch (value.getValueCase()) {
        case INT_VALUE -> Optional.of(BigDecimal.valueOf(value.getIntValue()));
        case DOUBLE_VALUE -> Optional.of(BigDecimal.valueOf(value.getDoubleValue()));
        case STRING_VALUE -> Optional.of(number(value));
        case VALUE_NOT_SET -> Optional.empty();
        default -> throw new ArithmeticException(value.getValueCase().name());
      };
    } catch (NumberFormatException none) {
      throw new ArithmeticException(value.getValueCase().name());
    }
  }

  /* A text of a million digits would cost as much as it says. */
  private static BigDecimal number(AnyValue value) {
    var text = value.getStringValue().strip();
    if (text.length() > 32) {
      throw new ArithmeticException("a text of " + text.length() + " characters");
    }
    return new BigDecimal(text);
  }
}
