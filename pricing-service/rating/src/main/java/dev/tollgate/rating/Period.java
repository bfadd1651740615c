package dev.tollgate.rating;

import dev.tollgate.money.Picos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The calls of one billing period, rated one after the other: keeps the positions that each states
/// to the engine. Not safe for concurrent use.
public final class Period {
  private final PriceStack prices;
  private final Map<String, Long> positions = new HashMap<>();

  /// @param positions at the period's beginning, where it did not begin with the first call
  public Period(PriceStack prices, Map<String, Long> positions) {
    this.prices = prices;
    this.positions.putAll(positions);
    for (var book : prices.books()) {
      book.commitments().forEach(each -> this.positions.putIfAbsent(each.id(), 0L));
      book.models().stream().flatMap(model -> model.prices().stream()).forEach(this::begin);
    }
  }

  private void begin(Price price) {
    if (!price.volume().isNone()) {
      positions.putIfAbsent(price.volume().counter(), 0L);
    }
    if (!price.allotment().isNone()) {
      positions.putIfAbsent(price.allotment().counter(), 0L);
    }
  }

  /// What the next call costs; positions that the call itself states come first.
  ///
  /// @throws dev.tollgate.failure.Failure as `PriceStack.rate`
  public Charge rate(Call call) {
    var stated = new HashMap<>(positions);
    stated.putAll(call.positions());
    var charge =
        prices.rate(
            new Call(
                call.provider(),
                call.model(),
                call.time(),
                call.serviceTier(),
                call.region(),
                call.usage(),
                stated));
    for (var draw : charge.draws()) {
      positions.put(draw.counter(), stated.getOrDefault(draw.counter(), 0L) + draw.quantity());
    }
    return charge;
  }

  /// What was paid in advance and not carried by any call, one line per commitment.
  public List<Idle> idle() {
    var idle = new ArrayList<Idle>();
    for (var book : prices.books()) {
      for (var commitment : book.commitments()) {
        var drawn = positions.getOrDefault(commitment.id(), 0L);
        idle.add(
            new Idle(
                commitment.id(),
                Math.max(0, commitment.quantity() - drawn),
                commitment.idle(drawn)));
      }
    }
    return List.copyOf(idle);
  }

  /// A commitment's fee that no call carries.
  ///
  /// @param quantity what is left: units, or picos where money is drawn
  public record Idle(String commitmentId, long quantity, Picos cost) {}
}
