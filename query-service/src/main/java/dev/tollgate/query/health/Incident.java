package dev.tollgate.query.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Ill hours that belong together: those of several endpoints in one hour, and those of one
/// endpoint in hours that follow each other.
record Incident(List<CallHour> hours) {
  private static final long HOUR_SECONDS = 3_600;

  Incident {
    hours = List.copyOf(hours);
  }

  /// Earliest first.
  ///
  /// @param byHour as [Health#byHour()] has them
  static List<Incident> of(Map<Long, List<CallHour>> byHour) {
    var incidents = new ArrayList<Incident>();
    var open = new ArrayList<CallHour>();
    var last = -1L;
    Set<List<String>> ill = Set.of();
    for (var hour : byHour.entrySet()) {
      var groups = hour.getValue().stream().map(CallHour::group).collect(Collectors.toSet());
      var shared = new HashSet<>(groups);
      shared.retainAll(ill);
      if (hour.getKey() != last + HOUR_SECONDS || shared.isEmpty()) {
        close(open, incidents);
      }
      open.addAll(hour.getValue());
      last = hour.getKey();
      ill = groups;
    }
    close(open, incidents);
    return incidents;
  }

  private static void close(List<CallHour> open, List<Incident> incidents) {
    if (!open.isEmpty()) {
      incidents.add(new Incident(open));
      open.clear();
    }
  }

  long start() {
    return hours.stream().mapToLong(CallHour::hour).min().orElseThrow();
  }

  long end() {
    return hours.stream().mapToLong(CallHour::hour).max().orElseThrow() + HOUR_SECONDS;
  }

  /// Its hours by endpoint, in the order of these.
  List<List<CallHour>> byEndpoint() {
    return hours.stream().collect(Collectors.groupingBy(CallHour::group)).entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.comparing(List::toString)))
        .map(Map.Entry::getValue)
        .toList();
  }
}
