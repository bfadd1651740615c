package dev.tollgate.query.health;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.EndpointHealthRow;
import dev.tollgate.proto.query.v1.HealthIncident;
import dev.tollgate.proto.query.v1.HealthIncidentEndpoint;
import dev.tollgate.proto.query.v1.HealthRule;
import dev.tollgate.query.answer.Wire;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Health as rows and incidents of an answer.
final class HealthRows {
  private final Health health;

  /// What people call each endpoint.
  private final Map<List<String>, List<String>> shown;

  private final Map<List<String>, Long> illHours;

  HealthRows(Health health, Map<List<String>, List<String>> shown) {
    this.health = health;
    this.shown = Map.copyOf(shown);
    this.illHours = health.illHours();
  }

  /// One per currency in which the endpoint has entries.
  Stream<EndpointHealthRow> rows(List<String> group) {
    var calls = Optional.ofNullable(health.endpoints().get(group));
    var costs = health.costs(0, group);
    return costs.isEmpty()
        ? Stream.of(row(group, calls).build())
        : costs.stream().map(cost -> row(group, calls, cost));
  }

  private EndpointHealthRow row(List<String> group, Optional<CallHour> calls, HealthCost cost) {
    return row(group, calls)
        .setCost(Wire.money(cost.currency(), cost.cost()))
        .setErrorCost(Wire.money(cost.currency(), cost.errorCost()))
        .setUnpricedEvents(cost.unpriced())
        .setLowerBound(cost.unpriced() > 0)
        .build();
  }

  private EndpointHealthRow.Builder row(List<String> group, Optional<CallHour> calls) {
    var row = EndpointHealthRow.newBuilder().addAllGroup(shown.getOrDefault(group, group));
    calls.ifPresent(whole -> {
      row.setCalls(whole.calls())
          .setErrors(whole.errors())
          .setRateLimited(whole.rateLimited())
          .setTimeouts(whole.timeouts())
          .setCancelled(whole.cancelled())
          .setLatency(whole.latency().onWire())
          .setTimeToFirstToken(whole.firstToken().onWire())
          .setIllHours(Math.toIntExact(illHours.getOrDefault(group, 0L)));
      if (whole.calls() > 0) {
        row.setErrorRate((double) whole.errors() / whole.calls())
            .setRateLimitedShare((double) whole.rateLimited() / whole.calls());
      }
    });
    return row;
  }

  HealthIncident incident(Incident incident) {
    return HealthIncident.newBuilder()
        .setStartTime(Times.timestamp(Instant.ofEpochSecond(incident.start())))
        .setEndTime(Times.timestamp(Instant.ofEpochSecond(incident.end())))
        .addAllRules(rules(incident.hours()))
        .addAllEndpoints(incident.byEndpoint().stream().map(this::endpoint).toList())
        .build();
  }

  private HealthIncidentEndpoint endpoint(List<CallHour> hours) {
    var group = hours.getFirst().group();
    var usual = hours.getFirst().usualP90();
    var costs = new TreeMap<String, BigInteger>();
    for (var hour : hours) {
      health
          .costs(hour.hour(), group)
          .forEach(cost -> costs.merge(cost.currency(), cost.cost(), BigInteger::add));
    }
    var endpoint =
        HealthIncidentEndpoint.newBuilder()
            .addAllGroup(shown.getOrDefault(group, group))
            .addAllRules(rules(hours))
            .setIllHours(hours.size())
            .setCalls(hours.stream().mapToLong(CallHour::calls).sum())
            .setErrors(hours.stream().mapToLong(CallHour::errors).sum())
            .setRateLimited(hours.stream().mapToLong(CallHour::rateLimited).sum())
            .setP90Millis(hours.stream().mapToDouble(each -> each.latency().p90()).max().orElse(0))
            .setUsualP90Millis(Double.isNaN(usual) ? 0 : usual);
    costs.forEach((currency, cost) -> endpoint.addCosts(Wire.money(currency, cost)));
    return endpoint.build();
  }

  private static List<HealthRule> rules(Collection<CallHour> hours) {
    return hours.stream()
        .map(CallHour::broken)
        .flatMap(Collection::stream)
        .distinct()
        .sorted()
        .toList();
  }
}
