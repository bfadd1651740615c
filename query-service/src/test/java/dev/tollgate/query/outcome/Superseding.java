package dev.tollgate.query.outcome;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;

/// What counts of facts that supersede each other, as outcomes and cost lines do.
@NullMarked
public final class Superseding {
  /// As ClickHouse compares texts.
  static final Comparator<String> BYTES =
      (one, other) ->
          Arrays.compareUnsigned(
              one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

  private Superseding() {}

  /// Those that nobody supersedes; of those that supersede the same one only the last, by the order
  /// and then by id.
  public static <T> List<T> counting(
      List<T> all,
      Function<T, String> id,
      Function<T, String> supersedes,
      Comparator<? super T> order) {
    Comparator<T> byOrder = order::compare;
    var latest = byOrder.thenComparing(id, BYTES);
    Set<String> superseded = new HashSet<>();
    Map<String, T> last = new HashMap<>();
    for (var each : all) {
      superseded.add(supersedes.apply(each));
      last.merge(supersedes.apply(each), each, (a, b) -> latest.compare(a, b) > 0 ? a : b);
    }
    return all.stream()
        .filter(each -> !superseded.contains(id.apply(each)))
        .filter(each ->
            supersedes.apply(each).isEmpty()
                || latest.compare(each, last.getOrDefault(supersedes.apply(each), each)) == 0)
        .toList();
  }
}
