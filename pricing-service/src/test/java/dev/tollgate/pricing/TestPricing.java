package dev.tollgate.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.pricing.v1.CreateDraftRequest;
import dev.tollgate.proto.pricing.v1.Draft;
import dev.tollgate.proto.pricing.v1.PriceBookVersion;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.tollgate.proto.pricing.v1.PublishDraftRequest;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.TimeSource;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/// Pricing services on one real store that begins without books, and callers of every kind.
@NullMarked
public final class TestPricing implements AutoCloseable {
  static final String OPERATOR = "tg_bbbbbbbbbbbbbbbb_0123456789012345678901234567";
  static final String SERVICE = "tg_aaaaaaaaaaaaaaaa_0123456789012345678901234567";
  private static final int WAIT_SECONDS = 30;

  private final Stores stores;
  private final Random random = new Random(1);
  private final List<Runnable> open = new ArrayList<>();

  public TestPricing(Stores stores) {
    this.stores = stores;
    var clickHouse = clickHouse();
    for (var table : List.of("price_books", "price_drafts", StoredKey.TABLE)) {
      clickHouse.execute("DROP TABLE IF EXISTS control_" + table + " SYNC");
    }
  }

  private ClickHouse clickHouse() {
    var clickHouse = ClickHouse.connect(settings().clickHouse());
    open.add(clickHouse::close);
    return clickHouse;
  }

  public ControlTable table(String name) {
    return ControlTable.open(clickHouse(), name);
  }

  public PricingService start() {
    var service = PricingService.start(settings(), TimeSource.SYSTEM, random);
    open.add(service::close);
    return service;
  }

  /// A key of the tenant; services that start later know it.
  public String key(String tenant, Role role, Map<String, String> pins) {
    var key = KeyText.random(random);
    var stored =
        new StoredKey(
            key.id(),
            tenant,
            "key",
            Set.of(role),
            new TreeMap<>(pins),
            key.hash(),
            Instant.parse("2026-08-01T00:00:00Z"),
            null);
    table(StoredKey.TABLE).append(tenant, key.id(), 0, stored.content(), "test");
    return key.reveal();
  }

  public PricingServiceBlockingStub as(PricingService service, String key) {
    return as(service, key, "");
  }

  /// A client that acts for the tenant; empty for none.
  public PricingServiceBlockingStub as(PricingService service, String key, String tenant) {
    var channel =
        NettyChannelBuilder.forAddress("127.0.0.1", service.grpcPort()).usePlaintext().build();
    open.add(channel::shutdownNow);
    var headers = new Metadata();
    headers.put(header("authorization"), "Bearer " + key);
    if (!tenant.isEmpty()) {
      headers.put(header("tollgate-tenant"), tenant);
    }
    return PricingServiceGrpc.newBlockingStub(channel)
        .withMaxInboundMessageSize(64 << 20)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static Metadata.Key<String> header(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  public static Draft createDraft(PricingServiceBlockingStub client, String id, String content) {
    return client
        .createDraft(
            CreateDraftRequest.newBuilder()
                .setDraftId(id)
                .setContent(ByteString.copyFromUtf8(content))
                .build())
        .getDraft();
  }

  public static PriceBookVersion publish(PricingServiceBlockingStub client, Draft draft) {
    return client
        .publishDraft(
            PublishDraftRequest.newBuilder()
                .setDraftId(draft.getDraftId())
                .setEtag(draft.getEtag())
                .build())
        .getPriceBook();
  }

  /// What the failure says, its fields included.
  public static String assertReason(Reason reason, Runnable call) {
    var failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
    assertThat(failure).as("a failure of %s", reason).isNotNull();
    var status = Objects.requireNonNull(StatusProto.fromThrowable(failure));
    var text = new StringBuilder(status.getMessage());
    var reasons = new ArrayList<String>();
    try {
      for (var detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          reasons.add(detail.unpack(ErrorInfo.class).getReason());
        } else if (detail.is(BadRequest.class)) {
          detail
              .unpack(BadRequest.class)
              .getFieldViolationsList()
              .forEach(violation ->
                  text.append('\n')
                      .append(violation.getField())
                      .append(": ")
                      .append(violation.getDescription()));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    assertThat(reasons).as(text.toString()).containsExactly(reason.name());
    return text.toString();
  }

  /// Waits for what another instance wrote.
  public static void await(String what, BooleanSupplier condition) throws InterruptedException {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for " + what).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private PricingSettings settings() {
    var variables =
        Map.of(
            "HOST",
            "127.0.0.1",
            "GRPC_PORT",
            "0",
            "HTTP_PORT",
            "0",
            "AUTH_SERVICE_KEY",
            SERVICE,
            "AUTH_OPERATOR_KEY",
            OPERATOR,
            "CLICKHOUSE_URL",
            stores.clickHouseUrl().toString(),
            "CLICKHOUSE_DATABASE",
            stores.database(),
            "CLICKHOUSE_USER",
            stores.clickHouseUser(),
            "CLICKHOUSE_PASSWORD",
            stores.clickHousePassword().reveal(),
            "POLL",
            "PT0.05S");
    return PricingSettings.from(
        variables.entrySet().stream()
            .collect(
                Collectors.toMap(
                    variable -> "TOLLGATE_PRICING_" + variable.getKey(), Map.Entry::getValue)));
  }

  @Override
  public void close() {
    open.reversed().forEach(Runnable::run);
  }
}
