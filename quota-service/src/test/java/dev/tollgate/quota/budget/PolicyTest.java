package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.seed.Seeds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final Dimensions CALL =
      Dimensions.newBuilder()
          .setTeam("search")
          .setEnvironment("prod")
          .setUser("ada")
          .putTags("tier", "gold")
          .build();

  @Test
  void match_emptySelector_matchesEveryCall() {
    assertThat(ids(CALL, budget("all", Map.of()))).containsExactly("all");
    assertThat(ids(Dimensions.getDefaultInstance(), budget("all", Map.of())))
        .containsExactly("all");
  }

  @Test
  void match_allValuesEqual_matchesInTheOrderOfIds() {
    assertThat(
            ids(
                CALL,
                budget("z", Map.of("team", "search")),
                budget("b", Map.of("team", "search", "environment", "prod")),
                budget("c", Map.of("team", "search", "environment", "dev")),
                budget("a", Map.of("tags.tier", "gold"))))
        .containsExactly("a", "b", "z");
  }

  @Test
  void match_dimensionNotGiven_doesNotMatch() {
    assertThat(ids(CALL, budget("a", Map.of("feature", "chat")))).isEmpty();
  }

  @Test
  void group_dimensionNotGiven_isTheEmptyValue() {
    var budget =
        new Budget(
            "a",
            "A",
            new TreeMap<>(),
            List.of(Dimension.of("user").orElseThrow(), Dimension.of("feature").orElseThrow()),
            new Window.Lifetime(),
            List.of(Limit.requests(1)),
            Instant.EPOCH);

    assertThat(budget.group(CALL)).containsExactly("ada", "");
    assertThat(budget.counter(budget.limits().getFirst(), List.of("ada", ""), Instant.EPOCH))
        .isNotEqualTo(
            budget.counter(budget.limits().getFirst(), List.of("", "ada"), Instant.EPOCH));
  }

  @Test
  void match_excepted_doesNotMatch() {
    var all = new Selector(new TreeMap<>(), new TreeMap<>(Map.of("environment", "prod")));
    var other = new Selector(new TreeMap<>(), new TreeMap<>(Map.of("environment", "dev")));

    assertThat(ids(CALL, with(budget("a", Map.of()), all, false, "", Instant.MAX))).isEmpty();
    assertThat(ids(CALL, with(budget("a", Map.of()), other, false, "", Instant.MAX)))
        .containsExactly("a");
  }

  @Test
  void match_fallback_countsOnlyWhereNoOtherDoes() {
    var fallback = with(budget("z", Map.of()), Selector.ALL, true, "", Instant.MAX);
    var other = budget("a", Map.of("team", "search"));

    assertThat(ids(CALL, fallback)).containsExactly("z");
    assertThat(ids(CALL, fallback, other)).containsExactly("a");
    assertThat(ids(Dimensions.getDefaultInstance(), fallback, other)).containsExactly("z");
    assertThat(new Policy(List.of(fallback, other)).match(CALL, Instant.EPOCH).skipped())
        .containsExactly(new Matched.Skipped(fallback, Matched.Why.FALLBACK));
  }

  @Test
  void match_carvedOut_countsInPlaceOfItsParent() {
    var parent = budget("p", Map.of("team", "search"));
    var child = child("c", Instant.MAX);
    var policy = new Policy(List.of(parent, child));

    assertThat(ids(CALL, parent, child)).containsExactly("c");
    assertThat(ids(CALL.toBuilder().setUser("ben").build(), parent, child)).containsExactly("p");
    assertThat(policy.match(CALL, Instant.EPOCH).skipped())
        .containsExactly(new Matched.Skipped(parent, Matched.Why.CARVED));
    assertThat(whole(policy, parent, Instant.EPOCH)).isEqualTo(6);
  }

  @Test
  void match_ended_countsNothingAndDeniesWhereItWasCarvedOut() {
    var end = Instant.parse("2026-05-01T00:00:00Z");
    var plain = with(budget("a", Map.of()), Selector.ALL, false, "", end);
    var parent = budget("p", Map.of("team", "search"));
    var child = child("c", end);
    var policy = new Policy(List.of(plain, parent, child));

    var before = policy.match(CALL, end.minusMillis(1));
    var after = policy.match(CALL, end);

    assertThat(before.budgets()).containsExactly(plain, child);
    assertThat(before.ended()).isEmpty();
    assertThat(after.ended()).containsExactly(child);
    assertThat(after.skipped()).contains(new Matched.Skipped(plain, Matched.Why.ENDED));
    /* A lifetime has no next window in which it would come back. */
    assertThat(whole(policy, parent, end)).isEqualTo(6);
  }

  @Test
  void match_frozen_namesEachFreezeUntilItEnds() {
    var end = Instant.parse("2026-05-01T00:00:00Z");
    var policy =
        new Policy(
            1,
            List.of(),
            List.of(
                freeze("all", Map.of(), Instant.MAX),
                freeze("ads", Map.of("team", "ads"), Instant.MAX),
                freeze("search", Map.of("team", "search"), end)),
            CheckRules.DEFAULT,
            Map.of());

    assertThat(policy.match(CALL, end.minusMillis(1)).freezes())
        .extracting(Freeze::id)
        .containsExactly("all", "search");
    assertThat(policy.match(CALL, end).freezes()).extracting(Freeze::id).containsExactly("all");
  }

  private static Freeze freeze(String id, Map<String, String> selector, Instant end) {
    return new Freeze(id, Selector.of(selector), "", "", end, Instant.EPOCH, "ada");
  }

  /* 4 of the parent's 10 calls. */
  private static Budget child(String id, Instant end) {
    var child = budget(id, Map.of());
    return with(child, Selector.of(Map.of("team", "search", "user", "ada")), false, "p", end);
  }

  private static long whole(Policy policy, Budget budget, Instant at) {
    var limit = budget.limits().getFirst();
    return policy.bound(budget, limit, 0, new Bound.Caller(Priority.STANDARD, CALL, at)).whole();
  }

  private static Budget with(
      Budget budget, Selector selector, boolean fallback, String parentId, Instant end) {
    return new Budget(
        budget.id(),
        budget.displayName(),
        selector,
        budget.groupBy(),
        fallback,
        budget.window(),
        parentId.isEmpty() ? budget.limits() : List.of(Limit.requests(4)),
        budget.thresholds(),
        budget.enforcement(),
        budget.storeAway(),
        budget.holdExpiry(),
        budget.models(),
        budget.contact(),
        parentId,
        end,
        budget.groupsMax(),
        budget.adjustments(),
        budget.origin());
  }

  @Test
  void match_anyBudgets_isWhatTryingEachGives() {
    var names = List.of("team", "environment", "user", "feature", "tags.tier");
    Seeds.check(
        "policy matching",
        300,
        20_000,
        (seed, random) -> {
          var budgets = new ArrayList<Budget>();
          for (int i = 0; i < random.nextInt(40); i++) {
            var selector = new TreeMap<String, String>();
            for (var name : names) {
              if (random.nextInt(3) == 0) {
                selector.put(name, "v" + random.nextInt(3));
              }
            }
            budgets.add(budget("b" + i, selector));
          }
          var call = Dimensions.newBuilder();
          for (var name : names) {
            Dimension.of(name).orElseThrow().write(call, "v" + random.nextInt(3));
          }
          var expected =
              budgets.stream()
                  .filter(budget ->
                      budget.selector().equal().entrySet().stream()
                          .allMatch(entry ->
                              Dimension.of(entry.getKey())
                                  .orElseThrow()
                                  .read(call.build())
                                  .equals(entry.getValue())))
                  .map(Budget::id)
                  .sorted()
                  .toList();
          assertThat(
                  new Policy(budgets)
                      .match(call.build(), Instant.EPOCH).budgets().stream().map(Budget::id))
              .containsExactlyElementsOf(expected);
        });
  }

  private static List<String> ids(Dimensions call, Budget... budgets) {
    return new Policy(List.of(budgets))
        .match(call, Instant.EPOCH).budgets().stream().map(Budget::id).toList();
  }

  private static Budget budget(String id, Map<String, String> selector) {
    return new Budget(
        id,
        id,
        new TreeMap<>(selector),
        List.of(),
        new Window.Lifetime(),
        List.of(Limit.requests(10)),
        Instant.EPOCH);
  }
}
