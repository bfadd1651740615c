package dev.tollgate.rating;

import dev.tollgate.money.Picos;
import dev.tollgate.rating.Charge.Applied;
import dev.tollgate.rating.Charge.Draw;
import dev.tollgate.rating.Charge.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rates one call whose prices depend on how much was used before, in the call or in a billing
/// period, or of which something is paid in advance.
final class Meter {
  /*
   * Everything here is a function of a position: what the first x units cost. Units from p to p + q
   * cost f(p + q) - f(p), so calls that follow each other sum up to what the period costs, to the
   * pico, whatever the steps. Positions come with the call; nothing is counted.
   *
   * First the contract: graduated tiers by the position in the prompt, volumes and allotments by the
   * stated one. Then each line is covered by commitments, in their order of drawing, as far as
   * they reach; the covered part carries its share of the fee, the rest its contract cost.
   */
  private static final Bucket[] BUCKETS = Bucket.values();

  private final Call call;
  private final Tariff tariff;
  private final Plan plan;
  private final String currency;
  private final String ref;
  private final long inputTokens;
  private final List<Line> contract = new ArrayList<>();
  private final List<Line> effective = new ArrayList<>();
  private final Map<String, Long> drawn = new HashMap<>();
  private final List<String> drawnInOrder = new ArrayList<>();
  private boolean free = true;
  private boolean rounded;

  Meter(Call call, Tariff tariff, Plan plan, String currency, String ref) {
    this.call = call;
    this.tariff = tariff;
    this.plan = plan;
    this.currency = currency;
    this.ref = ref;
    this.inputTokens = call.usage().inputTokens();
  }

  Charge charge() {
    var unpriced = new ArrayList<Bucket>();
    for (var bucket : BUCKETS) {
      var quantity = Rater.quantity(call.usage(), bucket, plan);
      if (quantity > 0) {
        var row = plan.find(bucket, call.time(), inputTokens);
        if (row == null) {
          unpriced.add(bucket);
        } else {
          addContract(bucket, quantity, row);
        }
      }
    }
    if (!unpriced.isEmpty()) {
      return Charge.unknown(ChargeStatus.UNPRICED_BUCKET, currency, ref, List.copyOf(unpriced));
    }
    contract.forEach(this::cover);
    var contractCost = sum(contract);
    return new Charge(
        free ? ChargeStatus.PRICED_ZERO : ChargeStatus.PRICED,
        currency,
        sum(effective),
        contractCost,
        Rater.listCost(call, tariff, plan),
        null,
        rounded,
        List.copyOf(effective),
        ref,
        List.of(),
        drawnInOrder.stream().map(counter -> new Draw(counter, drawn(counter))).toList());
  }

  private void addContract(Bucket bucket, long quantity, Row row) {
    try {
      if (row.price().contextTier().mode() == ContextTier.Mode.GRADUATED) {
        addGraduated(bucket, quantity);
      } else if (!row.price().volume().isNone()) {
        addVolume(bucket, quantity, row);
      } else if (!row.price().allotment().isNone()) {
        addAllotted(bucket, quantity, row);
      } else {
        add(bucket, quantity, row, row.rate());
      }
    } catch (ArithmeticException e) {
      throw Rater.tooLarge(bucket, quantity, row);
    }
  }

  /// What the bucket costs by its graduated tiers.
  long graduated(Bucket bucket, long quantity) {
    addGraduated(bucket, quantity);
    return sum(contract).value();
  }

  /// A line for each tier that the bucket's tokens lie in.
  private void addGraduated(Bucket bucket, long quantity) {
    var begin = tokensBefore(bucket);
    var end = begin + quantity;
    var ends = new ArrayList<Long>();
    plan.firstTokens(bucket, begin + 1, end).forEach(first -> ends.add(first - 1));
    ends.add(end);
    for (var to : ends) {
      var row = plan.find(bucket, call.time(), to);
      if (row == null) {
        throw new IllegalStateException("a price for much input and none for less: " + bucket);
      }
      add(bucket, to - begin, row, row.rate());
      begin = to;
    }
  }

  private long tokensBefore(Bucket bucket) {
    var usage = call.usage();
    var before =
        switch (bucket.kind()) {
          case CACHE_READ -> 0;
          case CACHE_WRITE -> usage.cacheReadTokens();
          default -> usage.cacheReadTokens() + usage.cacheWriteTokens();
        };
    for (var each : BUCKETS) {
      if (each.slot() < bucket.slot() && each.kind() == bucket.kind()) {
        before += usage.quantity(each);
      }
    }
    return before;
  }

  private void addVolume(Bucket bucket, long quantity, Row row) {
    var volume = row.price().volume();
    var stated = position(volume.counter());
    if (stated == null) {
      add(bucket, quantity, row, row.rate());
      return;
    }
    var position = stated + drawn(volume.counter());
    draw(volume.counter(), quantity);
    if (volume.mode() == Volume.Mode.RETROACTIVE) {
      addRetroactive(bucket, quantity, row, position);
    } else {
      addMarginal(bucket, quantity, row, position);
    }
  }

  private void addMarginal(Bucket bucket, long quantity, Row row, long position) {
    var begin = position;
    var end = position + quantity;
    for (int step = 0; step <= row.steps().size() && begin < end; step++) {
      var to = step == row.steps().size() ? end : Math.min(end, above(row, step));
      if (to > begin) {
        add(bucket, to - begin, row, step == 0 ? row.rate() : row.steps().get(step - 1));
        begin = to;
      }
    }
  }

  /* The call that passes a threshold makes up for all units before it. */
  private void addRetroactive(Bucket bucket, long quantity, Row row, long position) {
    var after = at(row, position + quantity);
    var before = at(row, position);
    var picos = Math.subtractExact(after.picos(position + quantity), before.picos(position));
    free &= after.isFree() && before.isFree();
    rounded |= after.rounds(position + quantity) || before.rounds(position);
    contract.add(new Line(bucket, quantity, row.applied(), picos));
  }

  /// The rate of all units, where so many are used.
  private static Rate at(Row row, long units) {
    var rate = row.rate();
    for (int step = 0; step < row.steps().size() && units > above(row, step); step++) {
      rate = row.steps().get(step);
    }
    return rate;
  }

  private static long above(Row row, int step) {
    return row.price().volume().steps().get(step).above();
  }

  private void addAllotted(Bucket bucket, long quantity, Row row) {
    var allotment = row.price().allotment();
    var stated = position(allotment.counter());
    long unused = 0;
    if (stated != null) {
      var left = allotment.quantity() - stated - drawn(allotment.counter());
      unused = Math.clamp(left, 0, quantity);
      draw(allotment.counter(), quantity);
    }
    if (unused > 0) {
      contract.add(new Line(bucket, unused, row.applied(), 0));
    }
    if (unused < quantity) {
      add(bucket, quantity - unused, row, row.rate());
    }
  }

  private void add(Bucket bucket, long quantity, Row row, Rate rate) {
    free &= rate.isFree();
    rounded |= rate.rounds(quantity);
    contract.add(new Line(bucket, quantity, row.applied(), rate.picos(quantity)));
  }

  /// Draws what covers the line; what is left of it costs what the contract says.
  private void cover(Line line) {
    var units = line.quantity();
    var picos = line.picos();
    var overage = 100;
    var commitmentBefore = (Commitment) null;
    for (var commitment : tariff.commitments()) {
      var position = position(commitment.id());
      if (position == null || picos < 0 || !commitment.covers(line.bucket(), call.time())) {
        continue;
      }
      var begin = position + drawn(commitment.id());
      var wanted = commitment.drawsMoney() ? picos : units;
      var take = Math.clamp(commitment.quantity() - begin, 0, wanted);
      if (take > 0) {
        var rest = commitment.drawsMoney() ? picos - take : part(picos, units - take, units);
        var taken = commitment.drawsMoney() ? part(units, take, picos) : take;
        var share = commitment.shareOf(begin + take).minus(commitment.shareOf(begin)).value();
        draw(commitment.id(), take);
        effective.add(
            new Line(line.bucket(), taken, new Applied(commitment.id(), ref, List.of()), share));
        free &= share == 0;
        units -= taken;
        picos = rest;
      }
      overage = commitment.overagePercent();
      commitmentBefore = commitment;
    }
    if (units > 0 || picos != 0) {
      effective.add(rest(line, units, picos, overage, commitmentBefore));
    }
  }

  private Line rest(
      Line line, long units, long picos, int percent, @Nullable Commitment commitment) {
    if (commitment == null || percent == 100) {
      return new Line(line.bucket(), units, line.applied(), picos);
    }
    var exact = commitment.overage(picos);
    var whole = exact.setScale(0, RoundingMode.HALF_EVEN);
    rounded |= exact.compareTo(whole) != 0;
    return new Line(line.bucket(), units, line.applied(), whole.longValueExact());
  }

  /* A proportional part, rounded up: what is left to pay is never less than its share. */
  private static long part(long whole, long of, long total) {
    return total == 0
        ? 0
        : BigDecimal.valueOf(whole)
            .multiply(BigDecimal.valueOf(of))
            .divide(BigDecimal.valueOf(total), 0, RoundingMode.CEILING)
            .longValueExact();
  }

  private @Nullable Long position(String counter) {
    return call.positions().get(counter);
  }

  private long drawn(String counter) {
    return drawn.getOrDefault(counter, 0L);
  }

  private void draw(String counter, long quantity) {
    if (drawn.merge(counter, quantity, Long::sum) == quantity && !drawnInOrder.contains(counter)) {
      drawnInOrder.add(counter);
    }
  }

  private static Picos sum(List<Line> lines) {
    long sum = 0;
    for (var line : lines) {
      sum = Math.addExact(sum, line.picos());
    }
    return new Picos(sum);
  }
}
