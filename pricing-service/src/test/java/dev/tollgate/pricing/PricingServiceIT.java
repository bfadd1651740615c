package dev.tollgate.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.pricing.draft.Drafts;
import dev.tollgate.pricing.publish.PublishedBook;
import dev.tollgate.pricing.publish.PublishedBooks;
import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.pricing.ship.ShippedBook;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.Price;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import dev.tollgate.time.TimeSource;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The service as it runs, with a real ClickHouse, over the network.
@NullMarked
@ExtendWith(StoresExtension.class)
class PricingServiceIT {
  private static final String SERVICE_KEY = "tg_aaaaaaaaaaaaaaaa_0123456789012345678901234567";
  private static final int WAIT_SECONDS = 20;

  private final Stores stores;
  private final List<AutoCloseable> open = new ArrayList<>();

  PricingServiceIT(Stores stores) {
    this.stores = stores;
  }

  @BeforeEach
  void emptyTheTable() {
    try (var clickHouse = ClickHouse.connect(settings().clickHouse())) {
      clickHouse.execute("DROP TABLE IF EXISTS control_price_books SYNC");
      clickHouse.execute("DROP TABLE IF EXISTS control_price_drafts SYNC");
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void start_severalInstancesAtOnce_publishTheShippedBookOnce() throws Exception {
    List<PricingService> services;
    try (var threads = Executors.newFixedThreadPool(3)) {
      Callable<PricingService> start = () -> start(TimeSource.SYSTEM);
      services =
          threads.invokeAll(List.of(start, start, start)).stream()
              .map(future -> future.resultNow())
              .toList();
    }
    open.addAll(services);

    assertThat(table().size()).isEqualTo(1);
    for (var service : services) {
      assertThat(client(service).listPrices(ListPricesRequest.getDefaultInstance()))
          .extracting(answer -> answer.getPriceBookVersion())
          .isEqualTo("default@1");
    }
  }

  @Test
  void start_again_publishesNothing() {
    start(TimeSource.SYSTEM).close();
    start(TimeSource.SYSTEM).close();

    assertThat(table().size()).isEqualTo(1);
  }

  @Test
  void open_otherPrices_arePublishedNextAndNeverAgain() throws Exception {
    var table = table();
    var first = DefaultBook.read();
    var second = changed();

    assertThat(refs(ship(table, first))).containsExactly("default@1");
    assertThat(refs(ship(table, second))).containsExactly("default@1", "default@2");
    assertThat(refs(ship(table, first))).containsExactly("default@1", "default@2");
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void open_versionThatCannotBeRead_isLeftOutAndItsNumberTaken() {
    var table = table();
    table.append("", "default", 0, "{\"id\": \"default\", \"schedule\": []}", "a later release");

    assertThat(refs(ship(table, DefaultBook.read()))).containsExactly("default@2");
  }

  @Test
  void open_pricesInQuarantine_becomeOneDraftThatAnOperatorPublishes() throws Exception {
    var table = table();
    ship(table, DefaultBook.read());
    var leap =
        PriceBook.parse(
            text(DefaultBook.read())
                .replaceFirst("\"amount\": \"0.08\"", "\"amount\": \"0.8\"")
                .getBytes(UTF_8));

    assertThat(refs(ship(table, leap))).containsExactly("default@1");
    assertThat(refs(ship(table, leap))).containsExactly("default@1");
    var draft = drafts().list("");
    assertThat(draft)
        .singleElement()
        .satisfies(each -> {
          assertThat(each.id()).startsWith("shipped-");
          assertThat(each.book()).isEqualTo(leap.withVersion(1));
        });

    PublishedBooks.open(table).publish("", leap, 1, "somebody");
    assertThat(refs(ship(table, leap))).containsExactly("default@1", "default@2");
  }

  private PublishedBooks ship(ControlTable table, PriceBook shipped) {
    var books = PublishedBooks.open(table);
    new ShippedBook(books, drafts(), TimeSource.SYSTEM).publish(shipped);
    return books;
  }

  private Drafts drafts() {
    var clickHouse = ClickHouse.connect(settings().clickHouse());
    open.add(clickHouse);
    return new Drafts(ControlTable.open(clickHouse, Drafts.TABLE));
  }

  private static List<String> refs(PublishedBooks books) {
    return books.all().stream().map(PublishedBook::book).map(PriceBook::ref).toList();
  }

  @Test
  void watch_sendsWhatIsPublishedThenWhatFollows() throws Exception {
    var books = watch(started(TimeSource.SYSTEM));
    var first = books.next();
    table().append("", "default", 1, text(changed().withVersion(2)), "test");
    var second = books.next();

    assertThat(first.getVersion()).isEqualTo(1);
    assertThat(PriceBook.parse(first.getContent().toByteArray()))
        .isEqualTo(DefaultBook.read().withVersion(1));
    assertThat(first.getPriceBookId()).isEqualTo("default");
    assertThat(first.getContentSha256())
        .isEqualTo(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256").digest(first.getContent().toByteArray())));
    assertThat(Instant.ofEpochSecond(first.getPublishTime().getSeconds()))
        .isAfter(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(PriceBook.parse(second.getContent().toByteArray()).ref()).isEqualTo("default@2");
  }

  @Test
  void watch_versionsReplacedLongAgo_areNotSent() throws Exception {
    ship(table(), DefaultBook.read());
    ship(table(), changed());

    var now = watch(started(TimeSource.SYSTEM));
    var later = watch(started(new FakeTime(Instant.parse("2100-01-01T00:00:00Z"))));

    assertThat(now.next().getVersion()).isEqualTo(1);
    assertThat(now.next().getVersion()).isEqualTo(2);
    assertThat(later.next().getVersion()).isEqualTo(2);
  }

  @Test
  void close_endsWatchesAtOnceWithAReason() {
    var service = start(TimeSource.SYSTEM);
    var books = watch(service);
    books.next();
    var before = System.nanoTime();

    service.close();

    assertReason(Reason.STOPPING, books::next);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before)).isLessThan(8);
  }

  @Test
  void listPrices_filters_areAllApplied() {
    var client = client(started(TimeSource.SYSTEM));
    var at = Instant.parse("2026-07-29T23:59:59Z").getEpochSecond();

    var prices =
        client
            .listPrices(
                ListPricesRequest.newBuilder()
                    .setProvider("openai")
                    .setModel("gpt-5-6-luna")
                    .setEffectiveTime(Timestamp.newBuilder().setSeconds(at))
                    .build())
            .getPricesList();

    assertThat(prices).extracting(Price::getModel).containsOnly("gpt-5.6-luna");
    assertThat(prices)
        .filteredOn(price -> price.getBucket().equals("input") && !price.hasContextTier())
        .singleElement()
        .satisfies(price -> {
          assertThat(price.getPriceId()).isEqualTo("openai/gpt-5.6-luna/input");
          assertThat(price.getAmount().getAmount()).isEqualTo("1.000000000000");
          assertThat(price.getAmount().getCurrencyCode()).isEqualTo("USD");
          assertThat(price.getUnitQuantity()).isEqualTo(1_000_000);
          assertThat(price.hasEffectiveStartTime()).isFalse();
          assertThat(price.getEffectiveEndTime().getSeconds()).isEqualTo(at + 1);
          assertThat(price.getModelAliasesList()).contains("gpt-5-6-luna");
          assertThat(price.getSource()).contains("genai-prices@47df840a");
        });
    assertThat(client.listPrices(ListPricesRequest.newBuilder().setModel("none").build()))
        .satisfies(answer -> assertThat(answer.getPricesCount()).isZero());
  }

  @Test
  void listPrices_pages_giveEveryPriceOnceFromOneVersion() throws Exception {
    var client = client(started(TimeSource.SYSTEM));
    var ids = new ArrayList<String>();
    var token = "";
    do {
      var request = ListPricesRequest.newBuilder().setPageSize(300).setPageToken(token).build();
      var answer = client.listPrices(request);
      answer.getPricesList().forEach(price -> ids.add(price.getPriceId()));
      assertThat(answer.getPriceBookVersion()).isEqualTo("default@1");
      if (token.isEmpty()) {
        table().append("", "default", 1, text(changed().withVersion(2)), "test");
        awaitVersion(client, "default@2");
      }
      token = answer.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(ids)
        .doesNotHaveDuplicates()
        .containsExactlyElementsOf(
            DefaultBook.read().models().stream()
                .flatMap(model -> model.prices().stream())
                .map(price -> price.id())
                .toList());
  }

  @Test
  void listPrices_badInput_namesTheField() {
    var client = client(started(TimeSource.SYSTEM));
    var token =
        client.listPrices(ListPricesRequest.newBuilder().setPageSize(1).build()).getNextPageToken();
    var bad =
        Map.of(
            ListPricesRequest.newBuilder().setPageSize(-1).build(), "page_size",
            ListPricesRequest.newBuilder().setPageSize(1001).build(), "page_size",
            ListPricesRequest.newBuilder().setPageToken("nonsense").build(), "page_token",
            ListPricesRequest.newBuilder().setPageToken(token).setModel("o3").build(), "page_token",
            ListPricesRequest.newBuilder().setPageToken("OTk5LzAvMA").build(), "page_token",
            ListPricesRequest.newBuilder().setProvider("a\u0000").build(), "provider",
            ListPricesRequest.newBuilder().setModel("x".repeat(257)).build(), "model",
            ListPricesRequest.newBuilder()
                    .setEffectiveTime(Timestamp.newBuilder().setSeconds(-1))
                    .build(),
                "effective_time",
            ListPricesRequest.newBuilder()
                    .setEffectiveTime(Timestamp.newBuilder().setNanos(-1))
                    .build(),
                "effective_time");

    bad.forEach((request, field) ->
        assertThat(assertReason(Reason.FIELD_INVALID, () -> client.listPrices(request)))
            .as(field)
            .contains(field));
  }

  @Test
  void listPrices_asJson_isTheSame() throws Exception {
    var service = started(TimeSource.SYSTEM);
    var uri =
        "http://127.0.0.1:%d/v1/prices?provider=openai&model=gpt-4o&pageSize=1"
            .formatted(service.httpPort());
    var request =
        HttpRequest.newBuilder(URI.create(uri))
            .header("authorization", "Bearer " + SERVICE_KEY)
            .header("tollgate-tenant", stores.tenant());

    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request.build(), BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body())
          .contains("\"openai/gpt-4o/cache_read\"", "\"1.250000000000\"", "\"default@1\"");
    }
  }

  @Test
  void metrics_tellHowOldTheBooksAre() throws Exception {
    var uri = "http://127.0.0.1:%d/metrics".formatted(started(TimeSource.SYSTEM).httpPort());

    try (var client = HttpClient.newHttpClient()) {
      var answer =
          client.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());

      assertThat(answer.body()).contains("pricing_books_age_seconds");
    }
  }

  @Test
  void anyMethod_withoutAGoodCredential_isRefused() {
    var service = started(TimeSource.SYSTEM);
    var bare = PricingServiceGrpc.newBlockingStub(channel(service));
    var request = ListPricesRequest.getDefaultInstance();

    assertReason(Reason.CREDENTIALS_INVALID, () -> bare.listPrices(request));
    assertReason(
        Reason.CREDENTIALS_INVALID,
        () -> bare.watchPriceBooks(WatchPriceBooksRequest.getDefaultInstance()).next());
    assertReason(Reason.TENANT_REQUIRED, () -> stub(service, Map.of()).listPrices(request));
  }

  private static void awaitVersion(PricingServiceBlockingStub client, String version)
      throws InterruptedException {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (!client
        .listPrices(ListPricesRequest.newBuilder().setPageSize(1).build())
        .getPriceBookVersion()
        .equals(version)) {
      assertThat(System.nanoTime()).as("waited for " + version).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /// The fields that the failure names.
  private static List<String> assertReason(Reason reason, Runnable call) {
    var fields = new ArrayList<String>();
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> {
              var details =
                  Objects.requireNonNull(StatusProto.fromThrowable(failure)).getDetailsList();
              assertThat(details.stream().filter(detail -> detail.is(ErrorInfo.class)))
                  .singleElement()
                  .satisfies(detail ->
                      assertThat(detail.unpack(ErrorInfo.class).getReason())
                          .isEqualTo(reason.name()));
              for (var detail : details) {
                if (detail.is(BadRequest.class)) {
                  unpack(detail).getFieldViolationsList().stream()
                      .map(BadRequest.FieldViolation::getField)
                      .forEach(fields::add);
                }
              }
            });
    return fields;
  }

  private static BadRequest unpack(com.google.protobuf.Any detail) {
    try {
      return detail.unpack(BadRequest.class);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private PricingService started(TimeSource time) {
    var service = start(time);
    open.add(service);
    return service;
  }

  private PricingService start(TimeSource time) {
    return PricingService.start(settings(), time, new Random(1));
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
            SERVICE_KEY,
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
            .collect(Collectors.toMap(e -> "TOLLGATE_PRICING_" + e.getKey(), Map.Entry::getValue)));
  }

  private ControlTable table() {
    var clickHouse = ClickHouse.connect(settings().clickHouse());
    open.add(clickHouse);
    return ControlTable.open(clickHouse, PublishedBooks.TABLE);
  }

  private ManagedChannel channel(PricingService service) {
    var channel =
        NettyChannelBuilder.forAddress("127.0.0.1", service.grpcPort()).usePlaintext().build();
    open.add(channel::shutdownNow);
    return channel;
  }

  private PricingServiceBlockingStub client(PricingService service) {
    return stub(service, Map.of("tollgate-tenant", stores.tenant()));
  }

  private Iterator<WatchPriceBooksResponse> watch(PricingService service) {
    return stub(service, Map.of())
        .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS)
        .watchPriceBooks(WatchPriceBooksRequest.getDefaultInstance());
  }

  private PricingServiceBlockingStub stub(PricingService service, Map<String, String> more) {
    var headers = new Metadata();
    headers.put(key("authorization"), "Bearer " + SERVICE_KEY);
    more.forEach((name, value) -> headers.put(key(name), value));
    return PricingServiceGrpc.newBlockingStub(channel(service))
        .withMaxInboundMessageSize(64 << 20)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static PriceBook changed() throws Exception {
    var text = text(DefaultBook.read());
    return PriceBook.parse(
        text.replaceFirst("\"amount\": \"0.08\"", "\"amount\": \"0.07\"").getBytes(UTF_8));
  }

  private static String text(PriceBook book) {
    return new String(book.print(), UTF_8);
  }
}
