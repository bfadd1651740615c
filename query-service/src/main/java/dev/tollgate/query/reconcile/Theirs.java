package dev.tollgate.query.reconcile;

import dev.tollgate.query.reconcile.Cell.ProviderDay;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What reports say, added up. Not safe for concurrent use.
final class Theirs {
  private final Names names;
  private final Map<Cell, Map<String, BigInteger>> costs = new HashMap<>();
  private final Map<Cell, Map<String, Long>> tokens = new HashMap<>();
  private final Set<ProviderDay> costDays = new HashSet<>();
  private final Set<ProviderDay> tokenDays = new HashSet<>();
  private final Set<Cell> unmeasured = new HashSet<>();

  Theirs(Names names) {
    this.names = names;
  }

  /// A report says what the provider cost on that day, which may be nothing.
  void saysCosts(LocalDate day, String provider) {
    costDays.add(new ProviderDay(day, names.provider(provider)));
  }

  /// A report says how many tokens the provider saw on that day, which may be none.
  void saysTokens(LocalDate day, String provider) {
    tokenDays.add(new ProviderDay(day, names.provider(provider)));
  }

  void addCost(LocalDate day, String provider, String model, String currency, BigInteger picos) {
    costs
        .computeIfAbsent(cell(day, provider, model), any -> new TreeMap<>())
        .merge(currency, picos, BigInteger::add);
  }

  /// @param key empty where the report does not say it
  void addTokens(LocalDate day, String provider, String model, String key, long count) {
    tokens
        .computeIfAbsent(cell(day, provider, model), any -> new TreeMap<>())
        .merge(names.apiKey(key), count, Math::addExact);
  }

  /// Something of it cost money and was not measured in tokens.
  void addUnmeasured(LocalDate day, String provider, String model) {
    unmeasured.add(cell(day, provider, model));
  }

  private Cell cell(LocalDate day, String provider, String model) {
    return new Cell(day, names.provider(provider), names.model(model));
  }

  /// Picos by currency.
  Map<String, BigInteger> costs(Cell cell) {
    return costs.getOrDefault(cell, Map.of());
  }

  /// Tokens by API key.
  Map<String, Long> tokens(Cell cell) {
    return tokens.getOrDefault(cell, Map.of());
  }

  long allTokens(Cell cell) {
    return tokens(cell).values().stream().reduce(0L, Math::addExact);
  }

  boolean knowsCosts(Cell cell) {
    return costDays.contains(cell.ofProvider());
  }

  boolean knowsTokens(Cell cell) {
    return tokenDays.contains(cell.ofProvider()) && !unmeasured.contains(cell);
  }

  Set<Cell> cells() {
    var cells = new TreeSet<Cell>(costs.keySet());
    cells.addAll(tokens.keySet());
    return cells;
  }

  /// The days of providers that any report speaks of.
  Set<ProviderDay> days() {
    var days = new HashSet<>(costDays);
    days.addAll(tokenDays);
    return days;
  }
}
