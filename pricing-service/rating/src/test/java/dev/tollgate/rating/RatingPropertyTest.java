package dev.tollgate.rating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Nanos;
import dev.tollgate.money.Picos;
import dev.tollgate.seed.Seeds;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class RatingPropertyTest {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final List<String> TIERS = List.of("", "batch");
  private static final List<String> REGIONS = List.of("", "eu", "us");
  private static final List<Reason> REFUSALS =
      List.of(Reason.BUCKET_UNPRICED, Reason.AMOUNT_UNREPRESENTABLE);
  private static final List<Bucket> ALL = List.of(Bucket.values());
  private static final List<Bucket> PLAIN = List.of(Bucket.INPUT, Bucket.OUTPUT);
  private static final List<Integer> THRESHOLDS = List.of(0, 10, 1000);

  @Test
  void print_anyBook_parsesBackToItself() {
    Seeds.check(
        "print and parse",
        500,
        10_000,
        (seed, random) -> {
          var book = randomBook(random);
          assertThat(PriceBook.parse(book.print())).isEqualTo(book);
          assertThat(PriceBook.parse(book.print()).print()).isEqualTo(book.print());
        });
  }

  @Test
  void parse_damagedText_isABookOrNamesItsProblems() {
    var refused = new LongAdder();
    Seeds.check(
        "parse of damaged text",
        2_000,
        50_000,
        (seed, random) -> {
          var text = randomBook(random).print();
          for (int i = random.nextInt(4); i >= 0; i--) {
            text = damaged(text, random);
          }
          try {
            var book = PriceBook.parse(text);
            assertThat(PriceBook.parse(book.print())).isEqualTo(book);
          } catch (PriceBookInvalid invalid) {
            assertThat(invalid.problems()).isNotEmpty();
            refused.increment();
          }
        });
    assertThat(refused.sum()).isGreaterThan(1_000);
  }

  private static byte[] damaged(byte[] text, RandomGenerator random) {
    var at = random.nextInt(text.length);
    var to = Math.min(text.length, at + random.nextInt(20));
    var damaged =
        switch (random.nextInt(4)) {
          case 0 -> Arrays.copyOf(text, Math.max(1, at));
          case 1 -> joined(text, at, text, to);
          case 2 -> joined(text, to, text, at);
          default -> text.clone();
        };
    damaged[random.nextInt(damaged.length)] =
        random.nextBoolean()
            ? (byte) random.nextInt(256)
            : (byte) "{}[],:\"-.e0195nNaulltrue\\".charAt(random.nextInt(24));
    return damaged;
  }

  /// The head of one up to a place, and the tail of the other from a place.
  private static byte[] joined(byte[] head, int to, byte[] tail, int from) {
    var joined = Arrays.copyOf(head, Math.max(1, to + tail.length - from));
    System.arraycopy(
        tail,
        from,
        joined,
        Math.min(to, joined.length),
        Math.min(tail.length - from, joined.length - Math.min(to, joined.length)));
    return joined;
  }

  @Test
  void rate_anyUsage_isTheSumOfItsExactLinesOrHasAReason() {
    var priced = new LongAdder();
    Seeds.check(
        "charge is the sum of its lines",
        1_000,
        10_000,
        (seed, random) -> {
          var book = PriceStack.of(randomBook(random));
          for (int i = 0; i < 20; i++) {
            var call = randomCall(random, random.nextInt(20) == 0 ? Usage.QUANTITY_MAX : 5_000);
            try {
              var charge = book.rate(call);
              assertSumOfLines(book, charge);
              priced.add(charge.status().isUnknown() ? 0 : 1);
            } catch (Failure failure) {
              assertThat(failure.reason()).isEqualTo(Reason.AMOUNT_UNREPRESENTABLE);
            }
          }
        });
    System.out.println("[seeds] calls priced: " + priced);
    assertThat(priced.sum()).isGreaterThan(1_000);
  }

  private static void assertSumOfLines(PriceStack stack, Charge charge) {
    var prices = new HashMap<String, Price>();
    stack
        .books()
        .getFirst()
        .models()
        .forEach(model -> model.prices().forEach(p -> prices.put(p.id(), p)));
    var sum = Picos.ZERO;
    var rounded = false;
    for (var line : charge.lines()) {
      var price = Objects.requireNonNull(prices.get(line.priceId()));
      var exact =
          price
              .amount()
              .movePointRight(Picos.SCALE)
              .multiply(BigDecimal.valueOf(line.quantity()))
              .divide(BigDecimal.valueOf(price.unitQuantity()), 30, RoundingMode.HALF_EVEN);
      var whole = exact.setScale(0, RoundingMode.HALF_EVEN);
      assertThat(line.cost().value()).isEqualTo(whole.longValueExact());
      rounded |= exact.compareTo(whole) != 0;
      sum = sum.plus(line.cost());
    }
    assertThat(charge.cost()).isEqualTo(sum);
    assertThat(charge.rounded()).isEqualTo(rounded);
  }

  @Test
  void rate_anyUsageWithinAnAsk_isNeverAboveItsCeiling() {
    var compared = new LongAdder();
    var tight = new LongAdder();
    Seeds.check(
        "ceiling bounds every usage",
        1_000,
        50_000,
        (seed, random) -> {
          var book = PriceStack.of(randomBook(random));
          for (int i = 0; i < 10; i++) {
            var ask = randomAsk(random);
            compare(book, ask, random, compared, tight);
          }
        });
    System.out.println("[seeds] usages compared: " + compared + ", equal to the bound: " + tight);
    assertThat(compared.sum()).isGreaterThan(5_000);
    assertThat(tight.sum()).isGreaterThan(100);
  }

  private static void compare(
      PriceStack book, Ask ask, RandomGenerator random, LongAdder compared, LongAdder tight) {
    Estimate estimate;
    try {
      estimate = book.ceiling(ask);
    } catch (Failure failure) {
      assertThat(failure.reason()).isIn(REFUSALS);
      return;
    }
    for (int i = 0; i < 20; i++) {
      var charge = book.rate(callWithin(ask, random));
      if (!charge.status().isUnknown()) {
        assertThat(charge.cost().toNanosUp()).isLessThanOrEqualTo(estimate.cost());
        compared.increment();
        tight.add(charge.cost().toNanosUp().equals(estimate.cost()) ? 1 : 0);
      }
    }
  }

  @Test
  void outputWithin_anyAmount_isTheLastWhoseCeilingFits() {
    Seeds.check(
        "largest output that fits",
        300,
        10_000,
        (seed, random) -> {
          var book = PriceStack.of(randomBook(random));
          var ask = randomAsk(random);
          try {
            var estimate = book.ceiling(ask);
            var amount = new Nanos(random.nextLong(estimate.cost().value() + 2));
            var min = random.nextLong(ask.outputTokens() + 1);
            long largest = -1;
            for (long output = min; output <= ask.outputTokens(); output++) {
              if (ceiling(book, ask, output).compareTo(amount) <= 0) {
                largest = output;
              }
            }
            assertThat(estimate.outputWithin(amount, min).orElse(-1)).isEqualTo(largest);
          } catch (Failure failure) {
            assertThat(failure.reason()).isIn(REFUSALS);
          }
        });
  }

  private static Nanos ceiling(PriceStack book, Ask ask, long output) {
    return book.ceiling(
            new Ask(
                ask.provider(),
                ask.model(),
                ask.serviceTier(),
                ask.region(),
                ask.from(),
                ask.to(),
                ask.inputTokens(),
                output))
        .cost();
  }

  private static PriceBook randomBook(RandomGenerator random) {
    var prices = new ArrayList<String>();
    for (var bucket : Bucket.values()) {
      for (var tier : TIERS) {
        for (var region : REGIONS) {
          for (var threshold : THRESHOLDS) {
            var base = threshold == 0 && region.isEmpty() && tier.isEmpty();
            var plain = bucket == Bucket.INPUT || bucket == Bucket.OUTPUT;
            if (random.nextInt(base ? (plain ? 10 : 3) : 12) < (base && plain ? 9 : 1)) {
              addPrices(prices, bucket, fields(tier, region, threshold, random), random);
            }
          }
        }
      }
    }
    if (prices.isEmpty()) {
      addPrices(prices, Bucket.INPUT, "", random);
    }
    return Books.book(prices.toArray(String[]::new));
  }

  private static String fields(String tier, String region, int threshold, RandomGenerator random) {
    return (tier.isEmpty() ? "" : ", \"service_tier\": \"" + tier + "\"")
        + (region.isEmpty() ? "" : ", \"region\": \"" + region + "\"")
        + (threshold == 0
            ? ""
            : ", \"context_tier\": {\"threshold_tokens\": %d, \"inclusive\": %s}"
                .formatted(threshold, random.nextBoolean()));
  }

  private static void addPrices(
      List<String> prices, Bucket bucket, String fields, RandomGenerator random) {
    var change = START.plusSeconds(random.nextInt(100));
    var both = random.nextInt(3) == 0;
    if (both) {
      prices.add(randomPrice(prices, bucket, fields + ", \"to\": \"" + change + "\"", random));
    }
    prices.add(
        randomPrice(
            prices, bucket, both ? fields + ", \"from\": \"" + change + "\"" : fields, random));
  }

  private static String randomPrice(
      List<String> prices, Bucket bucket, String fields, RandomGenerator random) {
    var amount = BigDecimal.valueOf(random.nextInt(10_000), random.nextInt(13)).toPlainString();
    var unit = List.of(1L, 3L, 1_000L, 1_000_000L, 999_999_999_937L).get(random.nextInt(5));
    return """
    {"id": "%d", "bucket": "%s", "amount": "%s", "unit_quantity": %d, "source": "test"%s}\
    """
        .formatted(prices.size(), bucket, amount, unit, fields);
  }

  private static Call randomCall(RandomGenerator random, long most) {
    var buckets = new HashMap<String, Long>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      var bucket = pick(random.nextBoolean() ? PLAIN : ALL, random);
      buckets.put(bucket.bucketName(), random.nextLong(most + 1));
    }
    return new Call(
        "p",
        "m",
        randomTime(random),
        pick(TIERS, random),
        pick(REGIONS, random),
        Usage.of(buckets));
  }

  private static Ask randomAsk(RandomGenerator random) {
    var from = randomTime(random);
    return new Ask(
        "p",
        "m",
        pick(TIERS, random),
        pick(REGIONS, random),
        from,
        from.plusSeconds(random.nextInt(50)),
        random.nextInt(random.nextBoolean() ? 20 : 2_000),
        random.nextInt(30));
  }

  private static Call callWithin(Ask ask, RandomGenerator random) {
    var seconds = ask.to().getEpochSecond() - ask.from().getEpochSecond();
    var buckets = new HashMap<String, Long>();
    split(buckets, ask.inputTokens(), random, true);
    split(buckets, ask.outputTokens(), random, false);
    if (random.nextInt(5) == 0) {
      buckets.put("request", 1L);
    }
    return new Call(
        ask.provider(),
        ask.model(),
        ask.from().plusSeconds(random.nextLong(seconds + 1)),
        ask.serviceTier(),
        ask.region().isEmpty() ? pick(REGIONS, random) : ask.region(),
        Usage.of(buckets));
  }

  /// Divides at most the limit among some of the input or the output buckets.
  private static void split(
      Map<String, Long> buckets, long limit, RandomGenerator random, boolean input) {
    var left = random.nextBoolean() ? limit : random.nextLong(limit + 1);
    var parts = 1 + random.nextInt(3);
    for (int i = 0; i < parts; i++) {
      var bucket = pick(ALL, random);
      if (input ? bucket.kind().isInput() : bucket.kind().isOutput()) {
        var part = i == parts - 1 ? left : random.nextLong(left + 1);
        buckets.merge(bucket.bucketName(), part, Long::sum);
        left -= part;
      }
    }
  }

  private static Instant randomTime(RandomGenerator random) {
    return START.plusSeconds(random.nextInt(100));
  }

  private static <T> T pick(List<T> values, RandomGenerator random) {
    return values.get(random.nextInt(values.size()));
  }
}
