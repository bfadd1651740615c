package dev.tollgate.rating.extract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Usage;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Consumer;

/// Reads one body by one profile.
final class Counting {
  /// A count that the body does not state.
  static final long ABSENT = -1;

  private static final int UNKNOWN_SHOWN_MAX = 4;
  private static final BigDecimal MAX = BigDecimal.valueOf(Usage.QUANTITY_MAX);

  private final Profile profile;
  private final Body body;
  private final String name;
  private final SequencedSet<Flaw> flaws = new LinkedHashSet<>();

  Counting(Profile profile, Body body, String provider) {
    this.profile = profile;
    this.body = body;
    this.name = profile.nameFor(provider);
  }

  Extraction extract(Hints tiers, Hints regions) {
    if (body.isSilent()) {
      return Extraction.missing(name, List.of());
    }
    if (!body.usage().isObject()) {
      var where = body.prefix().isEmpty() ? "usage." : body.prefix();
      var shown = Quantity.shown(body.usage());
      flaws.add(
          Flaw.unusable(where.substring(0, where.length() - 1), shown + " (expected: an object)"));
      return Extraction.missing(name, List.copyOf(flaws));
    }
    var stated = new long[profile.counts().size()];
    for (int i = 0; i < stated.length; i++) {
      stated[i] = read(profile.counts().get(i));
    }
    profile.lists().forEach(this::checkKnown);
    if (isUnusable()) {
      return Extraction.missing(name, List.copyOf(flaws));
    }
    var buckets = new Division(profile, body, stated, this::add).buckets();
    var serviceTier = tiers.read(profile.serviceTier(), body, this::add);
    var region = regions.read(profile.region(), body, this::add);
    return isUnusable()
        ? Extraction.missing(name, List.copyOf(flaws))
        : new Extraction(
            Usage.of(buckets), name, serviceTier, region, positions(stated), List.copyOf(flaws));
  }

  private boolean isUnusable() {
    return flaws.stream().anyMatch(flaw -> flaw.kind() == Flaw.Kind.UNUSABLE);
  }

  private void add(Flaw flaw) {
    flaws.add(new Flaw(flaw.kind(), body.prefix() + flaw.field(), flaw.rule()));
  }

  /// The first of its places that is stated; the others must agree with it. What a provider says
  /// that it charged is beside the units: when that is wrong, they are still good.
  private long read(Count count) {
    if (count.bucket() != Bucket.PROVIDER_TICKS) {
      return read(count, this::add);
    }
    return read(count, flaw -> add(Flaw.doubtful(flaw.field(), flaw.rule())));
  }

  private long read(Count count, Consumer<Flaw> report) {
    var flawsBefore = flaws.size();
    var value = ABSENT;
    var from = count.paths().getFirst();
    for (var path : count.paths()) {
      var sum = sum(count, path, report);
      if (value == ABSENT) {
        value = sum;
        from = path;
      } else if (sum != ABSENT && sum != value) {
        var expected = " (expected: " + value + ", as " + from.text() + " says)";
        report.accept(Flaw.doubtful(path.text(), sum + expected));
      }
    }
    if (value == ABSENT && count.required() && flaws.size() == flawsBefore) {
      report.accept(Flaw.unusable(count.where(), "missing (expected: " + Quantity.WHOLE + ")"));
    }
    return value;
  }

  private long sum(Count count, Path path, Consumer<Flaw> report) {
    var found = path.find(body.usage(), report);
    if (found.isEmpty()) {
      return ABSENT;
    }
    var sum = BigDecimal.ZERO;
    for (var one : found) {
      var amount = amount(count, one, report);
      if (amount.isEmpty()) {
        return ABSENT;
      }
      sum = sum.add(amount.get());
    }
    if (sum.compareTo(MAX) > 0) {
      report.accept(
          Flaw.unusable(
              path.text(), sum.toPlainString() + " in all (expected: " + Quantity.WHOLE + ")"));
      return ABSENT;
    }
    return sum.longValueExact();
  }

  private Optional<BigDecimal> amount(Count count, Path.Found found, Consumer<Flaw> report) {
    if (count.times().isEmpty() && count.decimalPlaces() == 0) {
      return checked(found, Quantity.whole(found.value()), Quantity.WHOLE, report);
    }
    var amount = checked(found, Quantity.number(found.value()), Quantity.NUMBER, report);
    for (var path : count.times()) {
      var times = path.find(body.usage(), report);
      if (times.isEmpty()) {
        report.accept(Flaw.unusable(path.text(), "missing (expected: " + Quantity.NUMBER + ")"));
        return Optional.empty();
      }
      var first = times.getFirst();
      var factor = checked(first, Quantity.number(first.value()), Quantity.NUMBER, report);
      amount = amount.flatMap(number -> factor.map(number::multiply));
    }
    return amount.map(number -> Quantity.rounded(number.movePointRight(count.decimalPlaces())));
  }

  private static Optional<BigDecimal> checked(
      Path.Found found, Optional<BigDecimal> number, String expected, Consumer<Flaw> report) {
    if (number.isEmpty()) {
      report.accept(
          Flaw.unusable(
              found.where(), Quantity.shown(found.value()) + " (expected: " + expected + ")"));
    }
    return number;
  }

  /// An element of a kind that the profile does not know holds units that it can't place.
  private void checkKnown(Profile.KnownList known) {
    var list = body.usage().path(known.list());
    var shown = 0;
    for (int i = 0; i < list.size() && list.isArray() && shown < UNKNOWN_SHOWN_MAX; i++) {
      var value = list.get(i).path(known.field());
      if (!value.isTextual() || !known.known().contains(value.textValue())) {
        add(
            Flaw.doubtful(
                known.list() + "[" + i + "]." + known.field(),
                shownOrMissing(value)
                    + " (expected: one of "
                    + String.join(", ", known.known())
                    + "; "
                    + known.otherwise()
                    + ")"));
        shown++;
      }
    }
  }

  private static String shownOrMissing(JsonNode value) {
    return value.isMissingNode() ? "missing" : Quantity.shown(value);
  }

  private SequencedMap<String, Long> positions(long[] stated) {
    var positions = new LinkedHashMap<String, Long>();
    for (int i = 0; i < stated.length; i++) {
      Bucket bucket = profile.counts().get(i).position();
      if (bucket != null && stated[i] != ABSENT) {
        positions.put(bucket.bucketName(), stated[i]);
      }
    }
    return positions;
  }
}
