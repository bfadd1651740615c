package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.dimension.Dimension;
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
        List.of(Limit.requests(1)),
        Instant.EPOCH);
  }
}
