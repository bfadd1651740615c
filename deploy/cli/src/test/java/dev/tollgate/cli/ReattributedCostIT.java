package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.cli.standalone.Part;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.AttributionRule;
import dev.tollgate.proto.ingest.v1.AttributionServiceGrpc;
import dev.tollgate.proto.ingest.v1.PutAttributionRuleRequest;
import dev.tollgate.proto.ingest.v1.RepricingMode;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.proto.query.v1.OrgLevel;
import dev.tollgate.proto.query.v1.OrgLink;
import dev.tollgate.proto.query.v1.OrgServiceGrpc;
import dev.tollgate.proto.query.v1.OrgTree;
import dev.tollgate.proto.query.v1.OrgView;
import dev.tollgate.proto.query.v1.PutOrgTreeRequest;
import dev.tollgate.proto.query.v1.Source;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls that named no team, on the whole standalone: what they cost is nobody's until rules say
/// whose they were and the past is attributed by them. Each answer is added up anew here, from the
/// calls that were sent.
class ReattributedCostIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");

  /// From then on the rule holds that knows batch jobs.
  private static final Instant RULED = Instant.parse("2026-08-11T00:00:00Z");

  /// From then on `web` is under another department.
  private static final Instant MOVED = Instant.parse("2026-08-21T00:00:00Z");

  private static final int CALLS = 200;

  /// 2.50 per million input tokens.
  private static final Picos PER_TOKEN = new Picos(2_500_000);

  private final List<Call> calls = made(new Random(11));

  /// What was sent.
  ///
  /// @param team as its caller said it; empty where it said none
  private record Call(String id, Instant time, String key, String team, long tokens) {
    /// Whose it is by the rules; what its caller said comes first.
    String ruledTeam() {
      if (!team.isEmpty()) {
        return team;
      }
      if (key.startsWith("web-")) {
        return "web";
      }
      return key.equals("batch") && !time.isBefore(RULED) ? "jobs" : "";
    }

    /// Under whom that team was when the call was made.
    String department() {
      return switch (ruledTeam()) {
        case "web" -> time.isBefore(MOVED) ? "shop" : "growth";
        case "jobs" -> "platform";
        default -> "";
      };
    }
  }

  /// What a group has.
  private record Sum(long events, long tokens, Picos cost) {
    static Sum of(Call call) {
      return new Sum(1, call.tokens, PER_TOKEN.times(call.tokens));
    }

    Sum plus(Sum other) {
      return new Sum(events + other.events, tokens + other.tokens, cost.plus(other.cost));
    }
  }

  @Test
  void cost_pastIsAttributedByLaterRules_isThatOfTheRulesTeams(@TempDir Path folder)
      throws Exception {
    try (var operated = Operated.start(folder, "acme")) {
      var client = operated.client();
      send(client);
      Operated.await("stored", () -> stored(client) == CALLS);
      putTree(operated);
      assertSums(client, "team", Call::team);
      assertSums(client, "department", call -> "");

      putRules(operated);
      assertSums(client, "team", Call::team);
      var _ = operated.reprice(attribution());

      assertSums(client, "team", Call::ruledTeam);
      assertSums(client, "department", Call::department);
    }
  }

  private static List<Call> made(Random random) {
    var calls = new ArrayList<Call>();
    var keys = List.of("web-1", "web-2", "batch", "other");
    var seconds = Duration.between(START, END).toSeconds();
    for (var i = 0; i < CALLS; i++) {
      calls.add(
          new Call(
              "call-" + i,
              START.plusSeconds(random.nextLong(seconds)),
              keys.get(random.nextInt(keys.size())),
              random.nextInt(3) == 0 ? "search" : "",
              1 + random.nextInt(1_000_000)));
    }
    return calls;
  }

  private void send(TollgateClient client) throws Exception {
    try (var stream = client.streamUsage(UsageStreamSettings.DEFAULT)) {
      for (var call : calls) {
        var dimensions =
            Dimensions.newBuilder()
                .setProvider("openai")
                .setModel("gpt-4o")
                .setApiKey(call.key)
                .setTeam(call.team);
        var event =
            UsageEvent.newBuilder()
                .setEventId(call.id)
                .setEventTime(timestamp(call.time))
                .setDimensions(dimensions)
                .setUsage(Usage.newBuilder().putBuckets("input", call.tokens));
        var _ = stream.send(event.build()).get(30, TimeUnit.SECONDS);
      }
    }
  }

  private static long stored(TollgateClient client) {
    return client.getCost(by("team").build()).getTotalsList().stream()
        .mapToLong(CostRow::getEvents)
        .sum();
  }

  private static void putTree(Operated operated) {
    var tree =
        OrgTree.newBuilder()
            .addLinks(team("web", "shop"))
            .addLinks(team("web", "growth").setStartTime(timestamp(MOVED)))
            .addLinks(team("jobs", "platform"));
    var _ =
        OrgServiceGrpc.newBlockingStub(operated.channel(Part.QUERY))
            .putOrgTree(PutOrgTreeRequest.newBuilder().setTree(tree).build());
  }

  private static OrgLink.Builder team(String team, String department) {
    return OrgLink.newBuilder()
        .setLevel(OrgLevel.ORG_LEVEL_TEAM)
        .setChild(team)
        .setParent(department);
  }

  private static void putRules(Operated operated) {
    put(operated, rule("web", "web-*"));
    put(operated, rule("jobs", "batch").setStartTime(timestamp(RULED)));
  }

  private static AttributionRule.Builder rule(String team, String key) {
    return AttributionRule.newBuilder()
        .setRuleId(team)
        .putConditions("api_key", key)
        .putSets("team", team);
  }

  private static void put(Operated operated, AttributionRule.Builder rule) {
    var _ =
        AttributionServiceGrpc.newBlockingStub(operated.channel(Part.INGEST))
            .putAttributionRule(PutAttributionRuleRequest.newBuilder().setRule(rule).build());
  }

  private static StartRepricingRequest attribution() {
    return StartRepricingRequest.newBuilder()
        .setRequestId("by-rules")
        .setMode(RepricingMode.REPRICING_MODE_ATTRIBUTION)
        .setStartTime(timestamp(START))
        .setEndTime(timestamp(END))
        .build();
  }

  /// That the rollup and the events say of each group what its calls add up to.
  private void assertSums(TollgateClient client, String dimension, Function<Call, String> group) {
    var expected = new TreeMap<String, Sum>();
    calls.forEach(call -> expected.merge(group.apply(call), Sum.of(call), Sum::plus));

    var rollup = client.getCost(by(dimension).build());
    assertThat(rollup.getSource()).isEqualTo(Source.SOURCE_ROLLUP);
    assertThat(sums(rollup, CostRow::getInputTokens)).isEqualTo(expected);
    assertTotals(rollup, expected);
    var raw = client.getCost(by(dimension).addMeasures(Measure.MEASURE_USAGE).build());
    assertThat(raw.getSource()).isEqualTo(Source.SOURCE_RAW);
    assertThat(sums(raw, row -> row.getUsageOrThrow("input"))).isEqualTo(expected);
    assertTotals(raw, expected);
  }

  private static Map<String, Sum> sums(GetCostResponse answer, ToLongFunction<CostRow> tokens) {
    return answer.getRowsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.getGroup(0),
                row -> new Sum(row.getEvents(), tokens.applyAsLong(row), picos(row.getCost()))));
  }

  private static void assertTotals(GetCostResponse answer, Map<String, Sum> expected) {
    var all = expected.values().stream().reduce(Sum::plus).orElseThrow();
    assertThat(answer.getTotalsList()).hasSize(1);
    assertThat(answer.getTotals(0).getEvents()).isEqualTo(CALLS).isEqualTo(all.events);
    assertThat(picos(answer.getTotals(0).getCost())).isEqualTo(all.cost);
    var nobodys = Objects.requireNonNull(expected.get(""));
    assertThat(answer.getUnattributed(0).getEvents()).isEqualTo(nobodys.events);
    assertThat(picos(answer.getUnattributed(0).getCost())).isEqualTo(nobodys.cost);
  }

  private static GetCostRequest.Builder by(String dimension) {
    return GetCostRequest.newBuilder()
        .setStartTime(timestamp(START))
        .setEndTime(timestamp(END))
        .addGroupBy(dimension)
        .setOrgView(OrgView.ORG_VIEW_AS_WAS);
  }

  private static Picos picos(Money money) {
    return Picos.of(new BigDecimal(money.getAmount()));
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamps.fromMillis(time.toEpochMilli());
  }
}
