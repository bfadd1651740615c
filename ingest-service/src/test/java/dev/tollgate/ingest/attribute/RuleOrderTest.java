package dev.tollgate.ingest.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleOrderTest {
  private static final Instant TIME = Instant.parse("2026-08-01T00:00:00Z");
  private static final Map<String, String> KEY = Map.of("api_key", "k-*");

  private final RuleOrder old =
      new TestRules().rule("old", KEY, Map.of("team", "search", "tags.shift", "night")).order();

  @Test
  void attributeAgain_ruleSetsAnother_takesTheOldValuesPlace() {
    var now = new TestRules().rule("new", KEY, Map.of("team", "discovery")).order();

    var again = again(now, old.attribute(call().build(), TIME));

    assertThat(again.dimensions()).isEqualTo(call().setTeam("discovery").build());
    assertThat(again.filled()).isEqualTo(new Filled("new", List.of("team")));
  }

  @Test
  void attributeAgain_noRuleIsLeft_isUnattributed() {
    var again = again(new TestRules().order(), old.attribute(call().build(), TIME));

    assertThat(again).isEqualTo(new Attribution(call().build(), Filled.NOTHING));
  }

  @Test
  void attributeAgain_statedValue_stays() {
    var stated = call().setTeam("finance").build();
    var now = new TestRules().rule("new", KEY, Map.of("team", "discovery")).order();

    assertThat(again(now, old.attribute(stated, TIME)).dimensions()).isEqualTo(stated);
    assertThat(again(now, new Attribution(stated, Filled.NOTHING)).dimensions()).isEqualTo(stated);
  }

  @Test
  void attributeAgain_valueFilledInBefore_isNoConditionOfToday() {
    var now =
        new TestRules()
            .rule("filled", Map.of("team", "search"), Map.of("plan", "wrong"))
            .rule("stated", KEY, Map.of("plan", "right"))
            .order();

    assertThat(again(now, old.attribute(call().build(), TIME)).dimensions())
        .isEqualTo(call().setPlan("right").build());
  }

  @Test
  void attributeAgain_sameRules_changeNothing() {
    var stored = old.attribute(call().build(), TIME);

    assertThat(again(old, stored)).isEqualTo(stored);
  }

  @Test
  void attributeAgain_user_staysTheSurrogateThatItIs() {
    var named = new TestRules().rule("named", KEY, Map.of("user", "alice", "team", "a")).order();
    var stored = named.attribute(call().build(), TIME);
    var hidden =
        new Attribution(stored.dimensions().toBuilder().setUser("u-1").build(), stored.filled());

    assertThat(again(named, hidden)).isEqualTo(hidden);
    assertThat(again(new TestRules().order(), hidden).dimensions())
        .isEqualTo(call().setUser("u-1").build());
    assertThat(again(named, new Attribution(call().build(), Filled.NOTHING)))
        .as("nobody is named afterwards")
        .isEqualTo(
            new Attribution(call().setTeam("a").build(), new Filled("named", List.of("team"))));
  }

  @Test
  void attributeAgain_ruleWantsAName_isNotToldUnlessSomethingElseRulesItOut() {
    var now =
        new TestRules()
            .rule("named", Map.of("user", "alice", "api_key", "k-1"), Map.of("team", "a"))
            .rule("any", Map.of("user", "*"), Map.of("team", "b"))
            .order();
    var of = call().setUser("u-1");

    assertThat(now.attributeAgain(new Attribution(of.build(), Filled.NOTHING), TIME)).isEmpty();
    assertThat(again(now, new Attribution(call().build(), Filled.NOTHING)).dimensions())
        .as("nobody is no name")
        .isEqualTo(call().build());
    of.setApiKey("k-2");
    assertThat(again(now, new Attribution(of.build(), Filled.NOTHING)).dimensions())
        .isEqualTo(of.setTeam("b").build());
  }

  private static Attribution again(RuleOrder rules, Attribution stored) {
    return rules.attributeAgain(stored, TIME).orElseThrow();
  }

  private static Dimensions.Builder call() {
    return Dimensions.newBuilder().setApiKey("k-1").setModel("m");
  }
}
