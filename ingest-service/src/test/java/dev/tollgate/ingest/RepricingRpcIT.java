package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.ingest.v1.CancelRepricingRequest;
import dev.tollgate.proto.ingest.v1.ClosePeriodRequest;
import dev.tollgate.proto.ingest.v1.GetClosedPeriodRequest;
import dev.tollgate.proto.ingest.v1.GetRepricingRequest;
import dev.tollgate.proto.ingest.v1.ListRepricingsRequest;
import dev.tollgate.proto.ingest.v1.Repricing;
import dev.tollgate.proto.ingest.v1.RepricingMode;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc.RepricingServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Every method of `RepricingService` with good and bad input and credentials.
@ExtendWith(StoresExtension.class)
class RepricingRpcIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");

  @TempDir Path dir;
  private final Stores stores;
  private final String tenant;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Peers peers;
  private ClickHouse clickHouse;
  private IngestService service;

  RepricingRpcIT(Stores stores) {
    this.stores = stores;
    this.tenant = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
  }

  @BeforeEach
  void start() throws Exception {
    peers = Peers.start();
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    var keys = ControlTable.open(clickHouse, StoredKey.TABLE);
    store(keys, "admin", Role.ROLE_ADMIN, new TreeMap<>());
    store(keys, "reader", Role.ROLE_READER, new TreeMap<>());
    store(keys, "caller", Role.ROLE_CALLER, new TreeMap<>());
    var pins = new TreeMap<String, String>();
    pins.put("team", "search");
    store(keys, "pinned", Role.ROLE_ADMIN, pins);
    service =
        IngestService.start(
            IngestSettings.from(rig.environment()), TimeSource.SYSTEM, new SecureRandom());
    Ready.await(service.grpcPort());
    opened.addAll(List.of(service, peers, clickHouse));
  }

  @AfterEach
  void stop() throws Exception {
    for (var each : opened) {
      each.close();
    }
  }

  @Test
  void start_sameRequestAgain_isTheSameRepricing() {
    var admin = as("admin");
    var first = admin.startRepricing(request("r-1").build()).getRepricing();
    var second = admin.startRepricing(request("r-1").build()).getRepricing();

    assertThat(second.getCreateTime()).isEqualTo(first.getCreateTime());
    assertThat(second.getRepricingId()).isEqualTo("r-1");
    assertThat(reason(() -> admin.startRepricing(request("r-1").setDryRun(true).build())))
        .isEqualTo("REQUEST_ID_REUSED");
    assertThat(first.getMode()).isEqualTo(RepricingMode.REPRICING_MODE_PRICES);
    var byPrices = request("r-1").setMode(RepricingMode.REPRICING_MODE_PRICES).build();
    assertThat(admin.startRepricing(byPrices).getRepricing().getCreateTime())
        .isEqualTo(first.getCreateTime());
    var byRules = request("r-1").setMode(RepricingMode.REPRICING_MODE_ATTRIBUTION).build();
    assertThat(reason(() -> admin.startRepricing(byRules))).isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void start_badFields_areAllNamed() {
    assertThat(fields(StartRepricingRequest.newBuilder()))
        .containsExactlyInAnyOrder("request_id", "start_time", "end_time");
    assertThat(fields(request("Upper"))).containsExactly("request_id");
    assertThat(fields(request("r").setProvider("x".repeat(257)))).containsExactly("provider");
    assertThat(fields(request("r").setModelPattern("a\u0007"))).containsExactly("model_pattern");
    assertThat(fields(request("r").setEndTime(Events.timestamp(START))))
        .containsExactly("end_time");
    assertThat(fields(request("r").setEndTime(Events.timestamp(START.plusNanos(1_500_000)))))
        .containsExactly("end_time");
    assertThat(fields(request("r").setEndTime(seconds("2100-01-01T00:00:00Z"))))
        .containsExactly("end_time");
    assertThat(fields(request("r").setStartTime(seconds("2019-12-31T23:59:59Z"))))
        .containsExactly("start_time");
    assertThat(fields(request("r").setAllTenants(true))).containsExactly("all_tenants");
    assertThat(fields(request("r").setModeValue(99))).containsExactly("mode");
  }

  @Test
  void start_elevenThatHaveNotEnded_isRefused() {
    var turn = ControlTable.open(clickHouse, "repricing_turn");
    var version = turn.read("", "turn").map(entry -> entry.version()).orElse(0L);
    var _ = turn.append("", "turn", version, "\"another-log\"", "test");
    try {
      var admin = as("admin");
      for (int i = 0; i < 10; i++) {
        var _ = admin.startRepricing(request("r-" + i).build());
      }
      assertThat(reason(() -> admin.startRepricing(request("r-10").build())))
          .isEqualTo("LIMIT_REACHED");
      for (int i = 0; i < 10; i++) {
        var _ = admin.cancelRepricing(cancel("r-" + i));
      }
      var _ = admin.cancelRepricing(cancel("r-0"));
    } finally {
      var _ = turn.append("", "turn", version + 1, "\"\"", "test");
    }
  }

  @Test
  void getAndCancel_unknownOrMalformed_saySo() {
    var admin = as("admin");
    assertThat(reason(() -> admin.getRepricing(get("nope")))).isEqualTo("REPRICING_UNKNOWN");
    assertThat(reason(() -> admin.getRepricing(get("")))).isEqualTo("FIELD_INVALID");
    assertThat(reason(() -> admin.cancelRepricing(cancel("nope")))).isEqualTo("REPRICING_UNKNOWN");
    assertThat(reason(() -> admin.cancelRepricing(cancel("x y")))).isEqualTo("FIELD_INVALID");
  }

  @Test
  void list_pages_showAllById() {
    var admin = as("admin");
    for (var id : List.of("b", "a", "c")) {
      var _ = admin.startRepricing(request(id).setDryRun(true).build());
    }
    var first = admin.listRepricings(ListRepricingsRequest.newBuilder().setPageSize(2).build());
    var rest =
        admin.listRepricings(
            ListRepricingsRequest.newBuilder().setPageToken(first.getNextPageToken()).build());

    assertThat(first.getRepricingsList())
        .extracting(Repricing::getRepricingId)
        .containsExactly("a", "b");
    assertThat(rest.getRepricingsList()).extracting(Repricing::getRepricingId).containsExactly("c");
    assertThat(rest.getNextPageToken()).isEmpty();
    for (var bad :
        List.of(
            ListRepricingsRequest.newBuilder().setPageSize(1_001),
            ListRepricingsRequest.newBuilder().setPageSize(-1),
            ListRepricingsRequest.newBuilder().setPageToken("x".repeat(64)))) {
      assertThat(reason(() -> admin.listRepricings(bad.build()))).isEqualTo("FIELD_INVALID");
    }
  }

  @Test
  void closePeriod_movesForwardOnly() {
    var admin = as("admin");
    assertThat(admin.getClosedPeriod(GetClosedPeriodRequest.getDefaultInstance()).hasEndTime())
        .isFalse();
    var closed = admin.closePeriod(close(END)).getEndTime();
    assertThat(closed).isEqualTo(Events.timestamp(END));
    assertThat(admin.closePeriod(close(END)).getEndTime()).isEqualTo(closed);
    assertThat(reason(() -> admin.closePeriod(close(START)))).isEqualTo("PERIOD_CLOSED");
    assertThat(
            as("reader").getClosedPeriod(GetClosedPeriodRequest.getDefaultInstance()).getEndTime())
        .isEqualTo(closed);
    assertThat(reason(() -> admin.closePeriod(ClosePeriodRequest.getDefaultInstance())))
        .isEqualTo("FIELD_INVALID");
    assertThat(reason(() -> admin.closePeriod(close(Instant.parse("2199-01-01T00:00:00Z")))))
        .isEqualTo("FIELD_INVALID");
  }

  @Test
  void everyMethod_wrongCredentials_areRefused() {
    for (var call : calls(tenant.hashCode())) {
      assertThat(reason(() -> call.accept(with("tg_nobody0000000000_" + "n".repeat(32), ""))))
          .isEqualTo("CREDENTIALS_INVALID");
      assertThat(reason(() -> call.accept(as("caller")))).isEqualTo("ROLE_FORBIDDEN");
      assertThat(reason(() -> call.accept(with(Rig.SERVICE_KEY, tenant))))
          .isEqualTo("ROLE_FORBIDDEN");
      assertThat(reason(() -> call.accept(with(key("admin"), "another"))))
          .isEqualTo("TENANT_FORBIDDEN");
    }
    for (var call : calls(0).subList(0, 5)) {
      assertThat(reason(() -> call.accept(as("reader")))).isEqualTo("ROLE_FORBIDDEN");
      assertThat(reason(() -> call.accept(as("pinned")))).isEqualTo("DIMENSION_FORBIDDEN");
    }
    var operator = with(Rig.OPERATOR_KEY, "");
    assertThat(reason(() -> operator.startRepricing(request("r").build())))
        .isEqualTo("TENANT_REQUIRED");
    assertThat(reason(() -> operator.closePeriod(close(START)))).isEqualTo("TENANT_REQUIRED");
    var _ = as("admin").startRepricing(request("mine").build());
    assertThat(reason(() -> with(Rig.OPERATOR_KEY, "another").getRepricing(get("mine"))))
        .isEqualTo("REPRICING_UNKNOWN");
    assertThat(reason(() -> operator.getRepricing(get("mine")))).isEqualTo("REPRICING_UNKNOWN");
  }

  @Test
  void http_startAndGet_areJson() throws Exception {
    var started =
        post(
            "/v1/repricings",
            "{\"requestId\": \"by-http\", \"startTime\": \"2026-08-01T00:00:00Z\","
                + " \"endTime\": \"2026-09-01T00:00:00Z\", \"dryRun\": true}");

    assertThat(started).contains("\"repricingId\"").contains("by-http");
    assertThat(post("/v1/repricings", "{\"requestId\": \"x\"}")).contains("FIELD_INVALID");
  }

  private static List<Consumer<RepricingServiceBlockingStub>> calls(int number) {
    return List.of(
        stub -> stub.startRepricing(request("r" + Math.floorMod(number, 1_000)).build()),
        stub -> stub.getRepricing(get("r")),
        stub -> stub.listRepricings(ListRepricingsRequest.getDefaultInstance()),
        stub -> stub.cancelRepricing(cancel("r")),
        stub -> stub.closePeriod(close(START)),
        stub -> stub.getClosedPeriod(GetClosedPeriodRequest.getDefaultInstance()));
  }

  private String post(String path, String body) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + service.httpPort() + path);
    var request =
        HttpRequest.newBuilder(uri)
            .header("authorization", "Bearer " + key("admin"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private List<String> fields(StartRepricingRequest.Builder request) {
    try {
      var _ = as("admin").startRepricing(request.build());
    } catch (StatusRuntimeException failure) {
      for (var detail : details(failure)) {
        if (detail.is(BadRequest.class)) {
          return unpacked(detail, BadRequest.class).getFieldViolationsList().stream()
              .map(BadRequest.FieldViolation::getField)
              .toList();
        }
      }
    }
    throw new AssertionError("accepted: " + request);
  }

  private static List<com.google.protobuf.Any> details(StatusRuntimeException failure) {
    var status = StatusProto.fromThrowable(failure);
    return status == null ? List.of() : status.getDetailsList();
  }

  private static String reason(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException failure) {
      return unpacked(details(failure).getFirst(), ErrorInfo.class).getReason();
    }
    throw new AssertionError("the call succeeded");
  }

  private static <T extends com.google.protobuf.Message> T unpacked(
      com.google.protobuf.Any detail, Class<T> type) {
    try {
      return detail.unpack(type);
    } catch (com.google.protobuf.InvalidProtocolBufferException wrong) {
      throw new AssertionError(wrong);
    }
  }

  private static StartRepricingRequest.Builder request(String id) {
    return RepricingRig.request(id, START, END);
  }

  private static Timestamp seconds(String time) {
    return Events.timestamp(Instant.parse(time));
  }

  private static GetRepricingRequest get(String id) {
    return GetRepricingRequest.newBuilder().setRepricingId(id).build();
  }

  private static CancelRepricingRequest cancel(String id) {
    return CancelRepricingRequest.newBuilder().setRepricingId(id).build();
  }

  private static ClosePeriodRequest close(Instant end) {
    return ClosePeriodRequest.newBuilder().setEndTime(Events.timestamp(end)).build();
  }

  private void store(
      ControlTable table, String name, Role role, java.util.SortedMap<String, String> pins) {
    var text = KeyText.parse(key(name)).orElseThrow();
    var key = new StoredKey(text.id(), tenant, name, Set.of(role), pins, text.hash(), START, null);
    var _ = table.append(tenant, text.id(), 0, key.content(), "test");
  }

  /// A key of that name, the tenant's own.
  private String key(String name) {
    var own = Integer.toString(Math.floorMod(tenant.hashCode(), 1 << 30), 36);
    var id = (name + own + "0".repeat(16)).substring(0, 16);
    return "tg_" + id + "_" + "k".repeat(32);
  }

  private RepricingServiceBlockingStub as(String name) {
    return with(key(name), "");
  }

  private RepricingServiceBlockingStub with(String key, String named) {
    var peer = RepricingRig.peer(service.grpcPort(), key);
    opened.addFirst(peer);
    return RepricingServiceGrpc.newBlockingStub(
        named.isEmpty() ? peer.channel() : peer.channel(named));
  }
}
