package dev.tollgate.rating;

import dev.tollgate.rating.Charge.Line;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects lines: the usual two without an array of their own.
final class Lines {
  private static final Line[] NONE = {};

  private final int most;
  private int count;
  private @Nullable Line first;
  private @Nullable Line second;
  private Line[] all = NONE;

  Lines(int most) {
    this.most = most;
  }

  void add(Line line) {
    if (count == 0) {
      first = line;
    } else if (count == 1) {
      second = line;
    } else {
      if (first != null && second != null && count == 2) {
        all = new Line[most];
        all[0] = first;
        all[1] = second;
      }
      all[count] = line;
    }
    count++;
  }

  List<Line> list() {
    if (first == null) {
      return List.of();
    }
    if (second == null) {
      return List.of(first);
    }
    return count == 2
        ? List.of(first, second)
        : Collections.unmodifiableList(
            Arrays.asList(count == most ? all : Arrays.copyOf(all, count)));
  }
}
