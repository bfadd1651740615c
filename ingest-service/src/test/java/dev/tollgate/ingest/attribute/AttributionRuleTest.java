package dev.tollgate.ingest.attribute;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttributionRuleTest {
  private static final Instant FROM = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2026-09-01T00:00:00Z");

  @Test
  void matches_everyConditionHolds_onlyThen() {
    var rule = rule(Map.of("api_key", "k-1", "endpoint", "eu-*"), Map.of("team", "search"));

    assertThat(rule.matches(call("k-1", "eu-west"), FROM)).isTrue();
    assertThat(rule.matches(call("k-1", "eu-"), FROM)).as("no rest is a rest").isTrue();
    assertThat(rule.matches(call("k-1", "us"), FROM)).isFalse();
    assertThat(rule.matches(call("k-10", "eu-west"), FROM)).as("no prefix was asked for").isFalse();
    assertThat(rule.matches(call("", "eu-west"), FROM)).isFalse();
  }

  @Test
  void matches_starAlone_isAnyValueButNone() {
    var rule = rule(Map.of("endpoint", "*"), Map.of("team", "search"));

    assertThat(rule.matches(call("", "x"), FROM)).isTrue();
    assertThat(rule.matches(call("k", ""), FROM)).isFalse();
  }

  @Test
  void matches_outsideItsTime_not() {
    var rule = rule(Map.of("api_key", "k"), Map.of("team", "search"));

    assertThat(rule.matches(call("k", ""), FROM.minusNanos(1))).isFalse();
    assertThat(rule.matches(call("k", ""), FROM)).isTrue();
    assertThat(rule.matches(call("k", ""), UNTIL.minusNanos(1))).isTrue();
    assertThat(rule.matches(call("k", ""), UNTIL)).isFalse();
  }

  @Test
  void fill_statedDimension_staysAsItIs() {
    var rule =
        rule(
            Map.of("api_key", "k"),
            Map.of("team", "search", "project", "web", "tags.tier", "gold"));
    var stated = call("k", "").toBuilder().setTeam("finance").putTags("tier", "tin").build();

    var filled = rule.fill(stated).dimensions();

    assertThat(filled).isEqualTo(stated.toBuilder().setProject("web").build());
  }

  @Test
  void fill_sixteenTags_getNoOther() {
    var call = call("k", "").toBuilder();
    for (int i = 0; i < 15; i++) {
      call.putTags("t" + i, "v");
    }

    var filled =
        rule(Map.of("api_key", "k"), Map.of("tags.a", "1", "tags.b", "2"))
            .fill(call.build())
            .dimensions();

    assertThat(filled.getTagsCount()).isEqualTo(16);
    assertThat(filled.getTagsMap()).containsEntry("a", "1");
  }

  @Test
  void order_isByRankThenId() {
    var sorted =
        Stream.of(ranked("c", 1), ranked("b", 2), ranked("a", 2), ranked("d", 0))
            .sorted(AttributionRule.ORDER)
            .map(AttributionRule::id);

    assertThat(sorted).containsExactly("d", "c", "a", "b");
  }

  @Test
  void stored_isReadBackAsItWas() {
    var rule = rule(Map.of("api_key", "k*", "tags.shift", "night"), Map.of("team", "search"));

    var content = AttributionRuleForm.json(rule);

    assertThat(AttributionRuleForm.stored(new Entry("t", "r", 3, content, "me", UNTIL)))
        .isEqualTo(rule);
  }

  @Test
  void parse_manyMistakes_areAllNamed() {
    var form =
        dev.tollgate.proto.ingest.v1.AttributionRule.newBuilder()
            .setRuleId("Rule 1")
            .setRank(-1)
            .putConditions("api_kei", "k")
            .putConditions("endpoint", "a*b")
            .putSets("model", "gpt-4o")
            .putSets("team", "")
            .setStartTime(Timestamp.newBuilder().setSeconds(UNTIL.getEpochSecond()))
            .setEndTime(Timestamp.newBuilder().setSeconds(FROM.getEpochSecond()))
            .setVersion(-4);
    var fields = new Fields();

    var _ = AttributionRuleForm.parse(fields, form.build(), UNTIL);

    assertThat(fields.violations())
        .extracting(Violation::field)
        .containsExactlyInAnyOrder(
            "rule.rule_id",
            "rule.rank",
            "rule.conditions[api_kei]",
            "rule.conditions[endpoint]",
            "rule.sets[model]",
            "rule.sets[team]",
            "rule.end_time",
            "rule.version");
    assertThat(fields.violations())
        .extracting(Violation::description)
        .contains("unknown (expected: a dimension like api_key, or tags.<key>)");
  }

  @Test
  void parse_nothing_isRefused() {
    var fields = new Fields();

    var _ =
        AttributionRuleForm.parse(
            fields, dev.tollgate.proto.ingest.v1.AttributionRule.getDefaultInstance(), UNTIL);

    assertThat(fields.violations())
        .extracting(Violation::field)
        .isEqualTo(List.of("rule.rule_id", "rule.conditions (size)", "rule.sets (size)"));
  }

  private static AttributionRule ranked(String id, int rank) {
    return new AttributionRule(id, rank, Map.of(), Map.of(), FROM, UNTIL, 1, UNTIL);
  }

  private static AttributionRule rule(Map<String, String> conditions, Map<String, String> sets) {
    return new AttributionRule("r", 5, named(conditions), named(sets), FROM, UNTIL, 3, UNTIL);
  }

  private static Map<Dimension, String> named(Map<String, String> values) {
    return values.entrySet().stream()
        .collect(
            Collectors.toMap(
                each -> Dimension.of(each.getKey()).orElseThrow(), Map.Entry::getValue));
  }

  private static Dimensions call(String apiKey, String endpoint) {
    return Dimensions.newBuilder().setApiKey(apiKey).setEndpoint(endpoint).build();
  }
}
