package dev.tollgate.quota.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// The most input tokens that a call can have, by its size and provider. The numbers and where they
/// come from are data: `input-bounds.txt`. Immutable.
public final class InputBounds {
  private static final String RESOURCE = "/dev/tollgate/quota/check/input-bounds.txt";
  private static final String ANY_OTHER = "*";
  private static final int COLUMNS = 8;

  /// What a call sends. Nothing is negative.
  record Size(long textBytes, long messages, long tools, long images, long audioSeconds) {}

  private record Rates(
      long call, long textByte, long message, long anyTools, long tool, long image, long second) {
    long of(Size size) {
      return call
          + textByte * size.textBytes()
          + message * size.messages()
          + (size.tools() > 0 ? anyTools : 0)
          + tool * size.tools()
          + image * size.images()
          + second * size.audioSeconds();
    }
  }

  private final Map<String, Rates> rates;
  private final Rates others;

  private InputBounds(Map<String, Rates> rates) {
    this.rates = Map.copyOf(rates);
    this.others = Objects.requireNonNull(rates.get(ANY_OTHER), "no line for all other providers");
  }

  /// Those that come with this release.
  public static InputBounds shipped() {
    try (var in = InputBounds.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("missing resource: " + RESOURCE);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " can't be read", e);
    }
  }

  /// @throws IllegalArgumentException naming a line that is not one
  static InputBounds parse(String text) {
    var rates = new HashMap<String, Rates>();
    for (var line : text.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        var columns = line.split("\\|", -1);
        if (columns.length != COLUMNS) {
          throw new IllegalArgumentException(line + " (expected: " + COLUMNS + " columns)");
        }
        rates.put(columns[0].strip(), rates(columns));
      }
    }
    return new InputBounds(rates);
  }

  private static Rates rates(String[] columns) {
    return new Rates(
        number(columns[1]),
        number(columns[2]),
        number(columns[3]),
        number(columns[4]),
        number(columns[5]),
        number(columns[6]),
        number(columns[7]));
  }

  private static long number(String column) {
    var number = Long.parseLong(column.strip());
    if (number < 0) {
      throw new IllegalArgumentException(number + " (expected: at least 0)");
    }
    return number;
  }

  /// No less than what any model of the provider counts for a call of this size.
  long tokens(String provider, Size size) {
    return rates.getOrDefault(provider, others).of(size);
  }
}
