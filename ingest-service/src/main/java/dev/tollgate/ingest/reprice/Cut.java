package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.ledger.Entries.Hour;
import dev.tollgate.ingest.ledger.Entries.Slice;
import dev.tollgate.ingest.ledger.Selection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Hours that are read together, because they hold few events, or one that is read in parts.
///
/// @param until the first instant behind them
record Cut(Instant from, Instant until, long events, int parts) {
  private static final Duration HOUR = Duration.ofHours(1);

  /// Cuts the hours so that each part of each cut has about so many events.
  static List<Cut> of(List<Hour> hours, int sliceEvents) {
    var cuts = new ArrayList<Cut>();
    for (var hour : hours) {
      var end = hour.start().plus(HOUR);
      if (!cuts.isEmpty() && cuts.getLast().events + hour.events() <= sliceEvents) {
        var last = cuts.removeLast();
        cuts.add(new Cut(last.from, end, last.events + hour.events(), 1));
      } else {
        var parts = Math.ceilDiv(hour.events(), sliceEvents);
        cuts.add(new Cut(hour.start(), end, hour.events(), Math.toIntExact(parts)));
      }
    }
    return cuts;
  }

  /// @param closed everything before it is closed: entries of its events may count elsewhere
  Slice slice(Selection selection, int part, Instant closed) {
    var begin = from.isAfter(selection.from()) ? from : selection.from();
    var end = until.isBefore(selection.until()) ? until : selection.until();
    return new Slice(begin, end, part, parts, begin.isBefore(closed));
  }
}
