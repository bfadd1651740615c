package dev.tollgate.ingest.reprice;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.AttributionMove;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What a repricing has moved by now from one value of a dimension to another.
final class Moves {
  private record Line(
      String tenant, String dimension, String oldValue, String newValue, String currency) {}

  private static final class Sums {
    private BigInteger picos = BigInteger.ZERO;
    private long events;
  }

  private static final Comparator<Line> BY_LINE =
      Comparator.comparing(Line::tenant)
          .thenComparing(Line::dimension)
          .thenComparing(Line::oldValue)
          .thenComparing(Line::newValue)
          .thenComparing(Line::currency);

  private final NavigableMap<Line, Sums> lines = new TreeMap<>(BY_LINE);

  /// Counts an event in that is attributed anew.
  void add(String tenant, Revision event) {
    var before = event.before().attribution().dimensions();
    var after = event.after().attribution().dimensions();
    var booked = event.after().booked();
    for (var dimension : dimensions(before, after)) {
      var from = dimension.read(before);
      var to = dimension.read(after);
      if (!from.equals(to)) {
        var sums = sums(new Line(tenant, dimension.name(), from, to, booked.currency()));
        sums.picos = sums.picos.add(BigInteger.valueOf(booked.costPicos()));
        sums.events++;
      }
    }
  }

  private static List<Dimension> dimensions(Dimensions before, Dimensions after) {
    var dimensions = new ArrayList<>(Dimension.ALL);
    var keys = new TreeMap<>(before.getTagsMap());
    keys.putAll(after.getTagsMap());
    keys.keySet()
        .forEach(key -> Dimension.of(Dimension.TAG_PREFIX + key).ifPresent(dimensions::add));
    return dimensions;
  }

  private Sums sums(Line line) {
    var isTold = lines.containsKey(line) || lines.size() < Tally.LINES_MAX;
    var told = isTold ? line : new Line("", "", "", "", line.currency);
    return lines.computeIfAbsent(told, _ -> new Sums());
  }

  /// By tenant, dimension, values and currency; the shared lines first.
  List<AttributionMove> list() {
    return lines.entrySet().stream().map(each -> move(each.getKey(), each.getValue())).toList();
  }

  private static AttributionMove move(Line line, Sums sums) {
    return AttributionMove.newBuilder()
        .setTenantId(line.tenant)
        .setDimension(line.dimension)
        .setOldValue(line.oldValue)
        .setNewValue(line.newValue)
        .setCost(Tally.money(line.currency, sums.picos))
        .setEvents(sums.events)
        .build();
  }
}
