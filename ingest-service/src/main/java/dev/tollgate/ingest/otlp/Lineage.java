package dev.tollgate.ingest.otlp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How the spans of one export stand to each other: what a span lies in, and which of two that tell
/// of the same call counts.
final class Lineage {
  /*
   * A call that lies in a call is the same one, instrumented twice: by a framework and by the
   * library below it. It counts once, as the inner one tells it, unless only the outer one states
   * usage. An agent, a tool or a chain in between ends that: what they call is something else.
   */
  private static final int DEPTH_MAX = 16;

  private final Map<String, Observed> bySpan = new HashMap<>();
  private final Aliases aliases;
  private final Set<Observed> covered = Collections.newSetFromMap(new IdentityHashMap<>());

  private Lineage(Aliases aliases) {
    this.aliases = aliases;
  }

  /// @param isOuter whether a call that counts already lies in a span, of an export before this one
  static Lineage of(List<Observed> export, Aliases aliases, Predicate<Observed> isOuter) {
    var lineage = new Lineage(aliases);
    var spans = export.stream().filter(Observed::isSpan).toList();
    for (var span : spans) {
      lineage.bySpan.putIfAbsent(key(span.traceId(), span.spanId()), span);
    }
    for (var span : spans) {
      var isCall = aliases.operation(span).isPresent();
      if (isOuter.test(span)) {
        lineage.coverOuter(span, isCall);
      } else if (isCall) {
        lineage.cover(span);
      }
    }
    return lineage;
  }

  /// What the span lies in, the nearest first, as far as it is in the export.
  List<Observed> ancestors(Observed observed) {
    var ancestors = new ArrayList<Observed>();
    var parent = parent(observed);
    while (parent != null && ancestors.size() < DEPTH_MAX) {
      ancestors.add(parent);
      parent = parent(parent);
    }
    return ancestors;
  }

  /// Whether another record of the export tells of the same call, and counts in place of this one.
  boolean isCovered(Observed observed) {
    return covered.contains(observed);
  }

  /// The id of the first span around this one that is not in the export, where it may be the same
  /// call; empty where there is none.
  Optional<String> outer(Observed span) {
    var outermost = span;
    for (var ancestor : ancestors(span)) {
      if (isBoundary(ancestor)) {
        return Optional.empty();
      }
      outermost = ancestor;
    }
    return Optional.of(outermost.parentSpanId())
        .filter(id -> !id.isEmpty() && !bySpan.containsKey(key(span.traceId(), id)));
  }

  private void cover(Observed inner) {
    around(inner)
        .ifPresent(outer -> {
          var onlyTheOuterStates = states(outer) && !states(inner);
          covered.add(onlyTheOuterStates ? inner : outer);
        });
  }

  private void coverOuter(Observed span, boolean isCall) {
    if (isCall) {
      covered.add(span);
    }
    if (isCall || !aliases.isStructure(span.attributes())) {
      around(span).ifPresent(covered::add);
    }
  }

  /// The call that the span lies in, where it may be the same.
  private Optional<Observed> around(Observed span) {
    return ancestors(span).stream()
        .filter(this::isBoundary)
        .findFirst()
        .filter(ancestor -> aliases.operation(ancestor).isPresent());
  }

  /// Whether what lies around it is another matter.
  private boolean isBoundary(Observed span) {
    return aliases.operation(span).isPresent() || aliases.isStructure(span.attributes());
  }

  private boolean states(Observed observed) {
    return TokenCounts.areStated(observed.attributes(), aliases);
  }

  private @Nullable Observed parent(Observed observed) {
    return observed.parentSpanId().isEmpty()
        ? null
        : bySpan.get(key(observed.traceId(), observed.parentSpanId()));
  }

  private static String key(String traceId, String spanId) {
    return traceId + "/" + spanId;
  }
}
