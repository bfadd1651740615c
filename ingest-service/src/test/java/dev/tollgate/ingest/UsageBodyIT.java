package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_CONFLICT;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_DUPLICATE;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_INVALID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.common.v1.UsageBody;
import dev.tollgate.proto.ingest.v1.FieldViolation;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.pricing.v1.UsageFlawKind;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageBodyIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();
  private static final String SOUND =
      "{\"prompt_tokens\": 1000, \"completion_tokens\": 100, \"total_tokens\": 1100}";
  private static final String CONTRADICTION =
      """
      {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11,
       "prompt_tokens_details": {"cached_tokens": 40}}
      """;
  private static final String DOUBTFUL =
      "{\"prompt_tokens\": 1000, \"completion_tokens\": 100, \"total_tokens\": 7}";

  private final Peers peers;
  private final ClickHouse clickHouse;
  private final IngestService service;

  UsageBodyIT(Stores stores, @TempDir Path dir) throws Exception {
    peers = Peers.start();
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    service =
        IngestService.start(
            IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
  }

  @BeforeAll
  void awaitReady() {
    Ready.await(service.grpcPort());
  }

  @AfterAll
  void stop() {
    service.close();
    peers.close();
    clickHouse.close();
  }

  @Test
  void body_sound_isPricedLikeItsBuckets() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "sound")) {
      var results = sender.ask(event("a", SOUND), Events.event("b", NOW).build());

      assertThat(results).allSatisfy(result -> assertThat(result.getFlawsList()).isEmpty());
    }
    assertThat(rows("sound", 2))
        .containsExactly("a PRICED 1000 3500000000  ", "b PRICED 1000 3500000000  ");
  }

  @Test
  void body_contradictingItself_isStoredWithUnknownCostAndItsFlawIsTold() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "contradiction")) {
      var results = sender.ask(event("a", SOUND), event("b", CONTRADICTION), event("c", DOUBTFUL));

      assertThat(results)
          .allSatisfy(r -> assertThat(r.getStatus()).isEqualTo(EVENT_STATUS_ACCEPTED));
      var unusable = results.get(1).getFlaws(0);
      assertThat(unusable.getKind()).isEqualTo(UsageFlawKind.USAGE_FLAW_KIND_UNUSABLE);
      assertThat(unusable.getField()).isEqualTo("prompt_tokens");
      assertThat(unusable.getRule()).isNotEmpty();
      assertThat(results.get(2).getFlaws(0).getKind())
          .isEqualTo(UsageFlawKind.USAGE_FLAW_KIND_DOUBTFUL);
      var again = sender.ask(event("b", CONTRADICTION)).getFirst();
      assertThat(again.getStatus()).isEqualTo(EVENT_STATUS_DUPLICATE);
      assertThat(again.getFlawsList()).isEqualTo(results.get(1).getFlawsList());
    }
    assertThat(rows("contradiction", 3))
        .containsExactly(
            "a PRICED 1000 3500000000  ", "b USAGE_INVALID 0 0  ", "c PRICED 1000 3500000000  ");
    Await.until("in the rollup", () -> Rig.rollup(clickHouse, "contradiction").events() == 3);
    assertThat(
            clickHouse.query(
                "SELECT sum(events) AS events, sum(unpriced_events) AS unpriced FROM usage_rollup"
                    + " WHERE tenant_id = 'contradiction'",
                Map.of(),
                row -> row.integer("events") + " " + row.integer("unpriced")))
        .containsExactly("3 1");
  }

  @Test
  void body_contradictingItselfWithAReservation_settlesItWithUnknownCost() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "held")) {
      assertThat(
              sender.statuses(
                  event("a", CONTRADICTION).toBuilder().setReservationId("hold-1").build()))
          .containsExactly(EVENT_STATUS_ACCEPTED);
    }
    Await.until("settled", () -> !peers.applied("held").isEmpty());
    assertThat(peers.applied("held"))
        .singleElement()
        .satisfies(settlement -> {
          assertThat(settlement.getReservationId()).isEqualTo("hold-1");
          assertThat(settlement.getActual().getUnpriced()).isTrue();
          assertThat(settlement.getActual().getTokens()).isZero();
        });
  }

  @Test
  void body_otherThanBefore_isAConflictEvenIfItMeansTheSame() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "conflict")) {
      assertThat(sender.statuses(event("a", SOUND))).containsExactly(EVENT_STATUS_ACCEPTED);
      assertThat(sender.statuses(event("a", SOUND + " "), event("a", SOUND)))
          .containsExactly(EVENT_STATUS_CONFLICT, EVENT_STATUS_DUPLICATE);
    }
  }

  @Test
  void body_tierAndRegion_holdWhereTheEventNamesNone() throws Exception {
    var body =
        """
        {"input_tokens": 10, "output_tokens": 1, "service_tier": "batch", "inference_geo": "us"}
        """;
    var hinted = event("a", body).toBuilder();
    hinted.getDimensionsBuilder().setProvider("anthropic").setModel("claude");
    var named = hinted.clone().setEventId("b").setServiceTier("standard");
    named.getDimensionsBuilder().setRegion("eu");
    try (var sender = Sender.open(service.grpcPort(), "hints")) {
      assertThat(sender.statuses(hinted.build(), named.build()))
          .containsOnly(EVENT_STATUS_ACCEPTED);
    }
    assertThat(rows("hints", 2))
        .containsExactly("a UNPRICED_MODEL 10 0 batch us", "b UNPRICED_MODEL 10 0 standard eu");
  }

  @Test
  void body_empty_isUsageMissing() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "empty")) {
      assertThat(sender.statuses(event("a", ""))).containsExactly(EVENT_STATUS_ACCEPTED);
    }
    assertThat(rows("empty", 1)).containsExactly("a USAGE_MISSING 0 0  ");
  }

  @Test
  void body_malformed_isInvalidNamingTheFieldAndTheRestLands() throws Exception {
    var generic = Events.event("generic", NOW).setUsage(usage(body(SOUND).setProvider("generic")));
    generic.getDimensionsBuilder().setProvider("our-gateway");
    var unknown = Events.event("unknown", NOW).setUsage(usage(body(SOUND)));
    unknown.getDimensionsBuilder().setProvider("our-gateway");
    try (var sender = Sender.open(service.grpcPort(), "malformed")) {
      var results =
          sender.ask(
              event("a", "{\"prompt_tok"),
              event("b", "{\"a\": 1, \"a\": 2}"),
              event("c", " ".repeat((64 << 10) + 1)),
              Events.event("d", NOW).setUsage(usage(body(SOUND).setApiFlavor("fax"))).build(),
              Events.event("e", NOW).setUsage(usage(body(SOUND)).putBuckets("input", 1)).build(),
              unknown.build(),
              generic.build());

      assertThat(results.subList(0, 6))
          .allSatisfy(r -> assertThat(r.getStatus()).isEqualTo(EVENT_STATUS_INVALID));
      assertThat(results.subList(0, 6))
          .flatExtracting(result -> result.getViolationsList())
          .extracting(FieldViolation::getField)
          .containsExactly(
              "usage.body.json",
              "usage.body.json",
              "usage.body.json",
              "usage.body.api_flavor",
              "usage",
              "usage.body.provider");
      assertThat(results.get(6).getStatus()).isEqualTo(EVENT_STATUS_ACCEPTED);
    }
    assertThat(rows("malformed", 1)).containsExactly("generic UNPRICED_MODEL 1000 0  ");
  }

  private List<String> rows(String tenant, int count) {
    Await.until("stored", () -> Rig.raw(clickHouse, tenant).events() == count);
    return clickHouse.query(
        "SELECT event_id, charge_status, input_tokens, cost_picos, service_tier, region"
            + " FROM usage_events WHERE tenant_id = {tenant:String} ORDER BY event_id",
        Map.of("tenant", tenant),
        row ->
            String.join(
                " ",
                row.text("event_id"),
                row.text("charge_status"),
                String.valueOf(row.integer("input_tokens")),
                String.valueOf(row.integer("cost_picos")),
                row.text("service_tier"),
                row.text("region")));
  }

  private static UsageEvent event(String eventId, String json) {
    return Events.event(eventId, NOW).setUsage(usage(body(json))).build();
  }

  private static UsageBody.Builder body(String json) {
    return UsageBody.newBuilder().setJson(json);
  }

  private static Usage.Builder usage(UsageBody.Builder body) {
    return Usage.newBuilder().setBody(body);
  }
}
