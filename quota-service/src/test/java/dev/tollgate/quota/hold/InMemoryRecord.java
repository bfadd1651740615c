package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// What a reservation adds to its counters, and in which state it is.
@NullMarked
final class InMemoryRecord {
  enum State {
    HELD,
    CHARGED_BY_EXPIRY,
    SETTLED,
    SETTLED_BY_LEDGER,
    GIVEN_BACK
  }

  final String fingerprint;
  final Instant checkTime;
  final @Nullable Terms terms;
  final List<Counter> counters;
  final Map<String, Long> held = new HashMap<>();
  final Map<String, Long> lapsed = new HashMap<>();
  Instant expireTime;
  State state;
  Map<String, Long> contributed = new HashMap<>();
  @Nullable Long answer;

  InMemoryRecord(
      String fingerprint,
      Instant checkTime,
      Instant expireTime,
      @Nullable Terms terms,
      List<Counter> counters,
      State state) {
    this.fingerprint = fingerprint;
    this.checkTime = checkTime;
    this.expireTime = expireTime;
    this.terms = terms;
    this.counters = counters;
    this.state = state;
  }

  /// One that no reservation made, but a token of one.
  static InMemoryRecord blank(Instant checkTime, Instant expireTime, State state) {
    return new InMemoryRecord("", checkTime, expireTime, null, List.of(), state);
  }

  /// An id may name another reservation after its record was dropped.
  boolean isOf(Reservation reservation) {
    return checkTime.equals(reservation.checkTime());
  }

  /// Whether it is in the index of open holds, due or not.
  boolean isOpen() {
    return state == State.HELD && !counters.isEmpty();
  }

  /// What of these amounts is on counters, in the order of the reservation's.
  List<Seed> amounts(Map<String, Long> of) {
    return counters.stream()
        .map(counter -> new Seed(counter, of.getOrDefault(counter.name(), 0L)))
        .toList();
  }
}
