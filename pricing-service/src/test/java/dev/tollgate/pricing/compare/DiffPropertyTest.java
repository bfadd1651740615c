package dev.tollgate.pricing.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.pricing.TestBooks;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.seed.Seeds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class DiffPropertyTest {
  private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");
  private static final List<String> BUCKETS = List.of("input", "output", "cache_read", "page");
  private static final List<String> AMOUNTS = List.of("0", "0.5", "1", "12", "1001");

  @Test
  void diff_appliedToTheOne_givesTheOther() {
    var changes = new LongAdder();
    Seeds.check(
        "diff applied",
        500,
        10_000,
        (seed, random) -> {
          var a = randomBook(random);
          var b = randomBook(random);
          var diff = Diff.between(a, b);
          changes.add(diff.changes().size());

          assertThat(applied(diff, a)).containsExactlyInAnyOrderElementsOf(Entry.of(b));
          assertThat(prices(applied(diff, a))).isEqualTo(prices(Entry.of(b)));
          assertThat(Diff.between(a, a).changes()).isEmpty();
          assertThat(diff.changes().isEmpty()).isEqualTo(a.withVersion(1).equals(b.withVersion(1)));
        });
    assertThat(changes.sum()).isGreaterThan(1_000);
  }

  @Test
  void diff_anyTwoBooks_changesEachEntryOnce() {
    Seeds.check(
        "diff is minimal",
        200,
        5_000,
        (seed, random) -> {
          var changes = Diff.between(randomBook(random), randomBook(random)).changes();
          for (var change : changes) {
            if (change instanceof Change.Changed changed) {
              assertThat(changed.before()).isNotEqualTo(changed.entry());
            }
          }
          assertThat(new HashSet<>(changes)).hasSameSizeAs(changes);
        });
  }

  @Test
  void quarantine_ofABookAgainstItself_isEmpty() {
    var suspects = new LongAdder();
    Seeds.check(
        "quarantine of the same",
        300,
        5_000,
        (seed, random) -> {
          var a = randomBook(random);
          assertThat(Quarantine.of(a, a, NOW)).isEmpty();
          suspects.add(Quarantine.of(a, randomBook(random), NOW).size());
        });
    assertThat(suspects.sum()).isGreaterThan(100);
  }

  private static List<Entry> applied(Diff diff, PriceBook book) {
    var entries = new ArrayList<>(Entry.of(book));
    for (var change : diff.changes()) {
      switch (change) {
        case Change.Added added -> entries.add(added.entry());
        case Change.Removed removed -> assertThat(entries.remove(removed.entry())).isTrue();
        case Change.Changed changed -> {
          assertThat(entries.remove(changed.before())).isTrue();
          entries.add(changed.entry());
        }
      }
    }
    return entries;
  }

  /// By model: entries of prices don't compare the rest of their models.
  private static String prices(List<Entry> entries) {
    return entries.stream()
        .filter(Entry.OfPrice.class::isInstance)
        .map(Entry.OfPrice.class::cast)
        .map(each -> each.provider() + "/" + each.model() + " " + each.price())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static PriceBook randomBook(RandomGenerator random) {
    var models = new ArrayList<String>();
    for (var name : List.of("a", "b", "c")) {
      if (random.nextInt(3) > 0) {
        var alias = random.nextBoolean() ? ", \"aliases\": [\"" + name + "-latest\"]" : "";
        models.add(TestBooks.model(name, alias, randomPrices(name, random)));
      }
    }
    var more =
        random.nextBoolean()
            ? ""
            : """
            , "multipliers": [
              {"id": "x", "service_tier": "batch", "factor": "0.%d", "source": "test"}]
            """
                .formatted(random.nextInt(1, 9));
    return TestBooks.lowest(String.join(",", models), more);
  }

  /* A price's id may be of another model in another book. */
  private static String[] randomPrices(String model, RandomGenerator random) {
    var prices = new ArrayList<String>();
    for (var bucket : BUCKETS) {
      for (var tier : List.of("", "batch")) {
        if (random.nextBoolean()) {
          var id = (random.nextInt(8) == 0 ? "moved-" + model : model) + "-" + bucket + tier;
          var amount = AMOUNTS.get(random.nextInt(AMOUNTS.size()));
          var more = tier.isEmpty() ? "" : "\"service_tier\": \"batch\"";
          prices.add(
              TestBooks.price(bucket, amount, more)
                  .replace("\"id\": \"" + bucket + "\"", "\"id\": \"" + id + "\""));
        }
      }
    }
    if (prices.isEmpty()) {
      prices.add(
          TestBooks.price("second", "1")
              .replace("\"id\": \"second\"", "\"id\": \"s" + model + "\""));
    }
    return prices.toArray(String[]::new);
  }
}
