package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_INVALID;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.FieldViolation;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collections;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamUsageRpcIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();
  private static final String HUGE = "x".repeat(10 << 20);

  private final Rig rig;
  private final Peers peers;
  private final ClickHouse clickHouse;
  private IngestService service;
  private int tenants;

  StreamUsageRpcIT(Stores stores, @TempDir Path dir) throws Exception {
    peers = Peers.start();
    rig = new Rig(stores, peers, dir.resolve("log"));
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

  interface Change extends UnaryOperator<UsageEvent.Builder> {}

  static Stream<Arguments> badEvents() {
    return Stream.of(
        bad("event_id", "expected: 1 to 128", e -> e.clearEventId()),
        bad("event_id", "expected: 1 to 128", e -> e.setEventId("a b")),
        bad("event_id", "1000 characters", e -> e.setEventId("x".repeat(1_000))),
        bad("event_time", "missing", e -> e.clearEventTime()),
        bad("event_time", "1900-01-01", e -> e.setEventTime(at("1900-01-01T00:00:00Z"))),
        bad("event_time", "2300-01-01", e -> e.setEventTime(at("2300-01-01T00:00:00Z"))),
        bad("reservation_id", "1 to 1024", e -> e.setReservationId("r".repeat(1_025))),
        bad("dimensions.provider", "missing", e -> change(e, d -> d.clearProvider())),
        bad("dimensions.model", "missing", e -> change(e, d -> d.clearModel())),
        bad("dimensions.team", "0 to 256", e -> change(e, d -> d.setTeam("x".repeat(257)))),
        bad("dimensions.user", "no control", e -> change(e, d -> d.setUser("a\nb"))),
        bad("dimensions.tags (size)", "0 to 16", e -> change(e, StreamUsageRpcIT::tags)),
        bad("usage.buckets[inptu]", "unknown bucket", e -> bucket(e, "inptu", 1)),
        bad("usage.buckets[input]", "-1 (expected: 0 to", e -> bucket(e, "input", -1)),
        bad(
            "usage.buckets[input]",
            "(expected: 0 to 1000000000000)",
            e -> bucket(e, "input", Long.MAX_VALUE)),
        bad("usage.buckets", "costs more than", e -> bucket(e, "output", 1_000_000_000_000L)),
        bad("service_tier", "expected: empty, standard", e -> e.setServiceTier("vip")),
        bad("attempt", "-1 (expected: 0 to 1000)", e -> e.setAttempt(-1)),
        bad("terminal_status", "99", e -> e.setTerminalStatusValue(99)),
        bad("served_from", "7", e -> e.setServedFromValue(7)),
        bad("error_code", "0 to 64", e -> e.setErrorCode("x".repeat(65))),
        bad("latency", "expected: PT0S to PT24H", e -> e.setLatency(seconds(-1))),
        bad("latency", "expected: PT0S to PT24H", e -> e.setLatency(seconds(Long.MAX_VALUE))),
        bad(
            "time_to_first_token",
            "expected: PT0S to PT1S",
            e -> e.setLatency(seconds(1)).setTimeToFirstToken(seconds(2))),
        bad("requested_max_output_tokens", "-5 (expected", e -> e.setRequestedMaxOutputTokens(-5)),
        bad("finish_reason", "0 to 64", e -> e.setFinishReason("x".repeat(65))),
        bad(
            "system_prompt_tokens",
            "1001 (expected: 0 to 1000)",
            e -> e.setSystemPromptTokens(1_001)),
        bad("input_fingerprint", "1 to 64", e -> e.setInputFingerprint("x".repeat(65))),
        bad("logical_request_id", "1 to 128", e -> e.setLogicalRequestId("ä")),
        bad("quality_score", "NaN (expected: 0 to 1)", e -> e.setQualityScore(Double.NaN)),
        bad("quality_score", "1.5 (expected: 0 to 1)", e -> e.setQualityScore(1.5)));
  }

  @ParameterizedTest
  @MethodSource("badEvents")
  void streamUsage_oneFieldBad_namesItAndTakesTheRest(String field, String says, Change change)
      throws Exception {
    var tenant = "bad-" + tenants++;
    try (var sender = Sender.open(service.grpcPort(), tenant)) {
      var results =
          sender.ask(
              Events.event("before", NOW).build(),
              change.apply(Events.event("bad", NOW)).build(),
              Events.event("after", NOW).build());

      assertThat(results.get(0).getStatus()).isEqualTo(EVENT_STATUS_ACCEPTED);
      assertThat(results.get(2).getStatus()).isEqualTo(EVENT_STATUS_ACCEPTED);
      assertThat(results.get(1).getStatus()).isEqualTo(EVENT_STATUS_INVALID);
      assertThat(results.get(1).getViolationsList())
          .singleElement()
          .satisfies(violation -> assertThat(violation.getDescription()).contains(says))
          .extracting(FieldViolation::getField)
          .isEqualTo(field);
    }
    Await.until("the good ones", () -> Rig.raw(clickHouse, tenant).events() == 2);
    assertThat(Rig.eventIds(clickHouse, tenant)).containsExactly("after", "before");
  }

  @Test
  void streamUsage_severalFieldsBad_namesAll() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "many")) {
      var result =
          sender
              .ask(
                  Events.event("bad", NOW)
                      .setAttempt(-1)
                      .setQualityScore(2)
                      .clearEventTime()
                      .build())
              .getFirst();
      assertThat(result.getViolationsList())
          .extracting(FieldViolation::getField)
          .containsExactly("event_time", "attempt", "quality_score");
    }
  }

  @Test
  void streamUsage_tenMebibytesInOneField_endsTheStreamWithAReason() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "huge")) {
      sender.send(
          StreamUsageRequest.newBuilder()
              .setSequence(1)
              .addEvents(Events.event("e", NOW).setErrorCode(HUGE))
              .build());
      assertThat(Failures.reason(sender.ended())).isEqualTo("REQUEST_TOO_LARGE");
    }
  }

  @Test
  void streamUsage_requestMalformed_endsTheStream() throws Exception {
    assertEnds(StreamUsageRequest.newBuilder().setSequence(1));
    assertEnds(
        StreamUsageRequest.newBuilder()
            .setSequence(1)
            .addAllEvents(Collections.nCopies(101, Events.event("e", NOW).build())));
    assertEnds(StreamUsageRequest.newBuilder().addEvents(Events.event("e", NOW)));
  }

  private void assertEnds(StreamUsageRequest.Builder request) throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "malformed")) {
      sender.send(request.build());
      assertThat(Failures.reason(sender.ended())).isEqualTo("FIELD_INVALID");
    }
  }

  @Test
  void streamUsage_manyRequestsAtOnce_areAcknowledgedInOrder() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "order")) {
      for (int i = 0; i < 300; i++) {
        sender.send(java.util.List.of(Events.event("e" + i, NOW).build()));
      }
      for (int i = 1; i <= 300; i++) {
        assertThat(sender.next().getAckedSequence()).isEqualTo(i);
      }
      sender.halfClose();
      sender.ended().get();
    }
  }

  @Test
  void streamUsage_modelUnknownOrUsageMissing_isKeptUnpriced() throws Exception {
    try (var sender = Sender.open(service.grpcPort(), "unpriced")) {
      assertThat(
              sender.statuses(
                  change(Events.event("model", NOW), d -> d.setModel("nobody-knows")).build(),
                  Events.event("usage", NOW).clearUsage().build()))
          .containsOnly(EVENT_STATUS_ACCEPTED);
    }
    Await.until("both", () -> Rig.raw(clickHouse, "unpriced").events() == 2);
    assertThat(
            clickHouse.query(
                "SELECT event_id, charge_status, currency, input_tokens, cost_picos FROM"
                    + " usage_events WHERE tenant_id = 'unpriced' ORDER BY event_id",
                java.util.Map.of(),
                row ->
                    row.text("event_id")
                        + " "
                        + row.text("charge_status")
                        + " "
                        + row.text("currency")
                        + " "
                        + row.integer("input_tokens")
                        + " "
                        + row.integer("cost_picos")))
        .containsExactly("model UNPRICED_MODEL USD 1000 0", "usage USAGE_MISSING USD 0 0");
  }

  private static Arguments bad(String field, String says, Change change) {
    return Arguments.of(field, says, change);
  }

  private static UsageEvent.Builder change(
      UsageEvent.Builder event, UnaryOperator<Dimensions.Builder> change) {
    return event.setDimensions(change.apply(event.getDimensions().toBuilder()));
  }

  private static Dimensions.Builder tags(Dimensions.Builder dimensions) {
    for (int i = 0; i < 17; i++) {
      dimensions.putTags("k" + i, "v");
    }
    return dimensions;
  }

  private static UsageEvent.Builder bucket(UsageEvent.Builder event, String name, long quantity) {
    return event.setUsage(Usage.newBuilder().putBuckets(name, quantity));
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  private static com.google.protobuf.Timestamp at(String instant) {
    return Events.timestamp(Instant.parse(instant));
  }
}
