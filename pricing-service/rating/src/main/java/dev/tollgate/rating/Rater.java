package dev.tollgate.rating;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import dev.tollgate.rating.Charge.Line;
import java.util.ArrayList;
import java.util.List;

/// Applies a tariff to a call.
final class Rater {
  /*
   * Nearly every call is plain: each bucket has one price, and the charge is a line per bucket. It
   * is rated with nothing made but the charge. Where a price has steps, an allotment or graduated
   * tiers, or something paid in advance covers the call, a `Meter` rates it.
   */
  private static final Bucket[] BUCKETS = Bucket.values();

  /// A tick is 10^-10 USD.
  private static final long PICOS_PER_TICK = 100;

  private final String currency;
  private final String ref;

  Rater(String currency, String ref) {
    this.currency = currency;
    this.ref = ref;
  }

  Charge rate(Call call, Tariff tariff) {
    var tier = Tariff.tier(call.serviceTier());
    var plan = tariff.plan(tier, call.region());
    if (plan == null) {
      return unpriced(call);
    }
    var ours = ours(call, tier, tariff, plan);
    var ticks = call.usage().quantity(Bucket.PROVIDER_TICKS);
    if (ticks == 0) {
      return ours;
    }
    var reported = new Picos(Math.multiplyExact(ticks, PICOS_PER_TICK));
    var row = plan.find(Bucket.PROVIDER_TICKS, call.time(), call.usage().inputTokens());
    return row == null ? withReported(ours, reported) : asReported(ours, reported, ticks, row);
  }

  private Charge ours(Call call, String tier, Tariff tariff, Plan plan) {
    var usage = call.usage();
    var time = call.time();
    var inputTokens = usage.inputTokens();
    var lines = new Lines(usage.used() + (plan.lists(Bucket.REQUEST) ? 1 : 0));
    var free = true;
    var rounded = false;
    var simple = tariff.commitments().isEmpty();
    long cost = 0;
    for (var bucket : BUCKETS) {
      var quantity = quantity(usage, bucket, plan);
      if (quantity == 0) {
        continue;
      }
      var row = plan.find(bucket, time, inputTokens);
      if (row == null) {
        return unpriced(call, plan);
      }
      simple &= row.isPlain();
      if (!simple) {
        return new Meter(call, tariff, plan, currency, ref).charge();
      }
      try {
        var picos = row.rate().picos(quantity);
        cost = Math.addExact(cost, picos);
        lines.add(new Line(bucket, quantity, row.applied(), picos));
      } catch (ArithmeticException e) {
        throw tooLarge(bucket, quantity, row);
      }
      free &= row.rate().isFree();
      rounded |= row.rate().rounds(quantity);
    }
    var total = new Picos(cost);
    return new Charge(
        free ? ChargeStatus.PRICED_ZERO : ChargeStatus.PRICED,
        currency,
        total,
        total,
        plan == tariff.listPlan(tier, call.region()) ? total : listCost(call, tariff, plan),
        null,
        rounded,
        lines.list(),
        ref,
        List.of(),
        List.of());
  }

  /// How much of a bucket is charged. What the provider reports is no consumption; and a call is
  /// one request, where requests have a price and the usage states none.
  static long quantity(Usage usage, Bucket bucket, Plan plan) {
    var quantity = usage.quantity(bucket);
    return switch (bucket) {
      case PROVIDER_TICKS -> 0;
      case REQUEST -> quantity == 0 && plan.lists(bucket) ? 1 : quantity;
      default -> quantity;
    };
  }

  /// What the default book says, without volumes and allotments; where it is silent about a bucket,
  /// what the books above it say.
  static Picos listCost(Call call, Tariff tariff, Plan plan) {
    var list = tariff.listPlan(Tariff.tier(call.serviceTier()), call.region());
    var usage = call.usage();
    long cost = 0;
    for (var bucket : BUCKETS) {
      var quantity = quantity(usage, bucket, plan);
      if (quantity > 0) {
        var from =
            list != null && list.find(bucket, call.time(), usage.inputTokens()) != null
                ? list
                : plan;
        cost = Math.addExact(cost, listCost(call, tariff, from, bucket, quantity));
      }
    }
    return new Picos(cost);
  }

  private static long listCost(Call call, Tariff tariff, Plan plan, Bucket bucket, long quantity) {
    var row = plan.find(bucket, call.time(), call.usage().inputTokens());
    if (row == null) {
      return 0;
    }
    try {
      return row.price().contextTier().mode() == ContextTier.Mode.GRADUATED
          ? new Meter(call, tariff, plan, "", "").graduated(bucket, quantity)
          : row.rate().picos(quantity);
    } catch (ArithmeticException e) {
      throw tooLarge(bucket, quantity, row);
    }
  }

  private Charge unpriced(Call call) {
    var used = new ArrayList<Bucket>();
    for (var bucket : BUCKETS) {
      if (bucket != Bucket.PROVIDER_TICKS && call.usage().quantity(bucket) > 0) {
        used.add(bucket);
      }
    }
    return used.isEmpty()
        ? Charge.free(currency, ref)
        : Charge.unknown(ChargeStatus.UNPRICED_BUCKET, currency, ref, List.copyOf(used));
  }

  private Charge unpriced(Call call, Plan plan) {
    var unpriced = new ArrayList<Bucket>();
    for (var bucket : BUCKETS) {
      if (quantity(call.usage(), bucket, plan) > 0
          && plan.find(bucket, call.time(), call.usage().inputTokens()) == null) {
        unpriced.add(bucket);
      }
    }
    return Charge.unknown(ChargeStatus.UNPRICED_BUCKET, currency, ref, List.copyOf(unpriced));
  }

  /// A charge without any price; what the provider reports is kept.
  Charge unknown(Call call, ChargeStatus status) {
    var charge = Charge.unknown(status, currency, ref, List.of());
    var ticks = call.usage().quantity(Bucket.PROVIDER_TICKS);
    return ticks == 0 ? charge : withReported(charge, new Picos(ticks * PICOS_PER_TICK));
  }

  private static Charge withReported(Charge ours, Picos reported) {
    return new Charge(
        ours.status(),
        ours.currency(),
        ours.cost(),
        ours.contractCost(),
        ours.listCost(),
        reported,
        ours.rounded(),
        ours.lines(),
        ours.bookRef(),
        ours.unpriced(),
        ours.draws());
  }

  /// A charge of what the provider says, which a book declares to be what counts.
  private static Charge asReported(Charge ours, Picos reported, long ticks, Row row) {
    long cost;
    try {
      cost = row.rate().picos(ticks);
    } catch (ArithmeticException e) {
      throw tooLarge(Bucket.PROVIDER_TICKS, ticks, row);
    }
    var unknown = ours.status().isUnknown();
    var picos = new Picos(cost);
    return new Charge(
        ChargeStatus.PROVIDER_REPORTED,
        ours.currency(),
        picos,
        unknown ? picos : ours.contractCost(),
        unknown ? picos : ours.listCost(),
        reported,
        row.rate().rounds(ticks),
        List.of(new Line(Bucket.PROVIDER_TICKS, ticks, row.applied(), cost)),
        ours.bookRef(),
        ours.unpriced(),
        ours.draws());
  }

  static Failure tooLarge(Bucket bucket, long quantity, Row row) {
    return Failure.of(
        Reason.AMOUNT_UNREPRESENTABLE,
        "%d %s at price %s costs more than 9223372 units of its currency"
            .formatted(quantity, bucket, row.applied().priceId()));
  }
}
