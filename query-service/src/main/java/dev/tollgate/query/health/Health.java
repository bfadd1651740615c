package dev.tollgate.query.health;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How endpoints did in a range.
///
/// @param endpoints how each did in the whole range
/// @param ill hours that are ill
/// @param costs by key of the hour, those of the whole range included
record Health(
    Map<List<String>, CallHour> endpoints,
    List<CallHour> ill,
    Map<List<String>, List<HealthCost>> costs) {
  Health {
    endpoints = Map.copyOf(endpoints);
    ill = List.copyOf(ill);
    costs = Map.copyOf(costs);
  }

  /// All endpoints, also those of which only corrections lie in the range.
  Stream<List<String>> groups() {
    var corrected =
        costs.values().stream()
            .map(List::getFirst)
            .filter(cost -> cost.hour() == 0)
            .map(HealthCost::group);
    return Stream.concat(endpoints.keySet().stream(), corrected).distinct();
  }

  /// What an hour of an endpoint cost, by currency.
  List<HealthCost> costs(long hour, List<String> group) {
    return costs.getOrDefault(CallHour.key(hour, group), List.of()).stream()
        .sorted(Comparator.comparing(HealthCost::currency))
        .toList();
  }

  /// How many of its hours are ill, by endpoint; none where it is missing.
  Map<List<String>, Long> illHours() {
    return ill.stream().collect(Collectors.groupingBy(CallHour::group, Collectors.counting()));
  }

  /// The ill hours, each with all endpoints that were ill then, earliest first.
  Map<Long, List<CallHour>> byHour() {
    var hours = new TreeMap<Long, List<CallHour>>();
    for (var each : ill) {
      hours.merge(
          each.hour(),
          List.of(each),
          (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
    }
    return hours;
  }
}
