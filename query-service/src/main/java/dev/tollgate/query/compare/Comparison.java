package dev.tollgate.query.compare;

import dev.tollgate.proto.query.v1.ModelCandidate;
import dev.tollgate.proto.query.v1.ModelComparison;
import dev.tollgate.proto.query.v1.UnmappedBucket;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/// Adds up what usage would have cost by one candidate. Not safe for concurrent use.
final class Comparison {
  private record Unmapped(long events, long quantity) {
    Unmapped plus(Unmapped other) {
      return new Unmapped(events + other.events, quantity + other.quantity);
    }
  }

  private final ModelCandidate candidate;
  private final PriceStack books;
  private final Map<String, Unmapped> unmapped = new TreeMap<>();
  private BigInteger cost = BigInteger.ZERO;
  private BigInteger comparedActual = BigInteger.ZERO;
  private BigInteger comparedCost = BigInteger.ZERO;
  private long rated;
  private long unrated;
  private long compared;

  Comparison(ModelCandidate candidate, PriceStack books) {
    this.candidate = candidate;
    this.books = books;
  }

  ModelCandidate candidate() {
    return candidate;
  }

  void add(Used used) {
    var charge = books.rate(used.by(candidate));
    if (charge.status().isUnknown()) {
      unrated += used.sign();
      addUnmapped(used, charge);
      return;
    }
    var amount = used.signed(BigInteger.valueOf(charge.cost().value()));
    rated += used.sign();
    cost = cost.add(amount);
    if (!used.status().isUnknown() && used.currency().equals(charge.currency())) {
      compared += used.sign();
      comparedActual = comparedActual.add(used.signed(used.cost()));
      comparedCost = comparedCost.add(amount);
    }
  }

  private void addUnmapped(Used used, Charge charge) {
    var isModel = charge.status() == ChargeStatus.UNPRICED_MODEL;
    used.usage()
        .buckets()
        .forEach((name, quantity) -> {
          if (isModel
              || charge.unpriced().stream().anyMatch(each -> each.bucketName().equals(name))) {
            var more = new Unmapped(used.sign(), used.sign() * quantity);
            unmapped.merge(name, more, Unmapped::plus);
          }
        });
  }

  ModelComparison.Builder onWire() {
    var currency = books.currency();
    var saving = comparedActual.subtract(comparedCost);
    var wire =
        ModelComparison.newBuilder()
            .setCandidate(candidate)
            .setRatedEvents(rated)
            .setUnratedEvents(unrated)
            .setCost(Wire.money(currency, cost))
            .setComparedEvents(compared)
            .setComparedActual(Wire.money(currency, comparedActual))
            .setComparedCost(Wire.money(currency, comparedCost))
            .setSaving(Wire.money(currency, saving));
    if (comparedActual.signum() > 0) {
      wire.setSavingShare(Wire.share(saving, comparedActual));
    }
    unmapped.forEach((name, all) -> {
      if (all.events() != 0 || all.quantity() != 0) {
        wire.addUnmapped(
            UnmappedBucket.newBuilder()
                .setBucket(name)
                .setEvents(all.events())
                .setQuantity(all.quantity()));
      }
    });
    return wire;
  }
}
