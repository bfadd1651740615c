package dev.tollgate.rating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import dev.tollgate.seed.Seeds;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Books that use everything a book can say, alone and on each other.
@NullMarked
class TermsPropertyTest {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final List<String> TIERS = List.of("", "batch", "flex");
  private static final List<String> REGIONS = List.of("", "eu", "us");
  private static final List<String> NAMES = List.of("m", "m-1", "m-2026", "other", "nobody");
  private static final List<String> COUNTERS = List.of("c0", "c1", "pack0", "pack1");
  private static final List<Reason> REFUSALS =
      List.of(Reason.MODEL_UNKNOWN, Reason.BUCKET_UNPRICED, Reason.AMOUNT_UNREPRESENTABLE);

  @Test
  void print_anyBook_parsesBackToItself() {
    Seeds.check(
        "print and parse, all terms",
        500,
        10_000,
        (seed, random) -> {
          var book = randomBook("a", "", random);
          assertThat(PriceBook.parse(book.print())).isEqualTo(book);
          assertThat(PriceBook.parse(book.print()).print()).isEqualTo(book.print());
        });
  }

  @Test
  void rate_anyStackAndUsage_isTheSumOfItsLinesOrHasAReason() {
    var seen = new HashMap<ChargeStatus, Integer>();
    var refused = new LongAdder();
    Seeds.check(
        "any stack and usage",
        10_000,
        100_000,
        (seed, random) -> {
          var stack = randomStack(random);
          for (int i = 0; i < 5; i++) {
            var most = random.nextInt(20) == 0 ? Usage.QUANTITY_MAX : 3_000;
            var call = randomCall(random, most);
            try {
              var charge = stack.rate(call);
              assertSound(charge, call);
              seen.merge(charge.status(), 1, Integer::sum);
            } catch (Failure failure) {
              assertThat(failure.reason()).isEqualTo(Reason.AMOUNT_UNREPRESENTABLE);
              refused.increment();
            }
          }
        });
    System.out.println("[seeds] charges: " + seen + ", refused: " + refused);
    assertThat(seen.getOrDefault(ChargeStatus.PRICED, 0)).isGreaterThan(1_000);
    assertThat(seen.getOrDefault(ChargeStatus.PROVIDER_REPORTED, 0)).isPositive();
    assertThat(refused.sum()).isPositive();
  }

  private static void assertSound(Charge charge, Call call) {
    if (charge.status().isUnknown()) {
      assertThat(charge.cost()).isEqualTo(Picos.ZERO);
      assertThat(charge.lines()).isEmpty();
      return;
    }
    var sum = Picos.ZERO;
    for (var line : charge.lines()) {
      sum = sum.plus(line.cost());
      assertThat(line.quantity()).isNotNegative();
    }
    assertThat(charge.cost()).isEqualTo(sum);
    if (charge.status() == ChargeStatus.PRICED_ZERO) {
      assertThat(charge.cost()).isEqualTo(Picos.ZERO);
    }
    if (charge.status() != ChargeStatus.PROVIDER_REPORTED) {
      assertThat(perBucket(charge)).isEqualTo(used(call, charge));
    }
    if (call.positions().isEmpty()) {
      assertThat(charge.draws()).isEmpty();
      if (charge.status() != ChargeStatus.PROVIDER_REPORTED) {
        assertThat(charge.contractCost()).isEqualTo(charge.cost());
      }
    }
  }

  private static Map<Bucket, Long> perBucket(Charge charge) {
    return charge.lines().stream()
        .filter(line -> line.quantity() > 0)
        .collect(
            Collectors.groupingBy(
                Charge.Line::bucket, Collectors.summingLong(Charge.Line::quantity)));
  }

  private static Map<Bucket, Long> used(Call call, Charge charge) {
    var used = new HashMap<Bucket, Long>();
    for (var bucket : Bucket.values()) {
      var quantity = call.usage().quantity(bucket);
      if (quantity > 0 && bucket != Bucket.PROVIDER_TICKS) {
        used.put(bucket, quantity);
      }
    }
    if (charge.lines().stream().anyMatch(line -> line.bucket() == Bucket.REQUEST)) {
      used.putIfAbsent(Bucket.REQUEST, 1L);
    }
    return used;
  }

  @Test
  void rate_anyUsageWithinAnAsk_isNeverAboveItsCeiling() {
    var compared = new LongAdder();
    Seeds.check(
        "ceiling bounds every usage, all terms",
        2_000,
        50_000,
        (seed, random) -> {
          var stack = randomStack(random);
          for (int i = 0; i < 5; i++) {
            compare(stack, random, compared);
          }
        });
    System.out.println("[seeds] usages compared: " + compared);
    assertThat(compared.sum()).isGreaterThan(5_000);
  }

  private static void compare(PriceStack stack, RandomGenerator random, LongAdder compared) {
    var from = randomTime(random);
    var ask =
        new Ask(
            "p",
            pick(NAMES, random),
            pick(TIERS, random),
            pick(REGIONS, random),
            from,
            from.plusSeconds(random.nextInt(100_000)),
            random.nextInt(2_000),
            random.nextInt(50));
    Estimate estimate;
    try {
      estimate = stack.ceiling(ask);
    } catch (Failure failure) {
      assertThat(failure.reason()).isIn(REFUSALS);
      return;
    }
    for (int i = 0; i < 10; i++) {
      var call = callWithin(ask, random);
      var charge = stack.rate(call);
      if (!charge.status().isUnknown()) {
        assertThat(charge.cost().toNanosUp()).as("%s", call).isLessThanOrEqualTo(estimate.cost());
        compared.increment();
      }
    }
  }

  private static Call callWithin(Ask ask, RandomGenerator random) {
    var buckets = new HashMap<String, Long>();
    split(buckets, ask.inputTokens(), random, true);
    split(buckets, ask.outputTokens(), random, false);
    var seconds = ask.to().getEpochSecond() - ask.from().getEpochSecond();
    return new Call(
        ask.provider(),
        ask.model(),
        ask.from().plusSeconds(random.nextLong(seconds + 1)),
        ask.serviceTier(),
        ask.region().isEmpty() ? pick(REGIONS, random) : ask.region(),
        Usage.of(buckets),
        randomPositions(random));
  }

  private static void split(
      Map<String, Long> buckets, long limit, RandomGenerator random, boolean input) {
    var left = random.nextLong(limit + 1);
    for (int i = random.nextInt(4); i >= 0; i--) {
      var bucket = pick(List.of(Bucket.values()), random);
      if (input ? bucket.kind().isInput() : bucket.kind().isOutput()) {
        var part = random.nextLong(left + 1);
        buckets.merge(bucket.bucketName(), part, Long::sum);
        left -= part;
      }
    }
  }

  private static PriceStack randomStack(RandomGenerator random) {
    var books = new ArrayList<PriceBook>();
    for (int i = random.nextInt(3); i > 0; i--) {
      books.add(randomBook("b" + i, "b" + (i - 1), random));
    }
    books.add(randomBook("b0", "", random));
    return PriceStack.of(books);
  }

  private static PriceBook randomBook(String id, String base, RandomGenerator random) {
    var models = new ArrayList<String>();
    models.add(model("m", "\"aliases\": [\"m-1\"], \"prefixes\": [\"m-\"]", id + "m", random));
    models.add(model("other", "\"patterns\": [\"o*#\"]", id + "o", random));
    var multipliers = new ArrayList<String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      multipliers.add(multiplier(id + "x" + i, random));
    }
    var commitments = new ArrayList<String>();
    if (random.nextInt(3) == 0) {
      commitments.add(commitment(random));
    }
    return Books.parse(
        """
        {"id": "%s", "version": %d%s, "currency": "USD", "models": [%s],
         "multipliers": [%s], "commitments": [%s]}
        """
            .formatted(
                id,
                1 + random.nextInt(9),
                base.isEmpty() ? "" : ", \"base\": \"" + base + "\"",
                String.join(",", models),
                String.join(",", multipliers),
                String.join(",", commitments)));
  }

  private static String model(String name, String names, String ids, RandomGenerator random) {
    var prices = new ArrayList<String>();
    for (var bucket : Bucket.values()) {
      var plain = bucket == Bucket.INPUT || bucket == Bucket.OUTPUT;
      if (random.nextInt(10) < (plain ? 9 : 2)) {
        prices.add(price(ids + prices.size(), bucket, "", true, random));
        if (bucket.kind().isInput() && random.nextInt(3) == 0) {
          prices.add(price(ids + prices.size(), bucket, contextTier(random), false, random));
        }
        if (random.nextInt(4) == 0) {
          prices.add(
              price(ids + prices.size(), bucket, ", \"service_tier\": \"flex\"", false, random));
        }
        if (random.nextInt(4) == 0) {
          prices.add(price(ids + prices.size(), bucket, schedule(random), false, random));
        }
      }
    }
    if (prices.isEmpty()) {
      prices.add(price(ids, Bucket.INPUT, "", true, random));
    }
    return "{\"provider\": \"p\", \"model\": \"%s\", %s, \"prices\": [%s]}"
        .formatted(name, names, String.join(",", prices));
  }

  private static String contextTier(RandomGenerator random) {
    return ", \"context_tier\": {\"threshold_tokens\": %d, \"inclusive\": %s, \"mode\": \"%s\"}"
        .formatted(
            1 + random.nextInt(2_000),
            random.nextBoolean(),
            random.nextBoolean() ? "CLIFF" : "GRADUATED");
  }

  private static String schedule(RandomGenerator random) {
    return ", \"schedule\": {\"hours\": [\"%02d:00-%02d:30\"], \"zone\": \"%s\"}"
        .formatted(
            random.nextInt(24),
            random.nextInt(24),
            pick(List.of("UTC", "Asia/Shanghai", "Europe/Berlin"), random));
  }

  private static String price(
      String id, Bucket bucket, String fields, boolean steps, RandomGenerator random) {
    var more =
        !steps || bucket == Bucket.PROVIDER_TICKS
            ? ""
            : switch (random.nextInt(8)) {
              case 0 -> ", \"allotment\": {\"counter\": \"c0\", \"quantity\": 500}";
              case 1 ->
                  ", \"volume\": {\"counter\": \"c1\", \"mode\": \"MARGINAL\", \"steps\": [{\"above\":"
                      + " 200, \"amount\": \"7\"}, {\"above\": 900, \"amount\": \"0.000001\"}]}";
              case 2 ->
                  ", \"volume\": {\"counter\": \"c1\", \"mode\": \"RETROACTIVE\", \"steps\":"
                      + " [{\"above\": 300, \"amount\": \"0\"}]}";
              case 3 -> ", \"net\": true";
              default -> "";
            };
    var amount = BigDecimal.valueOf(random.nextInt(10_000), random.nextInt(13)).toPlainString();
    var unit = List.of(1L, 3L, 1_000L, 1_000_000L, 999_999_999_937L).get(random.nextInt(5));
    return """
    {"id": "%s", "bucket": "%s", "amount": "%s", "unit_quantity": %d, "source": "test"%s%s}\
    """
        .formatted(id, bucket, amount, unit, fields, more);
  }

  private static String multiplier(String id, RandomGenerator random) {
    var tier = pick(TIERS, random);
    var region = pick(REGIONS, random);
    return "{\"id\": \"%s\", \"factor\": \"%s\", \"source\": \"test\"%s%s%s%s}"
        .formatted(
            id,
            BigDecimal.valueOf(random.nextInt(2_000), 3).toPlainString(),
            tier.isEmpty() ? "" : ", \"service_tier\": \"" + tier + "\"",
            region.isEmpty() ? "" : ", \"region\": \"" + region + "\"",
            random.nextInt(3) == 0 ? ", \"models\": [\"m*\"]" : "",
            random.nextInt(3) == 0 ? ", \"from\": \"" + randomTime(random) + "\"" : "");
  }

  private static String commitment(RandomGenerator random) {
    return "{\"id\": \"pack%d\", %s, \"fee\": \"%d\", \"overage_percent\": %d, \"source\": \"test\"}"
        .formatted(
            random.nextInt(2),
            random.nextBoolean()
                ? "\"buckets\": [\"input\", \"output\"], \"units\": " + (1 + random.nextInt(3_000))
                : "\"credit\": \"" + (1 + random.nextInt(50)) + "\"",
            random.nextInt(100),
            50 + random.nextInt(100));
  }

  private static Call randomCall(RandomGenerator random, long most) {
    var buckets = new HashMap<String, Long>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      var bucket =
          random.nextBoolean()
              ? pick(List.of(Bucket.INPUT, Bucket.OUTPUT), random)
              : pick(Arrays.asList(Bucket.values()), random);
      buckets.put(bucket.bucketName(), random.nextLong(most + 1));
    }
    return new Call(
        "p",
        pick(NAMES, random),
        randomTime(random),
        pick(TIERS, random),
        pick(REGIONS, random),
        random.nextInt(20) == 0 ? Usage.MISSING : Usage.of(buckets),
        randomPositions(random));
  }

  private static Map<String, Long> randomPositions(RandomGenerator random) {
    var positions = new HashMap<String, Long>();
    for (var counter : COUNTERS) {
      if (random.nextInt(3) == 0) {
        positions.put(counter, random.nextLong(1_000));
      }
    }
    return positions;
  }

  private static Instant randomTime(RandomGenerator random) {
    return START.plusSeconds(random.nextInt(200_000));
  }

  private static <T> T pick(List<T> values, RandomGenerator random) {
    return values.get(random.nextInt(values.size()));
  }
}
