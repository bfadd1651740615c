package dev.tollgate.quota.budget;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Which calls something is about.
///
/// @param equal dimensions, by name, and the values that they must all have; empty matches every
///   call
/// @param except dimensions and values: a call that has any of them does not match
public record Selector(SequencedMap<String, String> equal, SequencedMap<String, String> except) {
  /// Every call.
  public static final Selector ALL = of(Map.of());

  public Selector {
    equal = Collections.unmodifiableSequencedMap(new TreeMap<>(equal));
    except = Collections.unmodifiableSequencedMap(new TreeMap<>(except));
  }

  public static Selector of(Map<String, String> equal) {
    return new Selector(new TreeMap<>(equal), new TreeMap<>());
  }

  public boolean matches(Dimensions dimensions) {
    return !excepts(dimensions)
        && equal.entrySet().stream()
            .allMatch(each -> read(each.getKey(), dimensions).equals(each.getValue()));
  }

  /// Whether a call that has the equal values is none of these all the same.
  public boolean excepts(Dimensions dimensions) {
    for (var each : except.entrySet()) {
      if (read(each.getKey(), dimensions).equals(each.getValue())) {
        return true;
      }
    }
    return false;
  }

  /// Whether every call of this one is one of the other.
  public boolean isWithin(Selector other) {
    return equal.entrySet().containsAll(other.equal.entrySet())
        && except.entrySet().containsAll(other.except.entrySet());
  }

  private static String read(String name, Dimensions dimensions) {
    return Dimension.of(name).orElseThrow().read(dimensions);
  }
}
