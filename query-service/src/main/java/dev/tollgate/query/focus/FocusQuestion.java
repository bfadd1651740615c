package dev.tollgate.query.focus;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.ExportFocusRequest;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.scope.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Which charges a caller wants, checked.
///
/// @param scope of whole days in UTC
/// @param groups what becomes tags
record FocusQuestion(Scope scope, List<Dimension> groups, int pageSize) {
  private static final Duration DAY = Duration.ofDays(1);

  FocusQuestion {
    groups = List.copyOf(groups);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static FocusQuestion read(ExportFocusRequest wire, Caller caller) {
    var asked = new AskedFields();
    var start = asked.time("start_time", wire.hasStartTime(), wire.getStartTime());
    var end = asked.time("end_time", wire.hasEndTime(), wire.getEndTime());
    if (asked.fields().violations().isEmpty()) {
      checkDay(asked, "start_time", start);
      checkDay(asked, "end_time", end);
    }
    var scope = asked.scope(caller, start, end, wire.getFiltersList());
    var groups = asked.dimensions("group_by", wire.getGroupByList(), AskedFields.GROUPS_MAX);
    var size = asked.pageSize(wire.getPageSize());
    asked.check();
    return new FocusQuestion(scope, groups, size);
  }

  private static void checkDay(AskedFields asked, String field, Instant time) {
    if (!Scope.begins(DAY, time)) {
      asked.fields().reject(field, time + " (expected: the first instant of a day in UTC)");
    }
  }

  /// What a position in an answer depends on besides who asks.
  static ExportFocusRequest withoutPage(ExportFocusRequest request) {
    return request.toBuilder().clearPageSize().clearPageToken().build();
  }

  FocusQuestion within(Scope other) {
    return new FocusQuestion(other, groups, pageSize);
  }

  /// Of the days from the given one on.
  FocusQuestion from(Instant day) {
    return within(scope.within(day, scope.end()));
  }
}
